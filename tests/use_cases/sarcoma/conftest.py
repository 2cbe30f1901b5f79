"""The use case built as a run does, its modules, and small synthetic cohorts on disk."""

import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from workbench import data, registry
from workbench.config import params_of

HOME = "workbench.content.use_cases.sarcoma"


def part(name: str) -> ModuleType:
    """Import a module of the use case."""
    return importlib.import_module(f"{HOME}.{name}")


def use_case(**params: Any) -> Any:
    """Build the use case as a run does."""
    entry = registry.load("use_case", "sarcoma")
    return entry(params_of(params, part("params").Params))


def knobs(**chosen: Any) -> Any:
    """Return knobs that differ from the defaults."""
    return part("synthetic.knobs").Knobs(**chosen)


@pytest.fixture(scope="session")
def cohort_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic cohort of 400 persons; read only."""
    folder = tmp_path_factory.mktemp("sarcoma") / "set"
    use_case(synthetic={"n": 400}).synthesize(folder, 3)
    return folder


@pytest.fixture
def changed(cohort_set: Path, tmp_path: Path) -> Callable[..., Path]:
    """Write the cohort again with some tables changed by functions; return its folder."""

    def write(**change: Callable[[pd.DataFrame], pd.DataFrame]) -> Path:
        folder = tmp_path / "changed"
        folder.mkdir()
        card = part("data_card").data_card()
        for table in card.tables:
            rows = pd.read_csv(cohort_set / table.path, dtype="string", keep_default_na=False)
            made = change.get(table.name, lambda same: same)(rows)
            made.to_csv(folder / table.path, index=False)
        data.write_card(card, folder)
        return folder

    return write


@pytest.fixture
def prepare(tmp_path: Path) -> Callable[..., Any]:
    """Open a folder through the door and prepare it."""

    def run(
        folder: Path, *, person: str | None = None, limit: int | None = None, **params: Any
    ) -> Any:
        opened = data.open(folder, "train", person=person)
        return use_case(**params).prepare(opened, tmp_path / "cache", limit=limit)

    return run
