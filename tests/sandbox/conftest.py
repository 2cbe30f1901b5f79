"""A program in the real sandbox of this machine."""

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.sandbox import Bubblewrap, Limits, Outcome, Task, this_interpreter

from .left import groups_of, processes_with

SMALL = Limits(
    wall_s=10.0,
    cpu_s=10,
    memory_mb=200,
    pids=32,
    file_mb=8,
    output_mb=16,
    output_files=10,
    tmp_mb=32,
    open_files=64,
    log_kb=8,
)
MARK = f"run-of-{uuid.uuid4().hex}"
"""In the environment of every program these tests run: what outlives its run is found by it."""
Start = Callable[..., Outcome]


@pytest.fixture
def start(sealed: None, tmp_path: Path) -> Start:
    """Run a script in the sandbox, under small limits of which some may be changed."""

    def run(script: str, *, counted: bool = True, **limits: float) -> Outcome:
        folder = tmp_path / "model"
        folder.mkdir(exist_ok=True)
        (folder / "script.py").write_text(script)
        python = this_interpreter()
        task = Task(
            command=(str(python.program), "/model/script.py"),
            reads={"/model": folder, **python.reads},
            limits=replace(SMALL, **limits),
            variables={"MARK": MARK},
            folder="/model",
        )
        return Bubblewrap(counted=counted).run(task)

    return run


@pytest.fixture
def nothing_left(sealed: None) -> Iterator[None]:
    """After each attack: no process, no control group."""
    yield
    assert groups_of(os.getpid()) == []
    assert processes_with(MARK) == []
