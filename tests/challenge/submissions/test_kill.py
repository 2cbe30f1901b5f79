"""Workers that are killed at random moments: nothing is lost, nothing is scored twice."""

import multiprocessing
import os
import random
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from workbench.challenge.store import Store, open_store
from workbench.challenge.store.rebuild import rebuild
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import Labels, WorkRules, submit, work
from workbench.scoring import ScoreSheet, score

from .world import CARD, World, answer, make_world

SUBMISSIONS = 12
RULES = WorkRules(lease_s=0.05, attempts=10**6, retry_s=0)


def run_worker(place: str, labels: Path) -> None:
    """Score until killed."""
    with open_store(place) as store:
        for _ in work(store, Labels(labels), idle_s=0.01, rules=RULES):
            pass


def killed(place: str, labels: Path, moments: random.Random, at_once: int) -> None:
    """Start workers, kill each with no warning after a random while."""
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=run_worker, args=(place, labels)) for _ in range(at_once)]
    for worker in workers:
        worker.start()
    for worker in workers:
        time.sleep(moments.uniform(0.0, 0.12))
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        worker.join()


@pytest.mark.parametrize(
    ("at_once", "kills"), [(1, 8), (3, 9), pytest.param(4, 200, marks=pytest.mark.slow)]
)
def test_killed_workers_lose_nothing_and_score_nothing_twice(
    place: str, tmp_path: Path, at_once: int, kills: int
) -> None:
    now = datetime.now(UTC)
    phase = dict(CARD["phases"][1]) | {
        "opens": (now - timedelta(days=1)).isoformat(),
        "closes": (now + timedelta(days=1)).isoformat(),
    }
    with open_store(place) as store:
        world = make_world(store, tmp_path / "x", {"phases": [phase], "limits": {}})
        sent = [
            submit(store, world.teams[i % 2], "demo", answer(i / 1000), filename="a.csv").id
            for i in range(SUBMISSIONS)
        ]
    moments = random.Random(at_once)
    for _ in range(kills // at_once):
        killed(place, world.labels, moments, at_once)
    with open_store(place) as store:
        # A kill right after the last event leaves the log one ahead of its head; an event mends it.
        last = submit(store, world.teams[0], "demo", answer(SUBMISSIONS / 1000), filename="a.csv")
        sent.append(last.id)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and len(rebuild(store)["score"]) < len(sent):
            list(work(store, Labels(world.labels), idle_s=None, rules=RULES))
            time.sleep(0.05)
        assert len(rebuild(store)["score"]) == len(sent)
        check(store, world, sent)


def check(store: Store, world: World, sent: list[str]) -> None:
    """Compare what stands in the store with what was sent."""
    events = [e.payload for e in store.events() if e.kind == "submission-scored"]
    assert sorted(payload["submission"] for payload in events) == sorted(sent)
    tables = rebuild(store)
    assert {row["state"] for row in tables["submission"].values()} == {"scored"}
    for i, name in enumerate(sent):
        (row,) = (r for r in tables["score"].values() if r["submission"] == name)
        expected = score(answer(i / 1000), world.labels / "public.csv", world.card)
        assert ScoreSheet.from_json(row["sheet"]).to_json() == expected.to_json()
    assert verify(store).problems == []
