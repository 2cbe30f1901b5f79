"""Estimators of survival against known truth: right where they should be, wrong where expected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from workbench.errors import DataError
from workbench.methods.causal.arms import curve_days
from workbench.methods.causal.augmented_survival import aipw
from workbench.methods.causal.balancing import Weighting, balancing_weights
from workbench.methods.causal.censoring_model import Uncensored
from workbench.methods.causal.censoring_weighted import censoring_weighted_curve
from workbench.methods.causal.cohort_outcome import cohort_outcome
from workbench.methods.causal.cross_fitting import Columns
from workbench.methods.causal.estimate import Emulated
from workbench.methods.causal.hazard_model import HazardModel
from workbench.methods.causal.iptw import iptw
from workbench.methods.causal.predicted_risk import fit_events
from workbench.methods.causal.propensity import fit_propensity
from workbench.methods.causal.standardised_survival import standardisation, standardised_arm
from workbench.methods.causal.weighted_survival import arm_curve
from workbench.methods.survival.cox import fit_cox
from workbench.metrics.survival.censoring import kaplan_meier
from workbench.metrics.survival.outcome import Outcome

from .simulated import draw, truth

HORIZON = 730.0
NO_SIZE = ("grade3",)
LOST = {"informative": True, "folds": 2}
NEVER = HazardModel(np.empty(0), np.empty(0), (), np.empty(0), None)
Estimator = Callable[..., Emulated]


def studied(estimator: Estimator, *, cohorts: int = 40, n: int = 2000, **options):
    """Return mean error, its Monte-Carlo error, mean standard error over SD, and coverage."""
    known = truth(HORIZON)
    target = np.array([known.risk_difference, known.rmst_difference])
    values, errors, inside = [], [], []
    for seed in range(cohorts):
        cohort, treated = draw(n, 7000 + seed, informative=options.get("informative", False))
        given = {name: value for name, value in options.items() if name != "informative"}
        found = estimator(cohort, treated, HORIZON, **given).estimates[:2]
        values.append([one.value for one in found])
        errors.append([one.standard_error for one in found])
        inside.append([one.low <= t <= one.high for one, t in zip(found, target, strict=True)])
    spread = np.std(values, axis=0, ddof=1)
    bias = np.mean(values, axis=0) - target
    monte_carlo = spread / np.sqrt(cohorts)
    return bias / monte_carlo, np.mean(errors, axis=0) / spread, np.mean(inside, axis=0)


@pytest.mark.parametrize(
    ("estimator", "options", "widest"),
    [
        (iptw, {}, 1.35),
        # Weights of censoring count as known: too wide, if anything.
        (iptw, {"informative": True, "weight_censoring": True}, 2.0),
        (standardisation, {"informative": True}, 1.35),
        (aipw, {"informative": True, "folds": 2}, 1.35),
        (aipw, {"columns": Columns(propensity=NO_SIZE, censoring=NO_SIZE), **LOST}, 1.35),
        # The influence function is not the whole one where the outcome model is wrong.
        (aipw, {"columns": Columns(outcome=NO_SIZE), **LOST}, 2.0),
    ],
    ids=["iptw", "iptw-ipcw", "g-formula", "aipw", "aipw-outcome-right", "aipw-score-right"],
)
def test_right_models_find_the_truth_with_honest_intervals(estimator, options, widest) -> None:
    bias, calibration, coverage = studied(estimator, **options)
    assert np.abs(bias).max() < 3.3
    assert ((calibration > 0.75) & (calibration < widest)).all()
    assert (coverage >= 0.85).all()


@pytest.mark.parametrize(
    ("estimator", "options"),
    [
        (aipw, {"columns": Columns(propensity=NO_SIZE, outcome=NO_SIZE), "folds": 2}),
        (iptw, {"informative": True}),
    ],
    ids=["aipw-both-wrong", "iptw-censoring-ignored"],
)
def test_wrong_models_are_visibly_biased(estimator, options) -> None:
    bias, _, _ = studied(estimator, **options)
    assert np.abs(bias).min() > 5


def test_the_interval_without_weights_is_greenwoods() -> None:
    cohort, treated = draw(500, 1)
    ends, _ = cohort_outcome(cohort, treated, HORIZON)
    days = np.array([200.0, 500.0, HORIZON])
    one = np.ones(len(cohort))
    curve = arm_curve(ends, one, treated, days, HORIZON)
    own = Outcome(ends.time[treated], ends.cause[treated] == 1)
    steps = kaplan_meier(own, np.ones((len(own), 1)))
    hazard = 1 - steps.values[1:, 0] / steps.values[:-1, 0]
    terms = np.cumsum(hazard / (steps.at_risk[:, 0] * (1 - hazard)))
    greenwood = steps.at(days)[:, 0] * np.sqrt(
        terms[np.searchsorted(steps.times, days, side="right") - 1]
    )
    assert np.sqrt((curve.survival_slope**2).sum(axis=0)) == pytest.approx(greenwood, rel=1e-8)


@pytest.mark.parametrize("row", [3, 17, 101])
def test_slopes_are_derivatives_in_a_weight(row: int) -> None:
    cohort, treated = draw(300, 2)
    ends, chosen = cohort_outcome(cohort, treated, HORIZON)
    weights = np.random.default_rng(3).uniform(0.5, 2.0, len(cohort))
    days = curve_days(HORIZON)
    loss = HazardModel(np.array([100.0, 400.0]), np.array([0.2, 0.5]), (), np.empty(0), None)
    uncensored = Uncensored(loss, np.linspace(0.5, 2.0, len(cohort)), NEVER)

    def curves(given):
        yield arm_curve(ends, given, chosen, days, HORIZON)
        yield censoring_weighted_curve(ends, given, chosen, days, HORIZON, uncensored)

    step = np.zeros(len(cohort))
    step[row] = 1e-5
    for here, up, down in zip(
        curves(weights), curves(weights + step), curves(weights - step), strict=True
    ):
        slope = (up.survival - down.survival) / 2e-5
        assert here.survival_slope[row] == pytest.approx(slope, abs=1e-8)
        assert here.mean_slope[row] == pytest.approx((up.mean - down.mean) / 2e-5, abs=1e-5)


def test_weighting_a_censoring_that_never_comes_changes_nothing() -> None:
    cohort, treated = draw(300, 4)
    ends, chosen = cohort_outcome(cohort, treated, HORIZON)
    weights = np.random.default_rng(5).uniform(0.5, 2.0, len(cohort))
    days = curve_days(HORIZON)
    never = Uncensored(NEVER, np.ones(len(cohort)), NEVER)
    plain = arm_curve(ends, weights, chosen, days, HORIZON)
    same = censoring_weighted_curve(ends, weights, chosen, days, HORIZON, never)
    assert same.survival == pytest.approx(plain.survival, rel=1e-10)
    assert same.survival_slope == pytest.approx(plain.survival_slope, abs=1e-10)
    assert same.mean_slope == pytest.approx(plain.mean_slope, abs=1e-7)
    assert same.at_risk.tolist() == plain.at_risk.tolist()


def with_another_death(n: int, seed: int):
    """Some deaths become a competing event by a coin."""
    cohort, treated = draw(n, seed)
    coin = np.random.default_rng(seed).random(n) < 0.3
    event = np.where((cohort.event == 1) & coin, 2, cohort.event).astype(np.int8)
    return replace(cohort, event=event), treated


@pytest.mark.parametrize("row", [3, 17, 101])
def test_slopes_beside_a_competing_event_are_derivatives_too(row: int) -> None:
    cohort, treated = with_another_death(300, 2)
    ends, chosen = cohort_outcome(cohort, treated, HORIZON)
    weights = np.random.default_rng(3).uniform(0.5, 2.0, len(cohort))
    days = curve_days(HORIZON)
    loss = HazardModel(np.array([100.0, 400.0]), np.array([0.2, 0.5]), (), np.empty(0), None)
    uncensored = Uncensored(loss, np.linspace(0.5, 2.0, len(cohort)), NEVER)
    step = np.zeros(len(cohort))
    step[row] = 1e-5
    for curve in (arm_curve, partial(censoring_weighted_curve, uncensored=uncensored)):
        here, up, down = (
            curve(ends, given, chosen, days, HORIZON)
            for given in (weights, weights + step, weights - step)
        )
        slope = (up.survival - down.survival) / 2e-5
        assert here.survival_slope[row] == pytest.approx(slope, abs=1e-8)
        assert here.mean_slope[row] == pytest.approx((up.mean - down.mean) / 2e-5, abs=1e-5)


def test_estimators_agree_beside_a_competing_event() -> None:
    cohort, treated = with_another_death(4000, 3)
    found = [one(cohort, treated, HORIZON).estimates for one in (iptw, standardisation, aipw)]
    plain = iptw(*draw(4000, 3), HORIZON).estimates[0]
    for place in (0, 1):
        values = [one[place].value for one in found]
        errors = [one[place].standard_error for one in found]
        assert np.ptp(values) < 0.6 * min(errors)
        assert max(errors) < 1.15 * min(errors)
    assert abs(found[0][0].value) < abs(plain.value)
    assert "Aalen-Johansen" in found[0][0].convention


def test_mean_days_are_the_area_under_the_curve_beside_a_competing_event() -> None:
    cohort, treated = with_another_death(1500, 4)
    for estimator in (iptw, standardisation, aipw):
        result = estimator(cohort, treated, HORIZON)
        area = {
            strategy: np.trapezoid(curve.survival, curve.day)
            for strategy, curve in result.curves.groupby("strategy")
        }
        expected = area["treated"] - area["untreated"]
        assert result.estimates[1].value == pytest.approx(expected, abs=0.3)


@pytest.mark.parametrize("row", [0, 2, 8])
def test_influence_of_the_g_formula_is_its_derivative_in_a_persons_weight(row: int) -> None:
    cohort, treated = draw(300, 1)
    ends, _ = cohort_outcome(cohort, treated, HORIZON)
    x = cohort.covariates
    rows = np.flatnonzero(treated)
    model = fit_events(cohort.baseline.iloc[rows], ends.take(rows), HORIZON, "treated")
    whole = standardised_arm(cohort.baseline, ends, rows, curve_days(HORIZON), model)

    def risk(weights: np.ndarray) -> float:
        own = (ends.time[treated], ends.cause[treated] == 1)
        fit = fit_cox(x[treated], *own, weights=weights[treated], ties="breslow")
        return float(weights @ fit.survival(x, [HORIZON])[:, 0] / weights.sum())

    step = np.zeros(len(cohort))
    step[row] = 1e-4
    moved = (risk(1 + step) - risk(1 - step)) / 2e-4
    assert whole.survival_influence[row, -1] == pytest.approx(moved, rel=1e-6)


def test_a_rare_category_shares_the_hazard_of_the_others_and_is_named() -> None:
    cohort, treated = draw(600, 16)
    rare = np.zeros(len(cohort))
    rare[[np.flatnonzero(treated)[0], np.flatnonzero(~treated)[0]]] = 1.0
    given = replace(cohort, baseline=cohort.baseline.assign(rare=rare))
    result = aipw(given, treated, HORIZON, folds=1)
    assert {"event: rare", "loss: rare"} <= set(result.facts["left_out"])
    assert "event: rare" in standardisation(given, treated, HORIZON).facts["left_out"]
    assert "loss: rare" in iptw(given, treated, HORIZON, weight_censoring=True).facts["left_out"]
    plain = aipw(cohort, treated, HORIZON, folds=1).estimates[0]
    assert result.estimates[0].value == pytest.approx(plain.value, abs=0.005)


def test_score_known_to_be_estimated_narrows_the_interval_to_its_true_width() -> None:
    stacked = studied(iptw, cohorts=60, n=600)[1]
    known = studied(iptw, cohorts=60, n=600, weights_known=True)[1]
    assert (known > 1.05 * stacked).all()


def test_targets_have_effects_of_their_own_and_say_so() -> None:
    cohort, treated = draw(3000, 8)
    found = {
        target: iptw(cohort, treated, HORIZON, weighting=Weighting(target=target)).estimates[0]
        for target in ("all", "treated", "untreated", "overlap", "matching", "trimmed")
    }
    assert {name: one.population for name, one in found.items()} == {name: name for name in found}
    assert len({round(one.value, 6) for one in found.values()}) == len(found)


def test_stabilising_changes_no_effect() -> None:
    cohort, treated = draw(500, 9)
    plain, scaled = (
        iptw(cohort, treated, HORIZON, weighting=Weighting(stabilise=choice)).estimates
        for choice in (False, True)
    )
    for one, other in zip(plain, scaled, strict=True):
        assert one.value == pytest.approx(other.value, rel=1e-9)
        assert one.standard_error == pytest.approx(other.standard_error, rel=1e-6)


@pytest.mark.parametrize("estimator", [iptw, standardisation, aipw])
def test_curves_start_at_one_fall_and_end_at_the_risks(estimator) -> None:
    cohort, treated = draw(800, 10)
    result = estimator(cohort, treated, HORIZON, strategies=("chemotherapy", "surgery alone"))
    ends = {}
    for strategy, curve in result.curves.groupby("strategy"):
        assert curve.survival.iloc[0] == pytest.approx(1.0)
        assert (np.diff(curve.survival) <= 1e-3).all()
        inside = (curve.survival > 0) & (curve.survival < 1)
        assert ((curve.low < curve.survival) & (curve.survival < curve.high))[inside].all()
        assert curve.at_risk.is_monotonic_decreasing
        ends[strategy] = 1 - curve.survival.iloc[-1]
    difference, _, ratio = result.estimates
    assert difference.value == pytest.approx(ends["chemotherapy"] - ends["surgery alone"])
    assert ratio.value == pytest.approx(ends["chemotherapy"] / ends["surgery alone"])
    assert ratio.low < ratio.value < ratio.high


def test_the_same_seed_gives_the_same_folds() -> None:
    cohort, treated = draw(400, 11)
    first, again, other = (aipw(cohort, treated, HORIZON, seed=s).estimates[0] for s in (3, 3, 4))
    assert first == again
    assert first.value != other.value


@pytest.mark.parametrize("estimator", [iptw, standardisation, aipw])
def test_what_cannot_be_answered_is_named(estimator) -> None:
    cohort, treated = draw(400, 12)
    cases = {
        "horizon-beyond-follow-up": (cohort, 9000.0),
        "bad-horizon": (cohort, -1.0),
        "no-event-by-horizon": (cohort, 1e-6),
        "no-event": (replace(cohort, event=np.zeros(400, np.int8)), HORIZON),
    }
    for code, (given, horizon) in cases.items():
        with pytest.raises(DataError) as error:
            estimator(given, treated, horizon)
        assert code in {problem.code for problem in error.value.problems}


def test_a_covariate_nobody_knows_is_named_with_a_hint() -> None:
    cohort, treated = draw(100, 13)
    with pytest.raises(DataError, match=r"unknown-covariate[\s\S]*did you mean 'size'"):
        aipw(cohort, treated, HORIZON, columns=Columns(outcome=["sise"]))


def test_more_folds_than_persons_of_an_arm_are_named() -> None:
    cohort, treated = draw(60, 14)
    with pytest.raises(DataError) as error:
        aipw(cohort, treated, HORIZON, folds=50)
    assert error.value.problems[0].code == "too-few-for-folds"


def test_weights_at_the_end_belong_to_persons() -> None:
    cohort, treated = draw(200, 15)
    table = iptw(cohort, treated, HORIZON).weights
    model = fit_propensity(cohort.baseline, treated)
    assert table.person.tolist() == cohort.person.tolist()
    expected = balancing_weights(model, Weighting()).value
    assert table.weight.to_numpy() == pytest.approx(expected)
    assert (table.strategy == np.where(treated, "treated", "untreated")).all()
