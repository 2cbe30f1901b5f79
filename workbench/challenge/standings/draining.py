"""Score what waits until nothing is left that could be scored, whoever else is scoring too."""

from __future__ import annotations

import time
from collections.abc import Iterator

from workbench.challenge.store import Store
from workbench.challenge.submissions import Done, Labels, work
from workbench.challenge.submissions.backlog import in_work
from workbench.errors import WorkbenchError

_PAUSE_S = 0.1


def drain(store: Store, labels: Labels, challenge: str) -> Iterator[Done]:
    """Yield what comes of each job done here; end when no job of the challenge is in work.

    Other challenges of the store are left alone: their labels lie elsewhere.
    Jobs that another worker holds are waited for, and taken over should it die. Those that were
    given up stay.

    Raises:
        HostError: Labels are absent, or not those that were sealed.
    """
    while True:
        yield from work(store, labels, idle_s=None, challenge=challenge, told=_raise)
        if not _in_work(store, challenge):
            return
        time.sleep(_PAUSE_S)


def _in_work(store: Store, challenge: str) -> int:
    """Return how many jobs of a challenge are not done and not given up."""
    with store.reading() as connection:
        return in_work(connection, challenge)


def _raise(error: WorkbenchError) -> None:
    raise error
