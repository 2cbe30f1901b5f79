"""The same server on PostgreSQL, where several servers and workers share one store."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.challenge.store import open_store
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import work
from workbench.server.settings import Settings

from ..challenge import postgres  # noqa: TID252
from ..challenge.submissions.world import answer, make_world  # noqa: TID252
from .conftest import Served, make_tokens, serving, set_clock


def test_two_servers_on_one_database_count_a_file_once(tmp_path: Path) -> None:
    pytest.importorskip("pg8000", reason="the driver pg8000 is absent")
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("PostgreSQL's binaries are absent (apt-get install postgresql)")
    with postgres.server(programs) as folder:
        place, clock = postgres.empty_database(folder, "served"), set_clock()
        with open_store(place, clock=clock) as store:
            world = make_world(store, tmp_path / "challenge")
            tokens = make_tokens(world, store.now().replace(year=2027))
            settings = Settings(place=place, labels=world.labels, clock=clock)
            with serving(settings) as (one, app), serving(settings) as (two, _):
                first = Served(world, clock, one, app, tmp_path, tokens)
                second = Served(world, clock, two, app, tmp_path, tokens)
                sent = first.send("one", answer()).json
                again = second.send("one", answer()).json
                assert again["id"] == sent["id"] and again["known"] is True
                assert len(list(work(store, world.worker, idle_s=None))) == 1
                board = "/challenges/demo/leaderboard"
                assert first.ask("GET", board).body == second.ask("GET", board).body
                assert first.ask("GET", "/submissions/last", "one").json["state"] == "scored"
            assert not verify(store).problems
