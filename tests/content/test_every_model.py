"""Every model that the registry finds keeps the promises of its card."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench import registry
from workbench.errors import DataError, RunError, UsageError
from workbench.learning.cases import Bag, Cases
from workbench.learning.model import Model
from workbench.learning.settings import FitContext, TrainerSettings

CLASSES = ("benign", "low", "high")
FEATURES = tuple(f"f{number}" for number in range(5))
MODELS = registry.entries("model")
BAG_MODELS = [name for name, entry in MODELS.items() if entry.card["inputs"]["kind"] == "bags"]
CARD_KEYS = {
    "name", "version", "title", "entry", "params", "extras", "inputs", "outputs", "intended_use",
    "limitations", "licence", "references",
}  # fmt: skip


def some_cases(kind: str, count: int = 18, seed: int = 0) -> Cases:
    """Cases of the kind a card states, with labels, times and events."""
    rng = np.random.default_rng(seed)
    ids = [f"case{number:02d}" for number in range(count)]
    table = pd.DataFrame({"case": ids, "person": ids})
    table["label"] = [CLASSES[number % len(CLASSES)] for number in range(count)]
    table["time"] = rng.exponential(100, count) + 1
    table["event"] = rng.integers(0, 2, count) | (np.arange(count) == 0)
    inputs: dict[str, Any] = {}
    for number, case in enumerate(ids):
        if kind == "bags":
            tiles = rng.normal(size=(int(rng.integers(1, 12)), len(FEATURES))).astype(np.float32)
            tiles[0, number % len(CLASSES)] += 4
            inputs[case] = Bag(tiles)
        else:
            inputs[case] = rng.normal(size=len(FEATURES))
    return Cases(table, inputs, kind, CLASSES, FEATURES)  # type: ignore[arg-type]


def some_pairs(features: tuple[str, ...], count: int = 400, seed: int = 0) -> Cases:
    """Counted pairs of a drug and an event, one in ten reported four times as often as expected."""
    rng = np.random.default_rng(seed)
    signal = rng.random(count) < 0.1
    drug, event = rng.integers(60, 900, (2, count))
    expected = drug * event / 10_000
    n = rng.poisson(
        expected * np.where(signal, rng.gamma(8, 0.5, count), rng.gamma(20, 0.05, count))
    )
    n = np.clip(n, 1, np.minimum(drug, event) - 1)
    ids = [f"case{number:03d}" for number in range(count)]
    table = pd.DataFrame({"case": ids, "person": ids, "label": np.where(signal, "low", "benign")})
    exposed, others = rng.integers(1000, 9000, count), event - n
    known = {
        **dict(n=n, expected=expected, n_drug=drug, n_event=event, n_total=np.full(count, 10_000)),
        **dict(exposed=exposed, others_n=others, others_exposed=90_000 - exposed),
        **dict(class_n=others // 3, class_exposed=30_000 - exposed),
    }
    rows = np.column_stack([known[name] for name in features]).astype(float)
    return Cases(table, dict(zip(ids, rows, strict=True)), "table", CLASSES[:2], features)


def cases_for(name: str) -> Cases:
    """Return cases of the kind, and with the features, that a card states."""
    inputs = MODELS[name].card["inputs"]
    if "features" in inputs:
        return some_pairs(tuple(inputs["features"]))
    return some_cases(inputs["kind"])


def fitted(name: str, folder: Path, seed: int = 1) -> tuple[Model, Cases]:
    """Fit a model on a few cases of the kind its card states."""
    cases = cases_for(name)
    model = registry.load("model", name)({})
    settings = TrainerSettings(device="cpu", max_epochs=3, batch_size=4)
    held = cases.ids[-4:]
    train = cases.subset([case for case in cases.ids if case not in held])
    model.fit(train, cases.subset(held), FitContext(folder, seed, settings))
    return model, cases


@pytest.mark.parametrize("name", MODELS)
def test_the_card_is_whole_and_has_a_model_card_beside_it(name: str) -> None:
    entry = MODELS[name]
    assert set(entry.card) == CARD_KEYS
    assert entry.card["name"] == entry.folder.name == name
    assert entry.card["inputs"]["kind"] in ("bags", "table")
    assert entry.card["limitations"], "a model without limits is not described"
    assert f"# Model card: {name}" in (entry.folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MODELS)
def test_the_shipped_options_are_the_defaults_of_the_parameters(name: str) -> None:
    import yaml

    option = MODELS[name].root / "configs" / "model" / f"{name}.yaml"
    shipped = yaml.safe_load(option.read_text(encoding="utf-8"))
    assert shipped["name"] == name
    assert shipped["params"] == vars(registry.load("model", name).params_type())


@pytest.mark.parametrize("name", MODELS)
def test_an_unknown_parameter_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="no parameter 'typo'"):
        registry.load("model", name)({"typo": 1})


@pytest.mark.parametrize("name", MODELS)
def test_predictions_have_the_form_the_card_states(name: str, tmp_path: Path) -> None:
    model, cases = fitted(name, tmp_path)
    assert isinstance(model, Model)
    wanted = cases.subset(reversed(cases.ids))
    predictions = model.predict(wanted)
    table, outputs = predictions.table, MODELS[name].card["outputs"]
    assert table["case"].tolist() == wanted.ids
    assert np.isfinite(table.drop(columns="case").to_numpy()).all()
    if outputs["kind"] == "probabilities":
        assert table.columns.tolist() == ["case", *(f"p_{label}" for label in cases.classes)]
        values = table.drop(columns="case").to_numpy()
        assert np.abs(values.sum(1) - 1).max() < 1e-12
        assert values.min() >= 0
    assert set(predictions.attention) == (set(cases.ids) if outputs["attention"] else set())


@pytest.mark.parametrize("name", MODELS)
def test_same_seed_same_bytes(name: str, tmp_path: Path) -> None:
    tables = []
    for run in ("one", "two"):
        model, cases = fitted(name, tmp_path / run)
        tables.append(model.predict(cases).table)
        model.save(tmp_path / run / "model")
    first, second = (table.drop(columns="case").to_numpy().tobytes() for table in tables)
    assert first == second
    for file in ("model.json", "arrays.npz"):
        saved = [(tmp_path / run / "model" / file).read_bytes() for run in ("one", "two")]
        assert saved[0] == saved[1]


@pytest.mark.parametrize("name", MODELS)
def test_a_saved_model_predicts_the_same(name: str, tmp_path: Path) -> None:
    model, cases = fitted(name, tmp_path)
    model.save(tmp_path / "model")
    again = registry.load("model", name).load(tmp_path / "model")
    before, after = model.predict(cases), again.predict(cases)
    assert before.table.equals(after.table)
    assert all(np.array_equal(after.attention[c], a) for c, a in before.attention.items())


@pytest.mark.parametrize("name", MODELS)
def test_labels_are_not_looked_at_when_predicting(name: str, tmp_path: Path) -> None:
    model, cases = fitted(name, tmp_path)
    blind = Cases(
        cases.table[["case", "person"]], cases.inputs, cases.kind, cases.classes, cases.features
    )
    assert model.predict(blind).table.equals(model.predict(cases).table)


@pytest.mark.parametrize("name", MODELS)
def test_other_features_are_refused_by_name(name: str, tmp_path: Path) -> None:
    model, cases = fitted(name, tmp_path)
    names = ("other", *cases.features[1:])
    renamed = Cases(cases.table, cases.inputs, cases.kind, cases.classes, names)
    with pytest.raises(DataError, match="not those of the training") as caught:
        model.predict(renamed)
    assert {p.code for p in caught.value.problems} == {"missing-feature", "unknown-feature"}


@pytest.mark.parametrize("name", MODELS)
def test_an_unfitted_model_says_so(name: str) -> None:
    with pytest.raises(RunError, match="not fitted"):
        registry.load("model", name)({}).predict(cases_for(name))


@pytest.mark.parametrize("name", BAG_MODELS)
def test_the_order_of_tiles_does_not_matter(name: str, tmp_path: Path) -> None:
    model, cases = fitted(name, tmp_path)
    turned = {case: Bag(bag.features[::-1].copy()) for case, bag in cases.inputs.items()}
    before = model.predict(cases)
    after = model.predict(Cases(cases.table, turned, "bags", CLASSES, FEATURES))
    values = [p.table.drop(columns="case").to_numpy() for p in (before, after)]
    assert np.abs(values[0] - values[1]).max() < 1e-6
    for case, attention in before.attention.items():
        assert np.abs(after.attention[case][::-1] - attention).max() < 1e-6


@pytest.mark.parametrize("name", BAG_MODELS)
def test_a_prediction_does_not_depend_on_the_other_cases(name: str, tmp_path: Path) -> None:
    model, cases = fitted(name, tmp_path)
    together = model.predict(cases).table.drop(columns="case").to_numpy()
    for row, case in enumerate(cases.ids[:5]):
        alone = model.predict(cases.subset([case])).table.drop(columns="case").to_numpy()
        assert np.abs(alone - together[row]).max() < 1e-12


@pytest.mark.parametrize("name", BAG_MODELS)
def test_a_bag_of_one_tile_works_and_an_empty_one_is_named(name: str, tmp_path: Path) -> None:
    model, cases = fitted(name, tmp_path)
    one = cases.subset(["case03"])
    one.inputs["case03"] = Bag(np.zeros((1, len(FEATURES)), np.float32))  # type: ignore[index]
    predictions = model.predict(one)
    assert len(predictions.table) == 1
    assert all(a.tolist() == [1.0] for a in predictions.attention.values())
    one.inputs["case03"] = Bag(np.zeros((0, len(FEATURES)), np.float32))  # type: ignore[index]
    with pytest.raises(DataError) as caught:
        model.predict(one)
    assert [(p.code, p.where) for p in caught.value.problems] == [("empty-bag", "case03")]


@pytest.mark.parametrize("name", BAG_MODELS)
def test_the_bytes_of_a_bag_are_not_changed(name: str, tmp_path: Path) -> None:
    cases = some_cases("bags")
    before = {case: bag.features.tobytes() for case, bag in cases.inputs.items()}
    model, _ = fitted(name, tmp_path)
    model.predict(cases)
    assert before == {case: bag.features.tobytes() for case, bag in cases.inputs.items()}
