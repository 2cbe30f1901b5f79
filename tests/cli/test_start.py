"""Starting is quick: help imports nothing heavy."""

import json
import resource
import subprocess
import sys

import pytest

HEAVY = ("torch", "monai", "mlflow", "pandas", "numpy", "hydra", "omegaconf", "yaml", "rich")
PROBE = """
import json, sys
from workbench.cli.main import main
code = main(sys.argv[1:])
print(json.dumps([code, sorted({name.partition('.')[0] for name in sys.modules})]), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["train", "--help"], ["audit", "--help"], ["--version"]]
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, check=True
    )
    code, modules = json.loads(done.stderr)
    assert code == 0
    assert not set(HEAVY) & set(modules)


def test_listing_needs_no_hydra_and_no_torch() -> None:
    for arguments in (["list", "models"], ["list", "configs"]):
        command = [sys.executable, "-c", PROBE, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert not {"torch", "mlflow", "pandas", "hydra"} & set(json.loads(done.stderr)[1])


def test_help_takes_less_than_half_a_second_of_processor_time() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "workbench.cli.main", "--help"]
    for _ in range(3):
        subprocess.run(command, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert used / 3 < 0.5
