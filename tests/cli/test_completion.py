"""The tab key knows verbs, options, groups and their options."""

import subprocess
from collections.abc import Callable

import pytest

Process = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("workbench tr", "train"),
        ("workbench train --dr", "--dry-run"),
        ("workbench train mod", "model="),
        ("workbench train trainer=c", "trainer=cpu"),
        ("workbench audit ve", "verify"),
    ],
)
def test_a_beginning_is_completed(
    in_process_of_its_own: Process, words: str, expected: str
) -> None:
    done = in_process_of_its_own(
        _WORKBENCH_COMPLETE="bash_complete",
        COMP_WORDS=words,
        COMP_CWORD=str(len(words.split()) - 1),
    )
    assert f"plain,{expected}" in done.stdout.splitlines()


def test_the_bash_script_is_valid(in_process_of_its_own: Process) -> None:
    done = in_process_of_its_own("completion", "bash")
    assert done.returncode == 0 and "_WORKBENCH_COMPLETE" in done.stdout
    subprocess.run(["bash", "-n"], input=done.stdout, text=True, check=True)
