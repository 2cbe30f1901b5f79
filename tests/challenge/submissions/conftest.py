"""An open challenge with hidden labels and two teams, on each database in turn."""

from pathlib import Path

import pytest

from workbench.challenge.store import Store

from .world import World, make_world


@pytest.fixture
def world(store: Store, tmp_path: Path) -> World:
    return make_world(store, tmp_path / "challenge")
