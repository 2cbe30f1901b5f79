"""A challenge that takes models, on a SQLite store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.challenge.store import open_store
from workbench.challenge.store.clock import SetClock

from .hosted import Hosted, host


@pytest.fixture
def hosted(sealed: None, tmp_path: Path, clock: SetClock) -> Iterator[Hosted]:
    """The challenge, open, with its worker."""
    with open_store(str(tmp_path / "store"), create=True, clock=clock) as store:
        yield host(store, tmp_path / "challenge")
