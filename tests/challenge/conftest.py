"""A store on each database, with a clock that stands still until it is moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from workbench.challenge.store import Store, open_store
from workbench.challenge.store.clock import SetClock

from . import postgres
from .store.opened import Opened, open_it


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Path]:
    """A running server; skipped, visibly, where PostgreSQL is absent."""
    pytest.importorskip("pg8000", reason="the driver pg8000 is absent")
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("PostgreSQL's binaries are absent (apt-get install postgresql)")
    with postgres.server(programs) as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgres"])
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place where there is no store yet, on each database in turn."""
    if request.param == "sqlite":
        return str(tmp_path / "store")
    return postgres.empty_database(request.getfixturevalue("postgres_server"), "fresh")


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place of an empty store, on each database in turn."""
    if request.param == "sqlite":
        return str(tmp_path / "store")
    return postgres.empty_database(
        request.getfixturevalue("postgres_server"), "kept", keeps_tables=True
    )


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands at noon of 1 March 2026, UTC."""
    return SetClock(datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.fixture
def store(place: str, clock: SetClock) -> Iterator[Store]:
    """An empty store, on each database in turn."""
    with open_store(place, clock=clock) as opened:
        yield opened


@pytest.fixture
def opened(store: Store) -> Opened:
    """A store with an open challenge, its first phase and two teams, on each database in turn."""
    return open_it(store)
