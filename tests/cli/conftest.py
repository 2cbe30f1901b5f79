"""A hospital's own content, made by ``workbench new``, and ways to call the command line."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

import workbench.content
from workbench.cli.main import main

RUN = ["use_case=visit_risk", "challenge=visits", "baselines=[]", "tracking=none", "debug=quick"]


class Done(NamedTuple):
    """What a command left."""

    code: int
    out: str
    err: str


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Call the command line in this process."""

    def _call(*arguments: str) -> Done:
        capsys.readouterr()
        code = main(arguments)
        streams = capsys.readouterr()
        return Done(code, streams.out, streams.err)

    return _call


@pytest.fixture(scope="session")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Content root outside the repository with a use case, a model and a challenge."""
    root = tmp_path_factory.mktemp("hospital") / "content"
    for kind, name in (("use-case", "visit_risk"), ("model", "marker"), ("challenge", "visits")):
        assert main(["new", kind, name, "--into", str(root)]) == 0
    return root


@pytest.fixture
def joined(hospital: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty working folder in which the hospital's content is found, in every process."""
    path = [*workbench.content.__path__, str(hospital)]
    monkeypatch.setattr(workbench.content, "__path__", path)
    monkeypatch.setenv("WORKBENCH_PATH", str(hospital))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def process(arguments: Sequence[str], **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "workbench.cli.main", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=300,
        check=False,
    )


@pytest.fixture
def in_process_of_its_own() -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run the command line in a process of its own, with extra environment variables."""
    return lambda *arguments, **environment: process(arguments, **environment)
