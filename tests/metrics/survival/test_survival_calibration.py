"""Calibration of predicted survival: R's glm and survfit, SurvivalEVAL, definitions."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from workbench import metrics
from workbench.errors import DataError, UsageError
from workbench.metrics.survival.calibration_curve import calibration_curve
from workbench.metrics.survival.calibration_groups import calibration_groups
from workbench.metrics.survival.cloglog import fit_cloglog
from workbench.metrics.survival.d_calibration import d_calibration_test, spread
from workbench.metrics.survival.outcome import Outcome

from .brier_problems import ORACLES, PYTHON, ROWS, TIMES, R, curves, draw, outcome

AT_HORIZON = {
    "oe": ("survival-oe", {}),
    "slope": ("survival-calibration-slope", {}),
    "cox_slope": ("survival-calibration-slope", {"method": "cox"}),
    "intercept": ("survival-calibration-intercept", {}),
    "ici": ("survival-ici", {}),
    "e50": ("survival-ici", {"statistic": "e50"}),
    "e90": ("survival-ici", {"statistic": "e90"}),
}


@pytest.mark.parametrize("kind", ["time", "tied"])
@pytest.mark.parametrize("model", ["fair", "sure"])
@pytest.mark.parametrize("what", list(AT_HORIZON))
def test_calibration_at_horizons_is_that_of_r(kind, model, what) -> None:
    """R glm(quasibinomial("cloglog")) with prodlim's weights, rms::rcspline.eval, coxph."""
    name, params = AT_HORIZON[what]
    for i, time in enumerate(TIMES):
        metric = metrics.get(name, horizon=time, **params)
        found = metric(outcome(kind), curves(model)[:, i])
        assert found == pytest.approx(R[kind][f"{model}{i}"][what], abs=1e-7)


@pytest.mark.parametrize("model", ["fair", "sure"])
def test_slope_is_near_that_of_pseudo_values(model) -> None:
    """The same line through pseudo-values (van Geloven et al. 2022) sees the same."""
    for i, time in enumerate(TIMES):
        metric = metrics.get("survival-calibration-slope", horizon=time)
        found = metric(outcome("time"), curves(model)[:, i])
        assert found == pytest.approx(R["time"][f"{model}{i}"]["pseudo_slope"], rel=0.1)


def test_right_predictions_are_calibrated_and_shifted_ones_are_not() -> None:
    rng = np.random.default_rng(0)
    hazard = 0.3 * np.exp(rng.normal(size=20_000))
    event_time, censored = rng.exponential(1 / hazard), rng.exponential(8.0, 20_000)
    truth = np.column_stack([np.minimum(event_time, censored), event_time <= censored])
    right = np.exp(-2.0 * hazard)
    slope = metrics.get("survival-calibration-slope", horizon=2.0)
    intercept = metrics.get("survival-calibration-intercept", horizon=2.0)
    ici = metrics.get("survival-ici", horizon=2.0)
    assert slope(truth, right) == pytest.approx(1.0, abs=0.05)
    assert intercept(truth, right) == pytest.approx(0.0, abs=0.05)
    assert metrics.get("survival-oe", horizon=2.0)(truth, right) == pytest.approx(1, abs=0.03)
    assert ici(truth, right) < 0.015
    # Hazards told half as large: the intercept finds the log of 2.
    assert intercept(truth, right**0.5) == pytest.approx(np.log(2), abs=0.05)
    # Log hazards told twice as far apart: half the slope.
    wide = np.exp(-((2.0 * hazard) ** 2))
    assert slope(truth, wide) == pytest.approx(0.5, abs=0.03)
    assert ici(truth, wide) > 0.1


def test_predictions_that_separate_or_do_not_vary_have_no_slope() -> None:
    truth, predicted = draw(1)
    slope = metrics.get("survival-calibration-slope", horizon=2.0)
    for given_survival in (np.full(60, 0.5), np.where(truth[:, 0] > 2.0, 0.9, 0.1)):
        for method in ("ipcw", "cox"):
            metric = metrics.get("survival-calibration-slope", horizon=2.0, method=method)
            with pytest.raises(DataError, match="undefined here"):
                metric(truth, given_survival)
    assert np.isfinite(metrics.get("survival-ici", horizon=2.0)(truth, np.full(60, 0.5)))
    assert slope(truth, np.clip(np.round(predicted[:, 1]), 0, 1)) != 0  # 0 and 1 are clipped


