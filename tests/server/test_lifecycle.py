"""The program itself: it scores, stops when asked, and loses nothing when it is killed."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from workbench.challenge.store import open_store
from workbench.challenge.store.tokens import issue_token
from workbench.challenge.store.verify import verify
from workbench.remote.http import Http
from workbench.remote.origin import read_origin
from workbench.remote.server_desk import ServerDesk

from ..challenge.submissions.world import CARD, answer, make_world  # noqa: TID252


class Program:
    """``workbench serve`` in a process of its own."""

    def __init__(self, place: Path, *more: str) -> None:
        command = [sys.executable, "-m", "workbench.cli.main", "serve", "--port", "0"]
        command += ["--store", str(place / "store"), "--labels", str(place / "world" / "labels")]
        self.log = (place / "log").open("ab")
        environment = {**os.environ, "WORKBENCH_AUDIT_HEADS": str(place / "heads")}
        self.process = subprocess.Popen(
            [*command, *more], stdout=subprocess.PIPE, stderr=self.log, env=environment
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().decode().strip()
        until(lambda: self.get("/readyz").get("ready") is True)

    def get(self, path: str) -> Any:
        port = int(self.url.rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", path)
            return json.loads(connection.getresponse().read())
        except OSError:
            return {}
        finally:
            connection.close()

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(40)
        self.log.close()
        return code


def until(what: Callable[[], bool], seconds: float = 40) -> None:
    last = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < last, "it does not come to that"
        time.sleep(0.05)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with a challenge that is open now; a token in ``token``."""
    monkeypatch.setenv("WORKBENCH_AUDIT_HEADS", str(tmp_path / "heads"))
    now = datetime.now(UTC)
    phase = dict(CARD["phases"][1]) | {
        "opens": (now - timedelta(days=1)).isoformat(),
        "closes": (now + timedelta(days=1)).isoformat(),
    }
    with open_store(tmp_path / "store") as store:
        world = make_world(store, tmp_path / "world", {"phases": [phase], "limits": {}})
        with store.writing() as transaction:
            issued = issue_token(transaction, "participant", team=world.team.team)
    (tmp_path / "token").write_text(issued.text)
    return tmp_path


@contextmanager
def program(place: Path, *more: str) -> Iterator[Program]:
    found = Program(place, *more)
    try:
        yield found
    finally:
        if found.process.poll() is None:
            found.end(signal.SIGKILL)


def desk(place: Path, url: str) -> ServerDesk:
    return ServerDesk(Http(read_origin(url), (place / "token").read_text()), signed_in=True)


def children(pid: int) -> set[int]:
    """Return the processes that any thread of a process has started and that run."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for path in tasks for child in path.read_text().split() if runs(int(child))}


def runs(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def test_it_scores_and_stops_when_asked(place: Path) -> None:
    with program(place) as served:
        here = desk(place, served.url)
        sent = here.submit("demo", answer(), filename="a.csv")
        assert here.wait(sent.id, lambda text: None).state == "scored"
        (scorer,) = children(served.process.pid)
        assert served.end() == 0
        assert not runs(scorer)
    lines = [json.loads(line) for line in (place / "log").read_text().splitlines()]
    assert {"started", "scorer-started", "scored", "request", "stopped", "scorer-stopped"} <= {
        line["event"] for line in lines
    }
    assert (place / "token").read_text() not in (place / "log").read_text()


def test_a_scorer_that_is_killed_is_started_again(place: Path) -> None:
    with program(place) as served:
        (first,) = children(served.process.pid)
        os.kill(first, signal.SIGKILL)
        until(
            lambda: bool(children(served.process.pid)) and first not in children(served.process.pid)
        )
        here = desk(place, served.url)
        sent = here.submit("demo", answer(), filename="a.csv")
        assert here.wait(sent.id, lambda text: None).state == "scored"
        assert served.end() == 0


@pytest.mark.slow
def test_killed_it_loses_nothing_and_leaves_nothing_running(place: Path) -> None:
    sent = []
    for round_ in range(3):
        with program(place) as served:
            here = desk(place, served.url)
            for number in range(3):
                content = answer(0.001 * (3 * round_ + number))
                sent.append(here.submit("demo", content, filename="a.csv").id)
            scorers = children(served.process.pid)
            served.end(signal.SIGKILL)
            until(lambda left=scorers: not any(map(runs, left)))  # type: ignore[misc]
    with program(place) as served:
        here = desk(place, served.url)
        for one in sent:
            assert here.wait(one, lambda text: None).state == "scored"
        assert served.end() == 0
    with open_store(place / "store") as store:
        events = list(store.events(challenge="demo"))
        assert not verify(store).problems
    scored = [event.payload["submission"] for event in events if event.kind == "submission-scored"]
    assert sorted(scored) == sorted(sent) and len(set(sent)) == 9


def test_a_request_in_progress_is_answered_before_it_stops(place: Path) -> None:
    with program(place, "--workers-scoring", "0") as served:
        port = int(served.url.rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        body = answer()
        connection.putrequest("POST", "/api/v1/challenges/demo/submissions")
        connection.putheader("Authorization", f"Bearer {(place / 'token').read_text()}")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body[:50])
        time.sleep(0.5)
        served.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        connection.send(body[50:])
        assert connection.getresponse().status == 200
        assert served.process.wait(40) == 0


def test_a_port_that_is_taken_and_a_store_that_is_absent_are_told(place: Path) -> None:
    from workbench.cli.main import main

    with program(place, "--workers-scoring", "0") as served:
        port = served.url.rpartition(":")[2]
        assert main(["serve", "--store", str(place / "store"), "--port", port]) == 2


def test_without_the_server_installed_it_says_what_to_install(place: Path) -> None:
    program = "import sys; sys.modules['fastapi'] = None\n"
    program += "from workbench.cli.main import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "serve", "--store", str(place / "store")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2 and "clinical-ai-workbench[serve]" in done.stderr
