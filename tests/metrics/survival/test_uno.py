"""Uno's concordance: the conventions of four packages, brute force, and where it has no value."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench import metrics
from workbench.errors import DataError, UsageError
from workbench.metrics.survival.ipcw import IPCW_VARIANTS, ipcw
from workbench.metrics.survival.outcome import Outcome
from workbench.metrics.survival.uno import UNO_VARIANTS, UnoC

ORACLES = Path(__file__).resolve().parents[2] / "oracles"
SERIES = [(time, risk) for time in ("fine", "coarse") for risk in ("a", "b", "tied")]
# Seven rows with an event and a censoring at one time: scikit-survival issue 428.
TIED = np.array([[11, 1], [11, 0], [26, 0], [89, 1], [128, 0], [299, 1], [300, 0]], dtype=float)
RISK = np.array([-0.02, 1.20, -0.56, -1.33, -0.81, 1.02, -1.29])


@pytest.fixture(scope="module")
def cases() -> pd.DataFrame:
    return pd.read_csv(ORACLES / "survival_concordance.csv")


@pytest.fixture(scope="module")
def of_r() -> dict:
    return json.loads((ORACLES / "survival_concordance.json").read_text())


@pytest.fixture(scope="module")
def of_sksurv() -> dict:
    return json.loads((ORACLES / "survival_sksurv.json").read_text())


@pytest.mark.parametrize(
    ("variant", "tau", "expected"),
    [
        ("sksurv", 299, 0.3742690058),
        ("sksurv", 300, 0.5291529153),
        ("survAUC", 299, 0.4129032258),
        ("survival", 300, 0.5087719298),
        ("survival", 298, 0.3137254902),
    ],
)
def test_the_tie_that_packages_differ_on(variant, tau, expected) -> None:
    assert UnoC(tau, variant)(TIED, RISK) == pytest.approx(expected, abs=5e-11)


@pytest.mark.parametrize(("time", "risk"), SERIES)
def test_values_are_those_of_scikit_survival(cases, of_sksurv, time, risk) -> None:
    truth, values = cases[[time, "event"]].to_numpy(), cases[risk].to_numpy()
    found = [UnoC(tau)(truth, values) for tau in (3.0, 6.0)]
    assert found == pytest.approx(of_sksurv[f"{time}_{risk}_uno"], abs=1e-13)
    metric = [UnoC(tau, training=truth[120:]) for tau in (3.0, 6.0)]
    trained = [one(truth[:120], values[:120]) for one in metric]
    assert trained == pytest.approx(of_sksurv[f"{time}_{risk}_uno_trained"], abs=1e-13)


@pytest.mark.parametrize(("time", "risk"), SERIES)
def test_values_are_those_of_r_survival(cases, of_r, time, risk) -> None:
    truth, values = cases[[time, "event"]].to_numpy(), cases[risk].to_numpy()
    for tau in (3.0, 6.0):
        expected = of_r[f"{time}_{risk}_n_G2_{tau:g}"][0]
        assert UnoC(tau, "survival")(truth, values) == pytest.approx(expected, abs=1e-12)
    weighted = UnoC(6.0, "survival")(truth, values, cases["weight"].to_numpy())
    assert weighted == pytest.approx(of_r[f"{time}_{risk}_n_G2_weighted"][0], abs=1e-12)


def test_censoring_of_survauc_compounds_tied_times() -> None:
    # By its C code: at 2, two of four cases leave and one of them is censored.
    outcome = Outcome(np.array([1.0, 2.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 0, 1]) == 1)
    weights = ipcw(outcome, np.ones((5, 1)), "survAUC").of_events([1.0, 2.0, 3.0]).ravel()
    assert weights == pytest.approx([1, 2, 4])


@pytest.mark.parametrize("variant", UNO_VARIANTS)
def test_every_pair_is_counted_once(variant) -> None:
    rng = np.random.default_rng(7)
    time, event = rng.integers(1, 12, 60).astype(float), rng.random(60) < 0.6
    risk, weights = rng.integers(0, 6, 60).astype(float), rng.integers(0, 3, (60, 4))
    chosen, tau = UNO_VARIANTS[variant], 8.0
    for column in weights.T:
        inverse = ipcw(Outcome(time, event), column[:, None], chosen.censoring)
        squares = inverse.of_events(time).ravel() ** 2
        top = bottom = 0.0
        for i in np.flatnonzero(event & ((time <= tau) if chosen.closed else (time < tau))):
            same = chosen.rule.same_time & (time == time[i]) & ~event
            pair = column[i] * column * ((time > time[i]) | same)
            tied = 0.5 if chosen.rule.tied_risk == "half" else 0.0
            pair = pair * squares[i] if column[i] else 0.0 * pair
            top += (pair * ((risk < risk[i]) + tied * (risk == risk[i]))).sum()
            bottom += pair.sum()
        found = UnoC(tau, variant)(np.column_stack([time, event]), risk, column)
        assert found == pytest.approx(top / bottom, abs=1e-12)


def test_frequency_weights_order_and_blocks(cases) -> None:
    truth, values = cases[["coarse", "event"]].to_numpy(), cases["tied"].to_numpy()
    rng = np.random.default_rng(1)
    counts, order = rng.integers(1, 4, 240), rng.permutation(240)
    rows, metric = np.repeat(np.arange(240), counts), UnoC(6.0)
    assert metric(truth, values, counts) == pytest.approx(metric(truth[rows], values[rows]), 1e-13)
    columns = np.column_stack([counts, rng.integers(0, 3, (240, 3)), cases["weight"]])
    before = metric.columns(truth, values, columns)
    after = metric.columns(truth[order], values[order], columns[order])
    apart = [metric(truth, values, column) for column in columns.T[:4].astype(int)]
    assert before.tobytes() == after.tobytes()
    assert before[:4] == pytest.approx(apart, abs=1e-14)


def test_censoring_of_the_training_set_or_of_the_whole_set_is_fixed(cases) -> None:
    truth, values = cases[["coarse", "event"]].to_numpy(), cases["a"].to_numpy()
    weights = np.random.default_rng(2).integers(0, 3, 240)
    once = UnoC(6.0, reestimate="once")(truth, values, weights)
    trained = UnoC(6.0, training=truth)(truth, values, weights)
    assert once == trained != UnoC(6.0)(truth, values, weights)
    assert "once" in UnoC(6.0, reestimate="once").convention


def test_tau_must_lie_within_the_follow_up(cases) -> None:
    truth = cases[["coarse", "event"]].to_numpy()
    with pytest.raises(DataError, match=r"tau 99 lies beyond .* no scored case is followed beyond"):
        UnoC(99)(truth, cases["a"])
    short = truth[truth[:, 0] < 4]
    with pytest.raises(DataError, match=r"no training case is followed beyond 3\.5"):
        UnoC(6, training=short)(truth, cases["a"])
    for tau in (0, -1, np.nan):
        with pytest.raises(UsageError, match="above 0"):
            UnoC(tau)
    with pytest.raises(UsageError, match="did you mean 'survAUC'"):
        UnoC(5, "survAUK")
    with pytest.raises(UsageError, match="tau"):
        metrics.get("uno-c")
    with pytest.raises(DataError, match="training"):
        UnoC(5, training=[[1, 2], [2, 0]])


def test_a_weighting_that_censoring_ends_too_early_is_undefined() -> None:
    # With the last two rows left out, the event at 3 shares the last time with a censoring: G = 0.
    truth = np.array([[1, 1], [2, 0], [3, 1], [3, 0], [5, 1], [6, 0]], dtype=float)
    risk, weights = [3, 2, 4, 1, 0, 5], [[1, 1], [1, 1], [1, 1], [1, 1], [1, 0], [1, 0]]
    found = UnoC(6.0).columns(truth, risk, weights)
    assert np.isnan(found).tolist() == [False, True]
    assert set(IPCW_VARIANTS) >= {v.censoring for v in UNO_VARIANTS.values()}
