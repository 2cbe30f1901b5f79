"""Every survival model that the registry finds gives curves that are curves."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench import registry
from workbench.errors import DataError, RunError
from workbench.learning.cases import Bag, Cases
from workbench.learning.settings import FitContext, TrainerSettings
from workbench.learning.survival import SurvivalModel
from workbench.metrics.survival.concordance import HarrellC

MODELS = registry.entries("model")
SURVIVAL = [n for n, entry in MODELS.items() if entry.card["outputs"]["kind"] == "risk"]
ON_ROWS = [n for n in SURVIVAL if MODELS[n].card["inputs"]["kind"] == "table"]
TIMES = (0.0, 0.4, 1.0, 2.0, 50.0)


def survival_cases(kind: str, count: int = 240, seed: int = 0) -> Cases:
    """Cases whose first feature multiplies the hazard by e for each unit."""
    rng = np.random.default_rng(seed)
    ids = [f"case{number:03d}" for number in range(count)]
    rows = rng.normal(size=(count, 3))
    dies, leaves = rng.exponential(np.exp(-rows[:, 0])), rng.exponential(3, count)
    table = pd.DataFrame({"case": ids, "person": ids, "time": np.minimum(dies, leaves)})
    table["event"] = (dies <= leaves).astype(int)
    inputs = {
        case: Bag(np.vstack([row, row, row]).astype(np.float32)) if kind == "bags" else row
        for case, row in zip(ids, rows, strict=True)
    }
    return Cases(table, inputs, kind, (), ("a", "b", "c"))  # type: ignore[arg-type]


def fitted(name: str, folder: Path, cases: Cases | None = None) -> SurvivalModel:
    """Fit a model with its default parameters."""
    cases = survival_cases(MODELS[name].card["inputs"]["kind"]) if cases is None else cases
    model = registry.load("model", name)({})
    settings = TrainerSettings(device="cpu", max_epochs=20, learning_rate=0.01)
    held = cases.ids[::5]
    train = cases.subset([case for case in cases.ids if case not in held])
    model.fit(train, cases.subset(held), FitContext(folder, 1, settings))
    assert isinstance(model, SurvivalModel)
    return model


@pytest.mark.parametrize("name", SURVIVAL)
def test_curves_start_at_one_and_never_rise(name: str, tmp_path: Path) -> None:
    model = fitted(name, tmp_path)
    cases = survival_cases(MODELS[name].card["inputs"]["kind"], 30, seed=1)
    curves = model.survival(cases, TIMES)
    assert curves.shape == (30, len(TIMES))
    assert (curves[:, 0] == 1).all()
    assert (np.diff(curves, axis=1) <= 0).all()
    assert curves.min() >= 0
    assert curves[:, 3].mean() < 0.7, "most have had the event by then"


@pytest.mark.parametrize("name", SURVIVAL)
def test_risk_and_curves_order_new_cases(name: str, tmp_path: Path) -> None:
    model = fitted(name, tmp_path)
    cases = survival_cases(MODELS[name].card["inputs"]["kind"], 300, seed=2)
    truth = cases.table[["time", "event"]].to_numpy(dtype=float)
    risk = model.predict(cases).table["risk"].to_numpy()
    concordance = HarrellC()(truth, risk)
    if name == "kaplan_meier":
        assert concordance == 0.5
        return
    assert concordance > 0.65
    assert HarrellC()(truth, -model.survival(cases, [1.0])[:, 0]) > 0.65


@pytest.mark.parametrize("name", SURVIVAL)
def test_saved_curves_are_equal(name: str, tmp_path: Path) -> None:
    model = fitted(name, tmp_path)
    model.save(tmp_path / "model")
    again = registry.load("model", name).load(tmp_path / "model")
    cases = survival_cases(MODELS[name].card["inputs"]["kind"], 20, seed=3)
    assert np.array_equal(model.survival(cases, TIMES), again.survival(cases, TIMES))


@pytest.mark.parametrize("name", SURVIVAL)
def test_survival_at_a_time_does_not_depend_on_the_others_asked_for(
    name: str, tmp_path: Path
) -> None:
    model = fitted(name, tmp_path)
    cases = survival_cases(MODELS[name].card["inputs"]["kind"], 20, seed=3)
    together = model.survival(cases, TIMES)
    for place, time in enumerate(TIMES):
        alone = model.survival(cases.subset(cases.ids[:4]), [time])[:, 0]
        assert alone == pytest.approx(together[:4, place], abs=1e-12)


@pytest.mark.parametrize("name", SURVIVAL)
@pytest.mark.parametrize(
    ("times", "code"),
    [([2.0, 1.0], "not-rising"), ([1.0, 1.0], "not-rising"), ([-1.0], "bad-time"),
     ([float("nan")], "bad-time")],
)  # fmt: skip
def test_times_that_are_none_are_refused(
    name: str, times: list[float], code: str, tmp_path: Path
) -> None:
    model = fitted(name, tmp_path)
    with pytest.raises(DataError) as caught:
        model.survival(survival_cases(MODELS[name].card["inputs"]["kind"], 5), times)
    assert code in {p.code for p in caught.value.problems}


@pytest.mark.parametrize("name", SURVIVAL)
def test_cases_that_are_all_censored_and_bad_times_are_named(name: str, tmp_path: Path) -> None:
    cases = survival_cases(MODELS[name].card["inputs"]["kind"], 40)
    cases.table["event"] = 0
    with pytest.raises(DataError) as caught:
        fitted(name, tmp_path, cases)
    assert [p.code for p in caught.value.problems] == ["no-event"]
    cases.table.loc[3, "time"] = -1.0
    with pytest.raises(DataError) as caught:
        fitted(name, tmp_path, cases)
    assert [(p.code, p.where) for p in caught.value.problems] == [("bad-time", "case003")]


@pytest.mark.parametrize("name", SURVIVAL)
def test_validation_cases_without_an_event_are_no_error(name: str, tmp_path: Path) -> None:
    cases = survival_cases(MODELS[name].card["inputs"]["kind"], 60)
    cases.table.loc[::5, "event"] = 0
    model = fitted(name, tmp_path, cases)
    assert np.isfinite(model.survival(cases, TIMES)).all()


@pytest.mark.parametrize("name", SURVIVAL)
def test_survival_before_a_fit_says_so(name: str) -> None:
    with pytest.raises(RunError, match="not fitted"):
        model = registry.load("model", name)({})
        model.survival(survival_cases(MODELS[name].card["inputs"]["kind"], 5), [1.0])


@pytest.mark.parametrize("name", ON_ROWS)
def test_the_unit_of_time_changes_nothing_but_the_unit(name: str, tmp_path: Path) -> None:
    """Days or years: the same curves at the same moments."""
    cases = survival_cases("table")
    longer = Cases(
        cases.table.assign(time=cases.table["time"] * 256),
        cases.inputs,
        "table",
        (),
        ("a", "b", "c"),
    )
    new = survival_cases("table", 20, seed=4)
    in_years = fitted(name, tmp_path / "years", cases).survival(new, TIMES)
    in_days = fitted(name, tmp_path / "days", longer).survival(new, [256 * t for t in TIMES])
    assert in_days == pytest.approx(in_years, abs=2e-3)
