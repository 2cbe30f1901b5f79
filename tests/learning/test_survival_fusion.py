"""Tiles and a row beside them: both are used, both are checked, both travel with the cases."""

import importlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench import registry
from workbench.errors import DataError
from workbench.learning.cases import Bag, Cases
from workbench.learning.served import Served
from workbench.learning.settings import FitContext, TrainerSettings
from workbench.metrics.survival.concordance import HarrellC

SETTINGS = TrainerSettings(device="cpu", max_epochs=40, patience=10, learning_rate=0.005)


def fusion_cases(count: int, seed: int = 0) -> Cases:
    """The log hazard is what a few tiles show, plus the first value of the row."""
    rng = np.random.default_rng(seed)
    ids = [f"case{number:03d}" for number in range(count)]
    lesion, age = rng.integers(0, 2, count), rng.normal(size=count)
    inputs: dict[str, Any] = {}
    for case, sick, years in zip(ids, lesion, age, strict=True):
        tiles = rng.normal(size=(int(rng.integers(6, 12)), 4)).astype(np.float32)
        tiles[:2, 1] += 4 * sick
        inputs[case] = Bag(tiles, row=np.array([years, rng.normal()]))
    dies, leaves = rng.exponential(np.exp(-1.5 * lesion - age)), rng.exponential(2, count)
    table = pd.DataFrame({"case": ids, "person": ids, "time": np.minimum(dies, leaves)})
    table["event"] = (dies <= leaves).astype(int)
    return Cases(table, inputs, "bags", (), ("t0", "t1", "t2", "t3"), ("age", "noise"))


def fitted(cases: Cases, folder: Path) -> Any:
    model = registry.load("model", "survival_fusion")({})
    held = cases.ids[::5]
    train = cases.subset([case for case in cases.ids if case not in held])
    model.fit(train, cases.subset(held), FitContext(folder, 1, SETTINGS))
    return model


def concordance(model: Any, cases: Cases) -> float:
    truth = cases.table[["time", "event"]].to_numpy(dtype=float)
    return float(HarrellC()(truth, model.predict(cases).table["risk"].to_numpy()))


def test_both_say_more_than_either(tmp_path: Path) -> None:
    cases, new = fusion_cases(400), fusion_cases(300, seed=1)
    both = concordance(fitted(cases, tmp_path / "both"), new)
    blank = {case: replace(bag, features=np.ones((1, 4), np.float32)) for case, bag in
             cases.inputs.items()}  # fmt: skip
    rows_alone = concordance(fitted(replace(cases, inputs=blank), tmp_path / "rows"), new)
    tiles_alone = concordance(
        fitted(replace(cases, row_features=()), tmp_path / "tiles"), replace(new, row_features=())
    )
    assert both > max(rows_alone, tiles_alone) + 0.03
    assert tiles_alone > 0.6


def test_a_row_travels_with_its_case() -> None:
    cases = fusion_cases(4)
    part = cases.subset(["case002"]).joined(cases.subset(["case000"]))
    assert part.row_features == ("age", "noise")
    assert np.array_equal(part.bag_rows()[0], cases.inputs["case002"].row)
    assert replace(cases, row_features=()).bag_rows().shape == (4, 0)


@pytest.mark.parametrize(
    ("row", "code"),
    [(None, "missing-row"), (np.zeros(3), "wrong-shape"), (np.array([np.nan, 0]), "not-finite")],
)
def test_rows_that_cannot_be_used_are_named(row: np.ndarray | None, code: str) -> None:
    cases = fusion_cases(5)
    cases.inputs["case003"] = replace(cases.inputs["case003"], row=row)  # type: ignore[index]
    with pytest.raises(DataError) as caught:
        cases.check()
    assert [(p.code, p.where) for p in caught.value.problems] == [(code, "case003")]


def test_other_row_features_are_refused_by_name(tmp_path: Path) -> None:
    cases = fusion_cases(40)
    model = fitted(cases, tmp_path)
    with pytest.raises(DataError) as caught:
        model.predict(replace(cases, row_features=("noise", "age")))
    assert [(p.code, p.where) for p in caught.value.problems] == [("reordered", "row_features")]


def test_a_tracked_model_takes_rows_beside_tiles(tmp_path: Path) -> None:
    cases = fusion_cases(40)
    model = fitted(cases, tmp_path / "fit")
    model.save(tmp_path / "model")
    facts = json.loads((tmp_path / "model" / "model.json").read_text())
    assert facts["row_features"] == ["age", "noise"]
    assert set(facts["signature"]["inputs"]) == {"case", "t0", "t1", "t2", "t3", "age", "noise"}
    bag = cases.inputs["case001"]
    table = pd.DataFrame(bag.features, columns=list(cases.features)).assign(case="case001")
    table[["age", "noise"]] = bag.row
    served = Served(tmp_path / "model").predict(table)
    assert served["risk"].to_numpy() == pytest.approx(
        model.predict(cases.subset(["case001"])).table["risk"].to_numpy(), abs=1e-12
    )


def test_a_network_without_rows_has_no_branch_for_them() -> None:
    package = registry.load("model", "survival_fusion").__module__.rpartition(".")[0]
    network = importlib.import_module(f"{package}.network").Fusion
    params = registry.load("model", "survival_fusion").params_type()
    assert not any(name.startswith("row.") for name in network(4, 0, params).state_dict())
    assert any(name.startswith("row.") for name in network(4, 2, params).state_dict())
