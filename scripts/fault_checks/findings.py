"""What a store says when all is over: what still waits, and what was lost or scored twice."""

from __future__ import annotations

from collections import Counter

from fault_checks import challenge
from fault_checks.processes import until
from workbench.challenge.store import Store, open_store
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions.backlog import unfinished

DRAIN_S = 240


def drained(place: str) -> list[str]:
    """Wait until nothing is to be scored; return what still is."""

    def waiting() -> int:
        with open_store(place) as store, store.reading() as connection:
            return unfinished(connection, challenge.ID)

    until(lambda: waiting() == 0, DRAIN_S)
    count = waiting()
    return [f"{count} still wait after {DRAIN_S} s"] if count else []


def lost(store: Store, acknowledged: list[str]) -> list[str]:
    """Return what the store says other than that each submission was scored once."""
    events = list(store.events(challenge=challenge.ID))
    of = {
        kind: Counter(e.payload["submission"] for e in events if e.kind == f"submission-{kind}")
        for kind in ("received", "scored", "failed")
    }
    names = set(acknowledged)
    problems = [f"log: {problem}" for problem in verify(store).problems]
    problems += [f"acknowledged and not recorded: {name}" for name in names - set(of["received"])]
    problems += [f"recorded and never acknowledged: {name}" for name in set(of["received"]) - names]
    once = [name for name in names if of["scored"][name] == 1]
    problems += [f"{name} scored {of['scored'][name]} times" for name in names.difference(once)]
    return problems + [f"failed: {name}" for name in of["failed"]]
