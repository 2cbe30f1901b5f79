"""Runs tasks on the nodes of a cluster: SLURM through submitit, bubblewrap on the node."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from workbench.errors import HostError
from workbench.sandbox.backends import Bubblewrap
from workbench.sandbox.outcome import Outcome
from workbench.sandbox.probe import Probe, probe
from workbench.sandbox.task import Talk, Task
from workbench.sandbox.tiers import Tier

_BESIDE_MIN = 5
_BESIDE_MB = 1024
_Result = TypeVar("_Result")


class Slurm:
    """Runs tasks as jobs of a cluster.

    Args:
        folder: On a file system that the nodes share: job files, and what models are unpacked into.
        cluster: ``slurm``; ``local`` runs jobs on this machine, ``debug`` in this process.
        options: Parameters of submitit, such as ``slurm_partition``.
    """

    name = "slurm"

    def __init__(
        self, folder: Path, cluster: str = "slurm", options: dict[str, object] | None = None
    ) -> None:
        self._folder, self._cluster = folder, cluster
        self._options = options or {}
        self._found: Probe | None = None

    def probe(self) -> Probe:
        """Return what is in force on a node, by running a job there."""
        if self._found is None:
            try:
                self._found = self._job(1.0, 512, 1, _probe_there)
            except HostError as error:
                missing = f"no job ran: {' '.join(error.render().split())}"
                self._found = Probe(Tier.NONE, "nothing", missing, error.remedy)
        return self._found

    def run(self, task: Task, talk: Talk | None = None) -> Outcome:
        """Run a task on a node and wait for it.

        Raises:
            HostError: The job did not run, its sandbox could not be set up, or a conversation was
                asked for, which needs a runner beside the program.
        """
        if talk is not None:
            raise HostError(
                "models that are called day by day are not run through SLURM",
                remedy="start the worker itself on a node, with the bubblewrap backend",
            )
        limits = task.limits
        outcome = self._job(limits.wall_s, limits.memory_mb, limits.cpus, _run_there, task)
        if isinstance(outcome, HostError):
            raise outcome
        return outcome

    def _job(
        self,
        wall_s: float,
        memory_mb: int,
        cpus: int,
        function: Callable[..., _Result],
        *arguments: object,
    ) -> _Result:
        """Return what a function returns on a node."""
        try:
            import submitit
        except ImportError as error:
            remedy = "pip install 'clinical-ai-workbench[launchers]'"
            raise HostError("submitit is not installed", remedy=remedy) from error
        try:
            executor = submitit.AutoExecutor(self._folder, cluster=self._cluster)
            executor.update_parameters(
                timeout_min=math.ceil(wall_s / 60) + _BESIDE_MIN,
                mem_gb=math.ceil((memory_mb + _BESIDE_MB) / 1024),
                cpus_per_task=cpus,
                **self._options,
            )
            result: _Result = executor.submit(function, *arguments).result()
            return result
        except Exception as error:  # whatever a cluster answers
            remedy = "see the job's log in the folder, and sacct"
            where = str(self._folder)
            raise HostError(f"the job failed: {error}", where=where, remedy=remedy) from error


def _probe_there() -> Probe:
    return probe()


def _run_there(task: Task) -> Outcome | HostError:
    """Run a task on the node; an error of the host's comes back as a value."""
    try:
        return Bubblewrap().run(task)
    except HostError as error:
        return error
