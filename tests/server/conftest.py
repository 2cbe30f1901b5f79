"""A real server on a loopback port, with a small challenge, two teams, organisers and tokens."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from workbench.challenge.store import open_store
from workbench.challenge.store.clock import Clock, SetClock
from workbench.challenge.store.tokens import issue_token, revoke_token
from workbench.challenge.submissions import work
from workbench.server.app import make_app
from workbench.server.running import listen, server
from workbench.server.settings import Settings

from ..challenge.submissions.world import World, make_world  # noqa: TID252


@dataclass
class Told:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """Code of the first problem."""
        return str(self.json["error"]["problems"][0]["code"])


@dataclass
class Served:
    """A challenge on a server: its world, where it listens, and everybody's token."""

    world: World
    clock: Any
    port: int
    app: Any
    place: Path
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        method: str,
        path: str,
        who: str | None = None,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> Told:
        """Ask the server; ``path`` without ``/api/v1`` unless it starts so or with a dot."""
        full = path.removeprefix(".") if path.startswith(".") else f"/api/v1{path}"
        sent = dict(headers or {})
        if who is not None:
            sent["Authorization"] = f"Bearer {self.tokens.get(who, who)}"
        if body is not None and not isinstance(body, bytes):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, full, body, sent)
            found = connection.getresponse()
            names = {name.lower(): value for name, value in found.getheaders()}
            return Told(found.status, names, found.read())
        finally:
            connection.close()

    def send(self, who: str, content: bytes, **headers: str) -> Told:
        return self.ask("POST", "/challenges/demo/submissions", who, body=content, headers=headers)

    def score_all(self) -> int:
        """Score what waits."""
        return len(list(work(self.world.store, self.world.worker, idle_s=None)))


def make_tokens(world: World, ends: datetime) -> dict[str, str]:
    """Return a token of every kind there is; one that ends at a moment."""
    store, (one, two) = world.store, world.teams
    with store.writing("organiser") as transaction:
        ended = issue_token(transaction, "participant", team=one.team, expires=ends)
        revoked = issue_token(transaction, "participant", team=one.team)
        revoke_token(transaction, revoked.prefix, "lost")
        found = {
            "one": issue_token(transaction, "participant", team=one.team).text,
            "two": issue_token(transaction, "participant", team=two.team).text,
            "organiser": issue_token(transaction, "organiser", challenge="demo").text,
            "store": issue_token(transaction, "organiser").text,
            "worker": issue_token(transaction, "worker", challenge="demo").text,
            "expired": ended.text,
            "revoked": revoked.text,
        }
    return found


def set_clock() -> SetClock:
    """Return a clock that stands at noon of 1 March 2026."""
    return SetClock(datetime(2026, 3, 1, 12, tzinfo=UTC))


@contextmanager
def serving(
    settings: Settings, routers: Sequence[Any] = (), *, proxied: bool = False
) -> Iterator[tuple[int, Any]]:
    """Run the application in a thread, as uvicorn serves it; give port and application."""
    listening = listen("127.0.0.1", 0)
    app = make_app(settings, routers=routers)
    running = server(app, proxied=proxied, slowest_s=5)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not running.started:
        assert thread.is_alive() and time.monotonic() < until, "the server does not start"
        time.sleep(0.02)
    try:
        yield listening.getsockname()[1], app
    finally:
        running.should_exit = True
        thread.join(20)
        listening.close()


@contextmanager
def serve_world(
    place: Path,
    changes: Any = None,
    clock: Clock | None = None,
    routers: Sequence[Any] = (),
    **settings: Any,
) -> Iterator[Served]:
    """Serve a challenge, by a clock that stands at 2 p.m. of 1 March 2026, or another one."""
    chosen = clock or set_clock()
    with open_store(place / "store", clock=chosen) as store:
        world = make_world(store, place / "challenge", changes)
        tokens = make_tokens(world, store.now() + timedelta(seconds=1))
        if isinstance(chosen, SetClock):
            chosen.forward(hours=2)
        else:
            time.sleep(1.1)
        setup: dict[str, Any] = {
            "place": str(place / "store"),
            "labels": world.labels,
            "clock": chosen,
            "data": place / "public",
            "reports": place / "reports",
        }
        with serving(Settings(**setup | settings), routers) as (port, app):
            yield Served(world, chosen, port, app, place, tokens)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serve_world(tmp_path) as found:
        yield found