@given(st.integers(0, 10_000))
def test_lines_are_maxima_of_the_likelihood(seed) -> None:
    """The score of the weighted likelihood is 0 at every fit, also for small resamples."""
    rng = np.random.default_rng(seed)
    x, weight = rng.normal(0, 2, 30), rng.integers(0, 4, 30) * rng.uniform(1, 4, 30)
    happened = rng.random(30) < 1 - np.exp(-np.exp(x + rng.normal(0, 2, 30)))
    design = np.column_stack([np.ones(30), x])
    died, lived = x[happened & (weight > 0)], x[~happened & (weight > 0)]
    if not len(died) or not len(lived) or died.min() >= lived.max() or died.max() <= lived.min():
        return
    fitted = fit_cloglog(design, happened, weight)
    hazard = np.exp(design @ fitted)
    p = -np.expm1(-hazard)
    terms = design * (weight * np.where(happened, hazard * (1 - p) / p, -hazard))[:, None]
    assert terms.sum(axis=0) == pytest.approx(np.zeros(2), abs=1e-8)


def test_null_model_has_no_smooth_distance() -> None:
    """A constant prediction is compared with the weighted share of events, near Kaplan-Meier."""
    metric = metrics.get("survival-ici", horizon=2.0)
    floor = metrics.best_constant(metric, outcome("time"))
    assert floor.value == pytest.approx(0.0, abs=1e-10)


def test_observed_over_expected_reaches_the_last_time_but_not_beyond() -> None:
    truth = np.array([[1, 1], [2, 0], [3, 1], [5, 0]], dtype=float)
    last = metrics.get("survival-oe", horizon=5.0)
    assert last(truth, np.full(4, 0.375)) == pytest.approx((1 - 0.375) / 0.625)
    with pytest.raises(DataError, match=r"row 3: time 5.5 lies beyond .* followed beyond 5"):
        metrics.get("survival-oe", horizon=5.5)(truth, np.full(4, 0.5))
    weights = np.array([[1], [1], [1], [0]])
    assert metrics.get("survival-oe", horizon=4.0).columns(truth, np.full(4, 0.5), weights) == 2.0


@pytest.mark.parametrize("kind", ["time", "tied"])
def test_groups_are_those_of_survfit_with_log_log_intervals(kind) -> None:
    table = calibration_groups(outcome(kind), curves("fair")[:, 1], 2.0, groups=5)
    assert table["n"].tolist() == R[kind]["groups"]["n"]
    for column in ("observed", "low", "high"):
        assert table[column].to_numpy() == pytest.approx(R[kind]["groups"][column], abs=1e-12)
    assert table["predicted"].is_monotonic_increasing


def test_groups_keep_ties_together_and_end_with_the_follow_up() -> None:
    truth = np.array([[1, 0], [2, 1], [3, 1], [4, 0], [5, 1], [6, 0]], dtype=float)
    table = calibration_groups(truth, [0.1, 0.1, 0.9, 0.9, 0.9, 0.9], 4.5, groups=3)
    assert table["n"].tolist() == [2, 4]
    assert table["observed"].tolist() == pytest.approx([0.0, 0.75])
    assert table["low"].isna().tolist() == [True, False]
    short = calibration_groups(truth[[2, 0, 3]], [0.9, 0.1, 0.9], 3.5, groups=3)
    assert short["observed"].isna().tolist() == [True, False]
    with pytest.raises(UsageError, match="groups must be a whole number of at least 1"):
        calibration_groups(truth, np.full(6, 0.5), 2.0, groups=0)


@pytest.mark.parametrize("bins", [5, 10])
def test_d_calibration_of_survivaleval(bins) -> None:
    expected = PYTHON[f"d-calibration-{bins}"]
    found = d_calibration_test(ROWS["fair1"], ROWS["event"], bins=bins)
    assert found.counts[::-1] == pytest.approx(expected["counts_from_the_top"], abs=1e-10)
    assert found.statistic == pytest.approx(expected["statistic"], rel=1e-10)
    assert found.p_value == pytest.approx(expected["p_value"], abs=1e-12)


@given(st.floats(0, 1), st.integers(2, 12))
def test_censored_case_is_spread_as_a_uniform_below_its_survival(s, bins) -> None:
    shares = spread(np.array([s]), np.array([False]), bins)[0]
    assert shares.sum() == pytest.approx(1.0)
    for i in range(bins):
        inside = max(0.0, min(s, (i + 1) / bins) - i / bins)
        assert shares[i] == pytest.approx(inside / s if s > 1e-300 else float(i == 0), abs=1e-9)
    event = spread(np.array([s]), np.array([True]), bins)[0]
    assert sorted(event)[-1] == 1.0
    assert event.sum() == 1.0


