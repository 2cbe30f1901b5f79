"""Runs in a temporary folder, on a use case that lives outside the repository."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench import content
from workbench.config import compose

HERE = Path(__file__).parent
CARD = "name: toy_bags\ntitle: Toy bags\nentry: use_case:ToyBags\nparams: use_case:Params\n"
CARD += "challenge: tissue-lesions\n"
FAST = [
    "use_case=toy_bags",
    "tracking=none",
    "challenge.resamples=100",
    "validation.folds=2",
    "trainer.max_epochs=3",
    "trainer.device=cpu",
]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to run in; the toy use case is on the content path."""
    place = tmp_path / "outside" / "use_cases" / "toy_bags"
    place.mkdir(parents=True)
    shutil.copy(HERE / "toy_use_case.py", place / "use_case.py")
    (place / "__init__.py").write_text('"""Toy bags."""\n')
    (place / "use_case.yaml").write_text(CARD)
    options = tmp_path / "outside" / "configs" / "use_case"
    options.mkdir(parents=True)
    (options / "toy_bags.yaml").write_text("# Toy bags.\nname: toy_bags\nbaselines: [mean_pool]\n")
    monkeypatch.setattr(content, "__path__", [*content.__path__, str(tmp_path / "outside")])
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def configured(workplace: Path) -> Callable[..., Any]:
    """Compose a fast run of the toy use case."""

    def configure(*overrides: str) -> Any:
        return compose([*FAST, *overrides])

    return configure


SURVIVAL = [
    "use_case=toy_survival",
    "challenge=toy_survival",
    "model=toy_hazard",
    "baselines=[]",
    "tracking=none",
    "challenge.resamples=100",
    "validation.folds=3",
    "trainer.device=cpu",
]


@pytest.fixture
def survival_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Compose a fast run of the toy survival use case, whose content lies outside."""
    monkeypatch.setattr(content, "__path__", [*content.__path__, str(HERE / "survival_content")])
    monkeypatch.chdir(tmp_path)
    return lambda *overrides: compose([*SURVIVAL, *overrides])
