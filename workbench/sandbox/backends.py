"""Where a task can be run: one interface, and the backend of this machine by default."""

from __future__ import annotations

from typing import Protocol

from workbench.errors import HostError
from workbench.sandbox.outcome import Outcome
from workbench.sandbox.probe import Probe, probe
from workbench.sandbox.run import run
from workbench.sandbox.task import Talk, Task
from workbench.sandbox.tiers import Tier


class Backend(Protocol):
    """Runs tasks under a tier it can name beforehand."""

    name: str

    def probe(self) -> Probe:
        """Return what is in force; it runs a program to find out."""

    def run(self, task: Task, talk: Talk | None = None) -> Outcome:
        """Run a task; when this returns, nothing of it is left running.

        Raises:
            HostError: The sandbox itself could not be set up.
        """


class Bubblewrap:
    """Runs tasks on this machine, under bubblewrap.

    Args:
        counted: Limit memory and processes in total where that can be done; False to try the lower
            tier.
    """

    name = "bubblewrap"

    def __init__(self, *, counted: bool = True) -> None:
        self._counted = counted

    def probe(self) -> Probe:
        """Return what is in force here."""
        found = probe()
        return found if self._counted else found.without_groups()

    def run(self, task: Task, talk: Talk | None = None) -> Outcome:
        """Run a task; see :func:`workbench.sandbox.run.run`."""
        return run(task, talk, counted=self._counted)


def require(backend: Backend, tier: Tier) -> None:
    """End with an error where a backend does not hold a program as well as it must.

    Raises:
        HostError: The tier in force is below the one required; nothing was run.
    """
    found = backend.probe()
    if found.tier < tier:
        raise HostError(
            f"the sandbox tier '{tier.label}' is required, '{found.tier.label}' is in force here: "
            "no model is run",
            where=f"{backend.name}: {found.missing}",
            remedy=found.remedy,
        )
