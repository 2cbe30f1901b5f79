"""Waiting for a score: here where the labels are, elsewhere where they are not."""

import threading
import time

import pytest

from workbench.challenge.submissions import (
    Labels,
    WorkRules,
    submit,
    wait_for,
    work,
    worker,
)
from workbench.errors import DataError, HostError, WorkbenchError

from .world import World, answer, truth


def send(world: World) -> str:
    return submit(world.store, world.team, "demo", answer(), filename="a.csv").id


def test_who_has_the_labels_scores_and_who_has_not_waits(world: World) -> None:
    sent = send(world)
    told: list[str] = []

    def later() -> None:
        while not told:
            time.sleep(0.01)
        list(work(world.store, world.worker, idle_s=None))

    other = threading.Thread(target=later)
    other.start()
    found = wait_for(world.store, world.team, sent, Labels(), every_s=0.01, told=told.append)
    other.join()
    assert found.state == "scored" and told[0] == "it is next"
    again = submit(world.store, world.team, "demo", answer(0.01), filename="a.csv")
    assert wait_for(world.store, world.team, again.id, world.worker).state == "scored"


def test_who_names_changed_labels_is_told(world: World) -> None:
    sent = send(world)
    (world.labels / "public.csv").write_text(truth("public", 1))
    with pytest.raises(HostError, match="sealed"):
        wait_for(world.store, world.team, sent, world.worker)


def test_a_worker_outlives_a_store_that_is_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(world)
    plain, calls, told = worker.work_once, list[int](), list[WorkbenchError]()

    def away(*given: object, **named: object) -> object:
        calls.append(1)
        if len(calls) < 3:
            raise DataError("the store cannot be reached")
        return plain(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(worker, "work_once", away)
    jobs = work(
        world.store,
        world.worker,
        idle_s=0.0,
        rules=WorkRules(),
        told=told.append,
        stop=lambda: len(calls) > 3,
    )
    assert [done.outcome for done in jobs] == ["scored"]
    assert len(told) == 1
