"""Harrell's concordance: R, lifelines, brute force; exact ties, ranks, weights and row order."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from lifelines.utils import concordance_index

from workbench import metrics
from workbench.errors import DataError, UsageError
from workbench.metrics.survival.concordance import HARRELL_RULES, HarrellC

ORACLES = Path(__file__).resolve().parents[2] / "oracles"
SERIES = [(time, risk) for time in ("fine", "coarse") for risk in ("a", "b", "tied")]


@pytest.fixture(scope="module")
def frozen() -> dict:
    return json.loads((ORACLES / "survival_concordance.json").read_text())


@pytest.fixture(scope="module")
def cases() -> pd.DataFrame:
    return pd.read_csv(ORACLES / "survival_concordance.csv")


@st.composite
def samples(draw, least: int = 2):
    """Few distinct times and risks, so that ties of every kind are common."""
    n = draw(st.integers(least, 25))
    time = draw(hnp.arrays(float, n, elements=st.sampled_from([0.5, 1.0, 2.0, 3.5])))
    event = draw(hnp.arrays(bool, n))
    risk = draw(hnp.arrays(float, n, elements=st.sampled_from([-1.0, 0.0, 1e-9, 2e-9, 5.0])))
    weights = draw(hnp.arrays(np.int64, (n, 3), elements=st.integers(0, 4)))
    return np.column_stack([time, event | (np.arange(n) == 0)]), risk, weights


def brute(truth, risk, weights, rule) -> float:
    """Look at every pair."""
    (time, event), top, bottom = truth.T, 0.0, 0.0
    for i in np.flatnonzero(event):
        for j in range(len(time)):
            same = rule.same_time and time[i] == time[j] and not event[j]
            if not (time[i] < time[j] or same):
                continue
            if risk[i] == risk[j] and rule.tied_risk == "left out":
                continue
            tied = 0.5 if rule.tied_risk == "half" else 0.0
            pair = weights[i] * weights[j]
            top += pair * (1.0 if risk[i] > risk[j] else tied * (risk[i] == risk[j]))
            bottom += pair
    return top / bottom if bottom else np.nan


@pytest.mark.parametrize(("time", "risk"), SERIES)
def test_values_are_those_of_r_and_lifelines(cases, frozen, time, risk) -> None:
    truth, values = cases[[time, "event"]].to_numpy(), cases[risk].to_numpy()
    found = HarrellC()(truth, values)
    assert found == pytest.approx(frozen[f"{time}_{risk}_harrell"][0], abs=1e-14)
    assert found == concordance_index(truth[:, 0], -values, truth[:, 1])
    weighted = HarrellC()(truth, values, cases["weight"].to_numpy())
    assert weighted == pytest.approx(frozen[f"{time}_{risk}_weighted"][0], abs=1e-13)
    outx = HarrellC("outx")(truth, values)
    assert outx == pytest.approx(frozen[f"{time}_{risk}_outx"][0], abs=1e-14)


@pytest.mark.parametrize("choice", ["always", "never"])
@given(sample=samples())
@settings(max_examples=60, deadline=None)
def test_every_pair_is_counted_once_by_kernel_and_numpy(choice, sample) -> None:
    truth, risk, weights = sample
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_NUMBA", choice)
        for variant, rule in HARRELL_RULES.items():
            for columns in (weights, weights * 0.7):
                if not columns.any():
                    continue
                found = HarrellC(variant).columns(truth, risk, columns)
                expected = [brute(truth, risk, column, rule) for column in columns.T]
                assert found == pytest.approx(expected, abs=1e-12, nan_ok=True)


@given(sample=samples(), seed=st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_row_order_and_rising_maps_of_the_risk_change_no_bit(sample, seed) -> None:
    truth, risk, weights = sample
    order = np.random.default_rng(seed).permutation(len(risk))
    real = weights + np.array([0.1, 0.25, 1 / 3])
    for columns in (weights + 1, real):
        before = HarrellC().columns(truth, risk, columns)
        after = HarrellC().columns(truth[order], risk[order], columns[order])
        mapped = HarrellC().columns(truth, np.arctan(risk * 1e-9), columns)
        assert before.tobytes() == after.tobytes() == mapped.tobytes()


@given(sample=samples())
@settings(max_examples=40, deadline=None)
def test_a_weight_of_two_is_the_row_written_twice(sample) -> None:
    truth, risk, weights = sample
    counts = weights[:, 0] + 1
    rows = np.repeat(np.arange(len(risk)), counts)
    weighted = HarrellC().columns(truth, risk, counts)
    written = HarrellC().columns(truth[rows], risk[rows])
    assert weighted.tobytes() == written.tobytes()


def test_kernel_and_numpy_give_the_same_bits(monkeypatch) -> None:
    rng = np.random.default_rng(5)
    truth = np.column_stack([np.ceil(rng.exponential(size=700) * 30), rng.random(700) < 0.6])
    risk, found = np.round(rng.normal(size=700), 2), {}
    columns = (rng.integers(0, 4, (700, 150)), rng.random((700, 3)))
    for choice in ("always", "never"):
        monkeypatch.setenv("WORKBENCH_NUMBA", choice)
        found[choice] = [HarrellC().columns(truth, risk, part).tobytes() for part in columns]
    assert found["always"] == found["never"]


def test_tiny_risks_are_ranked_exactly() -> None:
    # scikit-survival, with its tolerance of 1e-8, gives 0.5 here.
    time = np.random.default_rng(0).exponential(size=2000)
    truth = np.column_stack([time, np.ones(2000)])
    assert HarrellC()(truth, -time * 1e-9) == 1.0
    assert HarrellC()(truth, time * 1e-9) == 0.0


def test_scaling_weights_changes_no_value(cases) -> None:
    truth, weight = cases[["coarse", "event"]].to_numpy(), cases["weight"].to_numpy()
    values = [
        HarrellC()(truth, cases["tied"], weight * scale) for scale in (1.0, 7.3, 1e-300, 1e300)
    ]
    assert values == pytest.approx([values[0]] * 4, rel=1e-13)


def test_hopeless_input_is_named() -> None:
    with pytest.raises(DataError, match="all 3 cases are censored"):
        HarrellC()([[1, 0], [2, 0], [3, 0]], [1, 2, 3])
    with pytest.raises(DataError, match="no two cases compare"):
        HarrellC()([[3, 1], [2, 0]], [1, 2])
    with pytest.raises(DataError, match="prediction has 3 rows"):
        HarrellC()([[1, 1], [2, 0]], [1, 2, 3])
    with pytest.raises(DataError, match="NaN"):
        HarrellC()([[1, 1], [2, 0]], [1, np.nan])
    with pytest.raises(DataError, match="one risk a case"):
        HarrellC()([[1, 1], [2, 0]], [[1, 2], [2, 1]])
    with pytest.raises(DataError, match="negative"):
        HarrellC()([[1, 1], [2, 0]], [1, 2], [1, -1])
    with pytest.raises(DataError, match="all zero"):
        HarrellC()([[1, 1], [2, 0]], [1, 2], [0, 0])
    with pytest.raises(DataError, match="valid survival outcome") as broken:
        HarrellC()([[0, 1], [2, 0]], [1, 2])
    assert "above 0" in str(broken.value)
    with pytest.raises(UsageError, match="did you mean 'survival'"):
        metrics.get("harrell-c", variant="survivl")


def test_a_subset_without_pairs_is_nan_with_a_warning() -> None:
    with pytest.warns(metrics.UndefinedMetricWarning, match="no two cases compare"):
        assert np.isnan(HarrellC()([[1, 1], [2, 0]], [1, 2], [1, 0]))


def test_one_risk_for_all_is_worth_a_half(cases) -> None:
    floor = metrics.best_constant(HarrellC(), cases[["coarse", "event"]].to_numpy())
    assert (floor.answer, floor.value) == ("same risk", 0.5)
