"""Every use case that the registry finds keeps what its card and its page promise."""

import dataclasses
import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from omegaconf import OmegaConf

from workbench import content, data, digests, registry
from workbench.config import params_of
from workbench.errors import UsageError
from workbench.learning.use_case import UseCase

USE_CASES = registry.entries("use_case")
CARD_KEYS = {"name", "version", "title", "entry", "params", "extras", "challenge", "licence"}
SECTIONS = ("question", "data", "cohort", "metric", "limits")
FEW = 8


def params_type(name: str) -> Any:
    """Import the dataclass that types a use case's parameters."""
    entry = USE_CASES[name]
    module, _, attribute = entry.card["params"].partition(":")
    home = f"workbench.content.use_cases.{entry.folder.name}.{module}"
    return getattr(importlib.import_module(home), attribute)


def build(name: str, **params: Any) -> UseCase:
    """Build a use case as a run does."""
    return registry.load("use_case", name)(params_of(params, params_type(name)))


@pytest.fixture(scope="module", params=USE_CASES)
def few(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A use case and a small synthetic data set of it."""
    folder = tmp_path_factory.mktemp(request.param) / "set"
    return request.param, build(request.param).synthesize(folder, 5, FEW)


@pytest.mark.parametrize("name", USE_CASES)
def test_the_card_is_whole(name: str) -> None:
    entry = USE_CASES[name]
    assert set(entry.card) == CARD_KEYS
    assert entry.card["name"] == entry.folder.name == name
    if entry.card["challenge"] is not None:
        registry.get("challenge", entry.card["challenge"])


@pytest.mark.parametrize("name", USE_CASES)
def test_the_page_says_question_data_cohort_metric_and_limits(name: str) -> None:
    page = (USE_CASES[name].folder / "README.md").read_text(encoding="utf-8")
    headings = " ".join(line.lower() for line in page.splitlines() if line.startswith("#"))
    assert not [section for section in SECTIONS if section not in headings]
    assert f"use_case={name}" in page or f"workbench synthesize {name}" in page


@pytest.mark.parametrize("name", USE_CASES)
def test_there_is_a_configuration_option_whose_parameters_fit(name: str) -> None:
    options = [root / "configs" / "use_case" / f"{name}.yaml" for root in content.roots()]
    option = next(path for path in options if path.is_file())
    chosen = yaml.safe_load(option.read_text(encoding="utf-8"))
    assert chosen["name"] == name
    params_of(OmegaConf.create(chosen.get("params") or {}), params_type(name))


@pytest.mark.parametrize("name", USE_CASES)
def test_every_parameter_has_a_default_and_is_explained(name: str) -> None:
    kind = params_type(name)
    for field in dataclasses.fields(kind):
        has_default = field.default is not dataclasses.MISSING
        assert has_default or field.default_factory is not dataclasses.MISSING
        assert f"{field.name}:" in (kind.__doc__ or ""), f"{field.name} is not explained"
    with pytest.raises(UsageError, match="no_such_setting"):
        build(name, no_such_setting=1)


def test_the_synthetic_data_opens_and_says_that_it_is_synthetic(few: Any) -> None:
    _name, card = few
    opened = data.open(card, "describe")
    assert opened.card.synthetic and opened.card.known_biases
    for table in opened.card.tables:
        assert len(opened.table(table.name))


def test_the_same_seed_gives_the_same_bytes(few: Any, tmp_path: Path) -> None:
    name, card = few
    again = build(name).synthesize(tmp_path / "again", 5, FEW)
    assert digests.of_file(again) == digests.of_file(card)
    manifests = [digests.of_file(path.parent / "manifest.csv") for path in (card, again)]
    assert manifests[0] == manifests[1]


def test_cases_are_sound_and_known_by_person(few: Any, tmp_path: Path) -> None:
    name, card = few
    ready = build(name).prepare(data.open(card, "train"), tmp_path / "cache")
    ready.cases.check()
    assert len(ready.cases) + len(ready.excluded) == FEW
    assert ready.cases.table["person"].notna().all()
    assert {"case", "reason", "message"} <= set(ready.excluded.columns)
    assert set(ready.slides["case"]) == set(ready.cases.ids)
    for step in ready.flow:
        assert set(step) == {"step", "kept", "excluded", "reason"}
    ids = ready.cases.ids
    encoded = ready.encode(ids, seed=0, folder=tmp_path / "encoder")
    assert encoded.ids == ids


def test_cases_are_the_same_when_prepared_again(few: Any, tmp_path: Path) -> None:
    name, card = few
    caches = [tmp_path / "first", tmp_path / "second"]
    opened = data.open(card, "train")
    first, second = (build(name).prepare(opened, cache) for cache in caches)
    assert first.cases.table.equals(second.cases.table)
    assert first.flow == second.flow

    def written(cache: Path) -> dict[str, str]:
        files = (p for p in cache.rglob("*") if p.is_file())
        return {p.relative_to(cache).as_posix(): digests.of_file(p) for p in files}

    assert written(caches[0]) == written(caches[1])
