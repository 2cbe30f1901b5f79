"""Cox regression: R's numbers, survival by hand, and what is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench import registry
from workbench.errors import DataError
from workbench.learning.cases import Cases
from workbench.learning.settings import FitContext
from workbench.methods.survival.cox import fit_cox


def survival_cases(table: pd.DataFrame, features: list[str]) -> Cases:
    ids = [f"c{row}" for row in range(len(table))]
    rows = dict(zip(ids, table[features].to_numpy(dtype=float), strict=True))
    known = pd.DataFrame({"case": ids, "person": ids, "time": table["time"].to_numpy()})
    known["event"] = table["event"].to_numpy()
    return Cases(known, rows, "table", (), tuple(features))


@pytest.fixture
def lung() -> Cases:
    """The lung data of R's survival package, as lifelines ships it: time in days."""
    from lifelines.datasets import load_lung

    table = load_lung().rename(columns={"status": "event"})
    return survival_cases(table[["time", "event", "age", "sex"]].dropna(), ["age", "sex"])


def fit(cases: Cases, folder: Path, **params: object) -> object:
    model = registry.load("model", "cox")(params)
    model.fit(cases, None, FitContext(folder))
    return model


def test_coefficients_are_those_of_r(lung: Cases, tmp_path: Path) -> None:
    """R 4.2.2, survival 3.5-3: coxph(Surv(time, status) ~ age + sex, lung), ties by Efron."""
    model = fit(lung, tmp_path, penalizer=0.0)
    expected = [0.01704533, -0.51321852]
    assert model.state_["coefficients"] == pytest.approx(expected, rel=1e-5)  # type: ignore[attr-defined]


def test_penalised_risks_and_horizons_are_those_of_lifelines(lung: Cases, tmp_path: Path) -> None:
    """Loose: it divides variances by n - 1, and shares ties in its hazards in another way."""
    from lifelines import CoxPHFitter

    table = pd.DataFrame(lung.matrix(), columns=["age", "sex"])
    table[["time", "event"]] = lung.table[["time", "event"]].to_numpy()
    fitter = CoxPHFitter(penalizer=0.1).fit(table, "time", "event")
    model = fit(lung, tmp_path, penalizer=0.1, horizons=[180.0, 365.0, 5000.0])
    predicted = model.predict(lung).table  # type: ignore[attr-defined]
    assert predicted["risk"].to_numpy() == pytest.approx(
        fitter.predict_log_partial_hazard(table).to_numpy(), abs=1e-3
    )
    times = fitter.baseline_cumulative_hazard_.index.to_numpy()
    for horizon in (180.0, 365.0, 5000.0):
        step = times[times <= horizon].max()
        survival = fitter.predict_survival_function(table, times=[step]).to_numpy()[0]
        column = predicted[f"p_event_{horizon:g}"].to_numpy()
        assert column == pytest.approx(1 - survival, abs=2e-3)


def test_curves_are_those_of_the_fit(lung: Cases, tmp_path: Path) -> None:
    model = fit(lung, tmp_path, penalizer=0.0)
    of_cox = fit_cox(lung.matrix(), lung.table["time"], lung.table["event"])
    curves = model.survival(lung, [1.0, 180.0, 365.0])  # type: ignore[attr-defined]
    expected = of_cox.survival(lung.matrix(), [1.0, 180.0, 365.0])
    assert curves == pytest.approx(expected, abs=1e-12)


def test_before_the_first_event_nobody_had_one(lung: Cases, tmp_path: Path) -> None:
    model = fit(lung, tmp_path, horizons=[0.5])
    assert (model.predict(lung).table["p_event_0.5"] == 0).all()  # type: ignore[attr-defined]


def test_all_bad_times_and_events_are_named(lung: Cases, tmp_path: Path) -> None:
    lung.table.loc[0, "time"] = 0
    lung.table.loc[1, "time"] = np.nan
    lung.table.loc[2, "event"] = 3
    with pytest.raises(DataError) as caught:
        fit(lung, tmp_path)
    found = {(p.code, p.where) for p in caught.value.problems}
    assert found == {("bad-time", "c0"), ("bad-time", "c1"), ("bad-event", "c2")}


def test_no_event_at_all_is_refused(lung: Cases, tmp_path: Path) -> None:
    lung.table["event"] = 0
    with pytest.raises(DataError) as caught:
        fit(lung, tmp_path)
    assert [p.code for p in caught.value.problems] == ["no-event"]


def test_features_that_say_the_same_are_named_without_a_penalty_and_shared_with_one(
    tmp_path: Path,
) -> None:
    values = np.arange(12.0)
    table = pd.DataFrame({"a": values, "b": values, "time": values % 5 + 1, "event": 1})
    with pytest.raises(DataError) as caught:
        fit(survival_cases(table, ["a", "b"]), tmp_path, penalizer=0.0)
    assert [(p.code, p.where) for p in caught.value.problems] == [("collinear-columns", "column b")]
    model = fit(survival_cases(table, ["a", "b"]), tmp_path, penalizer=0.1)
    first, second = model.state_["coefficients"]  # type: ignore[attr-defined]
    assert first == pytest.approx(second)


@pytest.mark.parametrize("name", ["cox", "weibull_aft"])
def test_a_feature_that_is_constant_in_a_fold_has_no_coefficient(
    lung: Cases, name: str, tmp_path: Path
) -> None:
    rows = {case: np.append(row, 1.0) for case, row in lung.inputs.items()}
    cases = Cases(lung.table, rows, "table", (), (*lung.features, "rare"))
    models = []
    for given in (lung, cases):
        model = registry.load("model", name)({"penalizer": 0.0} if name == "cox" else {})
        model.fit(given, None, FitContext(tmp_path))
        models.append(model)
    assert models[1].state_["coefficients"][-1] == 0
    assert models[1].state_["coefficients"][:-1] == pytest.approx(models[0].state_["coefficients"])


def test_no_feature_at_all_leaves_the_curve_of_everybody(lung: Cases, tmp_path: Path) -> None:
    cases = Cases(lung.table, dict.fromkeys(lung.ids, np.zeros(0)), "table", (), ())
    for penalizer in (0.0, 0.1):
        model = fit(cases, tmp_path, penalizer=penalizer)
        curves = model.survival(cases, [180.0, 365.0])  # type: ignore[attr-defined]
        assert np.ptp(curves, axis=0).max() == 0
        assert 0.6 < curves[0, 0] < 0.8
