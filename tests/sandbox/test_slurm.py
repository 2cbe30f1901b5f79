"""Tasks as jobs: submitit runs them on this machine in place of a cluster."""

from dataclasses import replace
from pathlib import Path

import pytest

from workbench.errors import HostError
from workbench.sandbox import ProtocolError, Task, Tier, this_interpreter
from workbench.sandbox.slurm import Slurm

from .conftest import SMALL

pytest.importorskip("submitit", reason="submitit is absent")


def task(folder: Path, script: str) -> Task:
    (folder / "script.py").write_text(script)
    folder.chmod(0o755)
    python = this_interpreter()
    command = (str(python.program), "/model/script.py")
    return Task(command, {"/model": folder, **python.reads}, replace(SMALL, wall_s=2.0))


def test_a_job_runs_in_the_sandbox_of_its_node(sealed: None, tmp_path: Path) -> None:
    backend = Slurm(tmp_path / "jobs", cluster="local")
    assert backend.probe().tier == Tier.SEALED
    outcome = backend.run(task(tmp_path, "open('/output/a', 'w').write('x')"))
    assert (outcome.ending, dict(outcome.outputs), outcome.tier) == ("ok", {"a": b"x"}, "sealed")
    assert backend.run(task(tmp_path, "while True: pass")).ending == "timeout"


def test_without_a_cluster_there_is_no_tier(tmp_path: Path) -> None:
    backend = Slurm(tmp_path / "jobs", cluster="slurm")
    found = backend.probe()
    assert found.tier == Tier.NONE
    assert "no job ran" in found.missing
    with pytest.raises(HostError, match="the job failed"):
        backend.run(task(tmp_path, "pass"))


def test_a_conversation_needs_a_runner_beside_the_program(tmp_path: Path) -> None:
    class Silent:
        def first(self) -> bytes | None:
            return None

        def answer(self, line: bytes) -> bytes | None:
            raise ProtocolError("silent")

    with pytest.raises(HostError, match="not run through SLURM"):
        Slurm(tmp_path, cluster="local").run(task(tmp_path, "pass"), Silent())
