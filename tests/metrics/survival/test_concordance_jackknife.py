"""Standard errors of concordance: R survival, plain, weighted and clustered; paired differences."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.metrics.survival.concordance import HARRELL_RULES, HarrellC
from workbench.metrics.survival.jackknife import concordance
from workbench.metrics.survival.uno import UNO_VARIANTS, UnoC

ORACLES = Path(__file__).resolve().parents[2] / "oracles"
SERIES = [(time, risk) for time in ("fine", "coarse") for risk in ("a", "b", "tied")]
SIZES = {"<=20": (0, 0), "20-50": (1, 0), ">50": (0, 1)}
COX = {
    "gbsg": ("rfstime", "status", "hormon age meno size grade nodes pgr er"),
    "rotterdam": ("dtime", "death", "age meno size grade nodes pgr er hormon chemo"),
}


@pytest.fixture(scope="module")
def cases() -> pd.DataFrame:
    return pd.read_csv(ORACLES / "survival_concordance.csv")


@pytest.fixture(scope="module")
def frozen() -> dict:
    return json.loads((ORACLES / "survival_concordance.json").read_text())


@pytest.mark.parametrize(("time", "risk"), SERIES)
def test_values_and_errors_are_those_of_r(cases, frozen, time, risk) -> None:
    truth, values = cases[[time, "event"]].to_numpy(), cases[risk].to_numpy()
    weight, name = cases["weight"].to_numpy(), f"{time}_{risk}"
    uno = {tau: UnoC(tau, "survival") for tau in (3.0, 6.0)}
    found = {
        "harrell": concordance(truth, values),
        "weighted": concordance(truth, values, weights=weight),
        "clustered": concordance(truth, values, units=cases["unit"]),
        "n_G2_3": concordance(truth, values, metric=uno[3.0]),
        "n_G2_6": concordance(truth, values, metric=uno[6.0]),
        "n_G2_weighted": concordance(truth, values, weights=weight, metric=uno[6.0]),
    }
    for kind, one in found.items():
        expected = frozen[f"{name}_{kind}"]
        assert [one.areas[0], one.errors[0]] == pytest.approx(expected, abs=1e-12), kind


EVERY = [*map(HarrellC, HARRELL_RULES), *(UnoC(6.0, variant) for variant in UNO_VARIANTS)]


@pytest.mark.parametrize("metric", EVERY, ids=str)
def test_values_are_the_metrics_and_effects_its_derivatives(cases, metric) -> None:
    truth, values = cases[["coarse", "event"]].to_numpy(), cases["tied"].to_numpy()
    found = concordance(truth, values, metric=metric)
    assert found.areas[0] == pytest.approx(metric(truth, values), abs=1e-13)
    terms = metric.contributions(truth, [values])[:, 0]
    assert terms.mean() == pytest.approx(found.areas[0], abs=1e-13)
    assert ((terms - terms.mean()) ** 2).sum() / 240**2 == pytest.approx(found.covariance[0, 0])
    if isinstance(metric, HarrellC):
        step = 1e-6
        for case in (0, 17, 101):
            moved = np.ones(240)
            moved[case] += step
            slope = (metric(truth, values, moved) - found.areas[0]) / step
            assert (terms[case] - terms.mean()) / 240 == pytest.approx(slope, abs=1e-7)


def test_paired_difference(cases, frozen) -> None:
    truth, risks = cases[["coarse", "event"]].to_numpy(), cases[["a", "b", "a"]].to_numpy()
    found = concordance(truth, risks)
    assert found.covariance[0, 1] == pytest.approx(frozen["coarse_a_b_covariance"][0], abs=1e-14)
    gap, error, p_value = found.difference(0, 1)
    c = found.covariance
    assert error**2 == pytest.approx(c[0, 0] + c[1, 1] - 2 * c[0, 1])
    assert gap > 0 and p_value < 0.05
    assert found.difference(0, 2) == (0.0, 0.0, 1.0)
    low, high = found.interval(0, scale="identity")
    assert (low + high) / 2 == pytest.approx(found.areas[0])


def test_cloned_patients_change_neither_value_nor_error(cases) -> None:
    truth, risk = cases[["coarse", "event"]].to_numpy(), cases["a"].to_numpy()
    units = np.arange(240)
    once = concordance(truth, risk, units=units)
    twice = concordance(np.tile(truth, (2, 1)), np.tile(risk, 2), units=np.tile(units, 2))
    assert twice.areas[0] == pytest.approx(once.areas[0], abs=1e-14)
    assert twice.errors[0] == pytest.approx(once.errors[0], abs=1e-14)
    alone = concordance(np.tile(truth, (2, 1)), np.tile(risk, 2))
    assert alone.errors[0] == pytest.approx(once.errors[0] / np.sqrt(2), rel=1e-9)


def test_broken_input_is_named(cases) -> None:
    truth = cases[["coarse", "event"]].to_numpy()
    with pytest.raises(DataError, match="units have 3 rows, truth has 240"):
        concordance(truth, cases["a"], units=["a", "b", "c"])
    with pytest.raises(DataError, match=r"weights must have shape \(240,\)"):
        concordance(truth, cases["a"], weights=np.ones((240, 2)))
    with pytest.raises(DataError, match="no two cases compare"):
        concordance([[3, 1], [2, 0]], [1, 2])
    with pytest.raises(DataError, match="beyond the support"):
        concordance(truth, cases["a"], metric=UnoC(99))


@pytest.mark.parametrize("name", COX)
def test_cox_models_of_real_data(shared_data: Path, frozen, name) -> None:
    path = shared_data / "survival" / f"survival_{name}.csv"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    data, (time, event, terms) = pd.read_csv(path), COX[name]
    columns = []
    for term in terms.split():
        values = data[term]
        if values.dtype.kind not in "if":
            columns.extend(np.array([SIZES[size] for size in values]).T)
            continue
        columns.append(values)
    risk = np.column_stack(columns) @ np.array(frozen[f"{name}_coefficients"])
    found = concordance(data[[time, event]].to_numpy(), risk)
    expected = frozen[f"{name}_concordance"]
    # Risks that are tied but for their last digit: R's predictions round differently.
    assert [found.areas[0], found.errors[0]] == pytest.approx(expected[:2], abs=1e-6)


def draw(seed: int, n: int, per_patient: int = 1):
    """Cases with exponential times and uniform censoring; slides of a patient share their risk."""
    rng = np.random.default_rng([seed, n])
    patients = np.repeat(np.arange(n), per_patient)
    risk = rng.normal(size=n)[patients] + 0.5 * rng.normal(size=len(patients))
    hidden = rng.normal(size=n)[patients] + risk
    time = rng.exponential(4.0 * np.exp(-0.5 * hidden))
    seen = rng.uniform(0.5, 10.0, len(patients))
    return np.column_stack([np.minimum(time, seen), time <= seen]), risk, patients


@pytest.mark.slow
@pytest.mark.parametrize("per_patient", [1, 5])
@pytest.mark.parametrize("metric", [HarrellC(), UnoC(4.0)], ids=str)
def test_intervals_cover_what_a_large_set_has(metric, per_patient) -> None:
    truth, risk, _ = draw(0, 400_000, per_patient)
    target, covered = metric(truth, risk), 0
    for seed in range(1, 1001):
        truth, risk, patients = draw(seed, 200, per_patient)
        low, high = concordance(truth, risk, units=patients, metric=metric).interval()
        covered += low <= target <= high
    assert 930 <= covered <= 970
