"""Hormone therapy in the Rotterdam data: weighted curves, g-formula and AIPW as R gives them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.methods.causal.augmentation import augmented
from workbench.methods.causal.augmented_survival import aipw
from workbench.methods.causal.balancing import Weighting, balancing_weights
from workbench.methods.causal.censoring_model import Uncensored
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.cohort_outcome import Ends, cohort_outcome
from workbench.methods.causal.cross_fitting import Columns
from workbench.methods.causal.estimate import Emulated, Estimate
from workbench.methods.causal.hazard_model import fit_hazard
from workbench.methods.causal.iptw import iptw
from workbench.methods.causal.predicted_risk import fit_events
from workbench.methods.causal.propensity import fit_propensity
from workbench.methods.causal.stacked import stacked_influence
from workbench.methods.causal.standardised_survival import standardisation
from workbench.methods.causal.weighted_survival import arm_curve

ORACLE = Path(__file__).resolve().parents[2] / "oracles" / "causal_survival.json"
KNOWN = json.loads(ORACLE.read_text(encoding="utf-8"))
HORIZON = KNOWN["horizon"]


@pytest.fixture(scope="module")
def data(shared_data: Path) -> pd.DataFrame:
    read = pd.read_csv(shared_data / "survival/survival_rotterdam.csv")
    return read[read.dtime > 0]


@pytest.fixture(scope="module")
def cohort(data: pd.DataFrame) -> tuple[Cohort, np.ndarray]:
    baseline = pd.DataFrame(
        {
            "age": data.age,
            "meno": data.meno,
            "mid": data["size"] == "20-50",
            "big": data["size"] == ">50",
            "grade3": data.grade == 3,
            "lognodes": np.log1p(data.nodes),
        }
    ).astype(float)
    treated = data.hormon.to_numpy() == 1
    made = Cohort(
        person=data.pid.to_numpy().astype(str),
        baseline=baseline.reset_index(drop=True),
        treated_day=np.where(treated, 0.0, np.nan),
        end_day=data.dtime.to_numpy(float),
        event=data.death.to_numpy(np.int8),
        administrative=np.zeros(len(data), bool),
    )
    assert len(made) == KNOWN["n"]
    return made, treated


def one(result: Emulated, estimand: str) -> Estimate:
    return next(found for found in result.estimates if found.estimand == estimand)


def test_weighted_curves_equal_survfit(cohort) -> None:
    made, treated = cohort
    ends, _ = cohort_outcome(made, treated, HORIZON)
    model = fit_propensity(made.baseline, treated)
    weights = balancing_weights(model, Weighting(stabilise=False))
    days = np.array([500.0, 1000.0, HORIZON])
    known = KNOWN["weighted"]
    for place, arm in enumerate((~treated, treated)):
        curve = arm_curve(ends, weights.value, arm, days, HORIZON)
        part = slice(3 * place, 3 * place + 3)
        assert curve.survival == pytest.approx(known["survival"][part], rel=1e-9)
        pulled = stacked_influence(curve.survival_slope, weights, model, weights_known=True)
        assert np.sqrt((pulled**2).sum(axis=0)) == pytest.approx(known["se"][part], rel=1e-8)
        assert curve.mean == pytest.approx(known["rmst"][place], rel=1e-9)


def test_weighted_contrasts_follow_from_the_curves(cohort) -> None:
    result = iptw(*cohort, HORIZON, weights_known=True)
    known = KNOWN["weighted"]
    gap = known["survival"][2] - known["survival"][5]
    assert one(result, "risk_difference").value == pytest.approx(gap, rel=1e-9)
    error = np.hypot(known["se"][2], known["se"][5])
    assert one(result, "risk_difference").standard_error == pytest.approx(error, rel=1e-8)
    mean = known["rmst"][1] - known["rmst"][0]
    assert one(result, "rmst_difference").value == pytest.approx(mean, rel=1e-8)
    stacked = iptw(*cohort, HORIZON)
    assert one(stacked, "risk_difference").standard_error < error


def test_g_formula_equals_riskregression(cohort) -> None:
    result = standardisation(*cohort, HORIZON)
    known = KNOWN["gformula"]
    found = one(result, "risk_difference")
    assert found.value == pytest.approx(known["difference"], rel=1e-6)
    assert found.standard_error == pytest.approx(known["se"], rel=2e-3)
    end = result.curves[result.curves.day == HORIZON].set_index("strategy").survival
    assert 1 - end["untreated"] == pytest.approx(known["risk"][0], rel=1e-6)
    assert 1 - end["treated"] == pytest.approx(known["risk"][1], rel=1e-6)


def test_augmented_agrees_with_riskregression(cohort) -> None:
    made, treated = cohort
    known = KNOWN["aiptw"]
    gap = augmented_gap(made, treated, known)
    # R's error adds that of the estimated models, which is nothing in large samples.
    assert gap.std() / np.sqrt(len(gap)) == pytest.approx(known["se"], rel=0.02)


def augmented_gap(made: Cohort, treated: np.ndarray, known: dict) -> np.ndarray:
    """Return what each person adds, after comparing risks with riskRegression's.

    Its models are of the whole follow-up. The two write the same correction in different sums,
    which differ by O(1/n).
    """
    time, event = made.end_day, made.event
    score = fit_propensity(made.baseline, treated).score
    parts = []
    for arm, ours in ((treated, score), (~treated, 1 - score)):
        given = made.baseline[arm]
        died = fit_events(given, Ends(time, event).take(arm), time.max(), "arm")
        left = fit_hazard(given, time[arm], event[arm] == 0, "censoring")
        never = fit_hazard(given, time[arm], np.zeros(arm.sum(), bool), "study end")
        uncensored = Uncensored(left, left.ratio(made.baseline), never)
        days = np.array([HORIZON, time.max()])
        part = augmented(died.of(made.baseline), uncensored, arm / ours, Ends(time, event), days)
        parts.append(1 - part.survival[:, 0])
    for place, part in enumerate(parts[::-1]):
        assert part.mean() == pytest.approx(known["risk"][place], abs=0.03 * known["se"])
    return parts[0] - parts[1]


def test_cross_fitting_agrees_within_its_error(cohort) -> None:
    columns = Columns(censoring=["age"])  # few were lost before five years
    plain = one(aipw(*cohort, HORIZON, folds=1, columns=columns), "rmst_difference")
    crossed = one(aipw(*cohort, HORIZON, folds=5, seed=2, columns=columns), "rmst_difference")
    assert crossed.value == pytest.approx(plain.value, abs=0.5 * plain.standard_error)
    assert crossed.facts["least_uncensored"] > 0.5


@pytest.fixture(scope="module")
def relapse(data: pd.DataFrame, cohort) -> tuple[Cohort, np.ndarray]:
    made, treated = cohort
    recurred = data.recur.to_numpy() == 1
    with_cause = replace(
        made,
        end_day=np.where(recurred, data.rtime, data.dtime).astype(float),
        event=np.where(recurred, 1, 2 * data.death).astype(np.int8),
    )
    assert len(with_cause) == KNOWN["relapse"]["n"]
    return with_cause, treated


def test_relapse_beside_death_equals_aalen_johansen_of_survfit(relapse) -> None:
    made, treated = relapse
    ends, _ = cohort_outcome(made, treated, HORIZON)
    model = fit_propensity(made.baseline, treated)
    weights = balancing_weights(model, Weighting(stabilise=False))
    days = np.array([500.0, 1000.0, HORIZON])
    known = KNOWN["relapse"]
    for place, arm in enumerate((~treated, treated)):
        curve = arm_curve(ends, weights.value, arm, days, HORIZON)
        part = slice(3 * place, 3 * place + 3)
        assert 1 - curve.survival == pytest.approx(known["risk"][part], rel=1e-9)
        pulled = stacked_influence(curve.survival_slope, weights, model, weights_known=True)
        assert np.sqrt((pulled**2).sum(axis=0)) == pytest.approx(known["se"][part], rel=1e-8)
        assert curve.mean == pytest.approx(known["mean"][place], rel=1e-8)


def with_few_columns(relapse) -> tuple[Cohort, np.ndarray]:
    made, treated = relapse
    return replace(made, baseline=made.baseline[["age", "lognodes"]]), treated


def test_relapse_by_standardisation_equals_riskregression(relapse) -> None:
    result = standardisation(*with_few_columns(relapse), HORIZON)
    known = KNOWN["relapse"]["gformula"]
    found = one(result, "risk_difference")
    assert result.facts["left_out"] == []
    # R takes survival after a step where we take it before: O(1/n) of the risk.
    assert found.value == pytest.approx(known["difference"], abs=0.02 * known["se"])
    assert found.standard_error == pytest.approx(known["se"], rel=5e-3)


def test_relapse_by_augmented_weighting_agrees_with_riskregression(relapse) -> None:
    augmented_gap(*with_few_columns(relapse), KNOWN["relapse"]["aiptw"])