def test_d_calibration_reads_curves_by_straight_lines_and_censors_beyond_them() -> None:
    curve = np.array([[0.8, 0.4, 0.2]] * 4)
    truth = np.array([[0.5, 1], [3.0, 1], [4.0, 1], [7.0, 1]])
    metric = metrics.get("d-calibration", times=TIMES, bins=5)
    own = np.array([0.9, 0.3, 0.2, 0.2])
    seen = np.array([True, True, True, False])
    shares = spread(own, seen, 5).sum(axis=0)
    expected = 5 * np.sum((shares / 4 - 0.2) ** 2)
    assert metric(truth, curve) == pytest.approx(expected, rel=1e-12)
    statistic = d_calibration_test(own, seen, bins=5).statistic
    assert metric(truth, curve) == pytest.approx(statistic / 4, rel=1e-12)


def test_d_calibration_test_holds_its_level_for_the_right_model() -> None:
    rng = np.random.default_rng(1)
    rejected = 0
    for _ in range(400):
        hazard = np.exp(rng.normal(size=200))
        time = rng.exponential(1 / hazard)
        rejected += d_calibration_test(np.exp(-hazard * time), np.ones(200)).p_value < 0.05
    assert rejected <= 20 + 2 * np.sqrt(400 * 0.05 * 0.95)
    assert chi2.sf(1e9, 9) == d_calibration_test(np.full(10_000, 0.05), np.ones(10_000)).p_value


@pytest.mark.parametrize(
    ("survival", "event", "message"),
    [
        ([0.5, 1.5], [1, 0], "row 1: survival must lie between 0 and 1, got 1.5"),
        ([0.5, np.nan], [1, 0], "row 1: survival must lie between 0 and 1, got nan"),
        ([0.5, 0.5], [1, 2], "row 1: event must be 1 or 0, got 2"),
        ([0.5], [1, 0], "one value a case"),
    ],
)
def test_d_calibration_test_refuses_bad_input(survival, event, message) -> None:
    with pytest.raises(DataError, match=message):
        d_calibration_test(survival, event)


def test_bins_without_meaning_are_refused() -> None:
    with pytest.raises(UsageError, match="at least 2"):
        metrics.get("d-calibration", times=TIMES, bins=1)
    with pytest.raises(UsageError, match="method of survival-calibration-slope is ipcw"):
        metrics.get("survival-calibration-slope", horizon=1.0, method="pseudo")
    with pytest.raises(UsageError, match="ici, e50, e90"):
        metrics.get("survival-ici", horizon=1.0, statistic="emax")


def test_checked_outcomes_stay_what_they_are() -> None:
    seen = Outcome.of(outcome("tied"))
    assert seen.event.sum() == ROWS["event"].sum()


def test_net_benefit_is_that_of_survfit_among_those_acted_on() -> None:
    known = json.loads((ORACLES / "survival_net_benefit.json").read_text(encoding="utf-8"))
    for row in known["values"]:
        metric = metrics.get(
            "survival-net-benefit", horizon=row["time"], threshold=row["threshold"]
        )
        found = metric(outcome(row["kind"]), curves(row["model"])[:, row["i"]])
        assert found == pytest.approx(row["benefit"], abs=1e-12)


def test_acting_on_nobody_is_worth_nothing_and_the_null_model_is_never_below() -> None:
    truth, _ = draw(4, 200)
    for threshold in (0.05, 0.4, 0.95):
        metric = metrics.get("survival-net-benefit", horizon=2.0, threshold=threshold)
        assert metric(truth, np.ones(200)) == 0.0
        floor = metrics.best_constant(metric, truth).value
        assert floor >= max(0.0, metric(truth, np.zeros(200))) - 1e-12
    with pytest.raises(UsageError, match="threshold lies between"):
        metrics.get("survival-net-benefit", horizon=2.0, threshold=1.0)


def test_the_smooth_curve_is_the_one_ici_is_measured_from() -> None:
    truth, predicted = draw(5, 300)
    curve = calibration_curve(truth, predicted[:, 1], 2.0, resamples=40)
    risk = 1 - predicted[:, 1]
    inside = (risk >= curve["predicted"].iloc[0]) & (risk <= curve["predicted"].iloc[-1])
    gaps = np.abs(np.interp(risk, curve["predicted"], curve["observed"]) - risk)[inside]
    middle = metrics.get("survival-ici", horizon=2.0, statistic="e50")(truth, predicted[:, 1])
    assert np.median(gaps) == pytest.approx(middle, abs=0.02)
    assert ((curve["low"] <= curve["observed"]) & (curve["observed"] <= curve["high"])).mean() > 0.9
    assert calibration_curve(truth, np.full(300, 0.5), 2.0).empty
