"""The use case built as a run does, its modules, and a synthetic set on disk."""

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from workbench import data, registry
from workbench.config import params_of

HOME = "workbench.content.use_cases.adverse_events"
SEED = 11
FEW = {"persons": 9000, "planted": 40}


def part(name: str) -> ModuleType:
    """Import a module of the use case."""
    return importlib.import_module(f"{HOME}.{name}")


def use_case(**params: Any) -> Any:
    """Build the use case as a run does."""
    entry = registry.load("use_case", "adverse_events")
    return entry(params_of(params, part("params").Params))


def knobs(**chosen: Any) -> Any:
    """Return knobs of a small population."""
    return part("synthetic.knobs").Knobs(**{**FEW, **chosen})


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A small synthetic set, opened to train."""
    folder: Path = tmp_path_factory.mktemp("adverse") / "set"
    return data.open(use_case(synthetic=FEW).synthesize(folder, SEED), "train")


@pytest.fixture(scope="module")
def truth() -> Any:
    """What is true of that set."""
    return part("synthetic.truth").count_truth(knobs(), SEED)
