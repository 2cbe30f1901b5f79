"""Areas at a time: riskRegression, scikit-survival and brute force; their weighted mean."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench import metrics
from workbench.errors import DataError, UsageError
from workbench.metrics.survival.dynamic_auc import AUC_VARIANTS, TimeDependentAuc
from workbench.metrics.survival.ipcw import ipcw
from workbench.metrics.survival.mean_dynamic_auc import MeanTimeDependentAuc
from workbench.metrics.survival.outcome import Outcome

ORACLES = Path(__file__).resolve().parents[2] / "oracles"
SERIES = [(time, risk) for time in ("fine", "coarse") for risk in ("a", "b", "tied")]


@pytest.fixture(scope="module")
def cases() -> pd.DataFrame:
    return pd.read_csv(ORACLES / "survival_concordance.csv")


@pytest.mark.parametrize(("time", "risk"), SERIES)
def test_values_are_those_of_risk_regression(cases, time, risk) -> None:
    frozen = json.loads((ORACLES / "survival_concordance.json").read_text())
    truth = cases[[time, "event"]].to_numpy()
    found = [TimeDependentAuc(t, variant="riskRegression")(truth, cases[risk]) for t in (2.5, 5.0)]
    assert found == pytest.approx(frozen[f"{time}_{risk}_auc"], abs=1e-12)


@pytest.mark.parametrize(("time", "risk"), SERIES)
def test_values_and_their_mean_are_those_of_scikit_survival(cases, time, risk) -> None:
    frozen = json.loads((ORACLES / "survival_sksurv.json").read_text())
    truth, times = cases[[time, "event"]].to_numpy(), (1.5, 2.5, 5.0)
    found = [TimeDependentAuc(t)(truth, cases[risk]) for t in times]
    mean = MeanTimeDependentAuc(times)(truth, cases[risk])
    assert [*found, mean] == pytest.approx(frozen[f"{time}_{risk}_auc"], abs=1e-12)
    grid = np.column_stack([cases[risk]] * 3)
    assert MeanTimeDependentAuc(times)(truth, grid) == mean
    assert MeanTimeDependentAuc((2.5,))(truth, cases[risk]) == pytest.approx(found[1], abs=1e-15)


@pytest.mark.parametrize("variant", AUC_VARIANTS)
def test_every_pair_is_counted_once(variant) -> None:
    rng = np.random.default_rng(8)
    time, event = rng.integers(1, 12, 80).astype(float), rng.random(80) < 0.6
    risk, weights = rng.integers(0, 6, 80).astype(float), rng.integers(0, 3, (80, 3))
    chosen = AUC_VARIANTS[variant]
    for column in [*weights.T, rng.random(80)]:
        case = event & ((time <= 5) if chosen.closed else (time < 5)) & (column > 0)
        inverse = ipcw(Outcome(time, event), column[:, None], chosen.censoring)
        pairs = (column * inverse.of_events(time).ravel())[case, None] * column[time > 5]
        gaps = np.sign(risk[case, None] - risk[time > 5])
        found = TimeDependentAuc(5.0, variant=variant)(np.c_[time, event], risk, column)
        assert found == pytest.approx((pairs * (gaps + 1) / 2).sum() / pairs.sum(), abs=1e-12)


def test_row_order_changes_no_bit_and_repeats_are_weights(cases) -> None:
    truth, risk = cases[["coarse", "event"]].to_numpy(), cases["tied"].to_numpy()
    rng = np.random.default_rng(3)
    order, counts = rng.permutation(240), rng.integers(1, 4, 240)
    columns, rows = np.column_stack([counts, cases["weight"]]), np.repeat(np.arange(240), counts)
    for metric in (TimeDependentAuc(2.5), MeanTimeDependentAuc((1.5, 2.5))):
        before = metric.columns(truth, risk, columns)
        after = metric.columns(truth[order], risk[order], columns[order])
        assert before.tobytes() == after.tobytes()
        assert metric(truth, risk, counts) == pytest.approx(metric(truth[rows], risk[rows]), 1e-13)


def test_hopeless_horizons_are_named(cases) -> None:
    truth = cases[["coarse", "event"]].to_numpy()
    with pytest.raises(DataError, match="horizon 99 lies beyond the support"):
        TimeDependentAuc(99)(truth, cases["a"])
    with pytest.raises(DataError, match="no event by the horizon"):
        TimeDependentAuc(0.1)(truth, cases["a"])
    with pytest.raises(DataError, match="nobody is followed beyond it"):
        TimeDependentAuc(truth[:, 0].max())(truth, cases["a"])
    with pytest.raises(UsageError, match="times must rise"):
        MeanTimeDependentAuc((2.0, 1.0))
    with pytest.raises(DataError, match="one for each of 2 times"):
        MeanTimeDependentAuc((1.0, 2.0))(truth, np.zeros((240, 3)))
    with pytest.raises(UsageError, match="horizon"):
        metrics.get("time-dependent-auc")
