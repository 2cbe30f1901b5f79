"""Hormone therapy in the Rotterdam data: weighted curves, g-formula and AIPW as R gives them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.methods.causal.arms import curve_days
from workbench.methods.causal.augmentation import augmented
from workbench.methods.causal.augmented_survival import aipw
from workbench.methods.causal.balancing import Weighting, balancing_weights
from workbench.methods.causal.censoring_model import Uncensored
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.cohort_outcome import cohort_outcome
from workbench.methods.causal.cross_fitting import Columns
from workbench.methods.causal.estimate import Emulated, Estimate
from workbench.methods.causal.hazard_model import fit_hazard
from workbench.methods.causal.iptw import iptw
from workbench.methods.causal.propensity import fit_propensity
from workbench.methods.causal.stacked import stacked_influence
from workbench.methods.causal.standardised_survival import standardisation
from workbench.methods.causal.weighted_survival import arm_curve

ORACLE = Path(__file__).resolve().parents[2] / "oracles" / "causal_survival.json"
KNOWN = json.loads(ORACLE.read_text(encoding="utf-8"))
HORIZON = KNOWN["horizon"]


@pytest.fixture(scope="module")
def cohort(shared_data: Path) -> tuple[Cohort, np.ndarray]:
    data = pd.read_csv(shared_data / "survival/survival_rotterdam.csv")
    data = data[data.dtime > 0]
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
    outcome, _ = cohort_outcome(made, treated, HORIZON)
    model = fit_propensity(made.baseline, treated)
    weights = balancing_weights(model, Weighting(stabilise=False))
    days = np.array([500.0, 1000.0, HORIZON])
    known = KNOWN["weighted"]
    for place, arm in enumerate((~treated, treated)):
        curve = arm_curve(outcome, weights.value, arm, days, HORIZON)
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
    time, event = made.end_day, made.event == 1
    score = fit_propensity(made.baseline, treated).score
    parts = []
    for arm, ours in ((treated, score), (~treated, 1 - score)):
        given = made.baseline[arm]
        died = fit_hazard(given, time[arm], event[arm], "event")
        left = fit_hazard(given, time[arm], ~event[arm], "censoring")
        never = fit_hazard(given, time[arm], np.zeros(arm.sum(), bool), "study end")
        uncensored = Uncensored(left, left.ratio(made.baseline), never)
        ratio = died.ratio(made.baseline)
        days = curve_days(HORIZON)
        part = augmented(died, ratio, uncensored, arm / ours, (time, event), days)
        parts.append(1 - part.survival[:, -1])
    known = KNOWN["aiptw"]
    # The two write the same correction in different sums, which differ by O(1/n).
    for place, part in enumerate(parts[::-1]):
        assert part.mean() == pytest.approx(known["risk"][place], abs=2e-4)
    gap = parts[0] - parts[1]
    assert gap.mean() == pytest.approx(known["difference"], abs=0.02 * known["se"])
    # R's error adds that of the estimated models, which is nothing in large samples.
    assert gap.std() / np.sqrt(len(gap)) == pytest.approx(known["se"], rel=0.02)


def test_cross_fitting_agrees_within_its_error(cohort) -> None:
    columns = Columns(censoring=["age"])  # few were lost before five years
    plain = one(aipw(*cohort, HORIZON, folds=1, columns=columns), "rmst_difference")
    crossed = one(aipw(*cohort, HORIZON, folds=5, seed=2, columns=columns), "rmst_difference")
    assert crossed.value == pytest.approx(plain.value, abs=0.5 * plain.standard_error)
    assert crossed.facts["least_uncensored"] > 0.5
