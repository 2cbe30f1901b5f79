"""Two workers on one PostgreSQL store: they share the queue, and no submission is scored twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from workbench.challenge.store import open_store
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import submit

from ..challenge import postgres  # noqa: TID252
from ..challenge.conftest import postgres_server  # noqa: F401, TID252
from ..challenge.submissions.world import CARD, answer, make_world  # noqa: TID252

FILES = 24


def test_two_workers_on_postgres_score_each_file_once(
    postgres_server: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    place = postgres.empty_database(postgres_server, "two_workers")
    phase = CARD["phases"][1] | {"opens": "2020-01-01T00:00Z", "closes": "2099-01-01T00:00Z"}
    with open_store(place, create=True) as store:
        world = make_world(store, tmp_path / "challenge", {"phases": [phase], "limits": {}})
        logs = [tmp_path / f"worker{i}.log" for i in range(2)]
        workers = [start(place, world.labels, log) for log in logs]
        try:
            until(lambda: all(lines(log, "scorer-started") for log in logs), 60)
            sent = [
                submit(store, world.teams[i % 2], "demo", answer(i / 1000), filename="a.csv").id
                for i in range(FILES)
            ]
            until(lambda: sum(len(lines(log, "scored")) for log in logs) >= FILES, 60)
        finally:
            for worker in workers:
                worker.terminate()
        assert [worker.wait(30) for worker in workers] == [0, 0]
        events = [e for e in store.events(challenge="demo") if e.kind == "submission-scored"]
        assert Counter(e.payload["submission"] for e in events) == Counter(sent)
        assert all(lines(log, "scored") for log in logs), "one of the two did all the work"
        assert not verify(store).problems


def start(place: str, labels: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start a worker as a server does."""
    environment = os.environ | {"WORKBENCH_STORE": place, "WORKBENCH_LABELS": str(labels)}
    command = [sys.executable, "-m", "workbench.server.scoring"]
    with log.open("wb") as out:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stderr=out, env=environment)


def lines(log: Path, event: str) -> list[str]:
    """Return what a worker has logged of a kind of event."""
    whole = [line for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return [line for line in whole if json.loads(line)["event"] == event]


def until(met: object, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not met():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.05)
