"""Effects by predicted risk: found where they are, and not made up where they are not."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from workbench.errors import DataError, UsageError
from workbench.methods.causal.augmented_survival import aipw
from workbench.methods.causal.effect_by_risk import (
    difference_of_groups,
    effect_by_risk,
    predicted_risk,
)
from workbench.methods.causal.standardised_survival import standardisation

from .simulated import draw

HORIZON = 730.0
ESTIMATOR = partial(aipw, folds=2)


def helped_only_at_high_risk(n: int, seed: int):
    """No effect, but that death comes later to treated persons of high grade."""
    cohort, treated = draw(n, seed, effect=0.0)
    helped = treated & (cohort.baseline.grade3.to_numpy() == 1) & (cohort.event == 1)
    later = cohort.end_day * np.where(helped, 3.0, 1.0)
    event = np.where(later > 900.0, 0, cohort.event).astype(np.int8)
    return replace(cohort, end_day=np.minimum(later, 900.0), event=event), treated


def test_predicted_risks_are_those_without_treatment() -> None:
    cohort, treated = draw(6000, 1, effect=-1.0)
    risk = predicted_risk(cohort, treated, HORIZON)
    curves = standardisation(cohort, treated, HORIZON).curves
    known = 1 - curves[curves.strategy == "untreated"].survival.iloc[-1]
    assert risk.mean() == pytest.approx(known, abs=0.005)
    assert np.corrcoef(risk, cohort.baseline["size"])[0, 1] > 0.8


def test_an_effect_at_high_risk_only_is_found_there() -> None:
    cohort, treated = helped_only_at_high_risk(8000, 2)
    risk = cohort.baseline.grade3.to_numpy() * 0.4 + 0.2
    low, high = effect_by_risk(cohort, treated, HORIZON, risk, ESTIMATOR, cuts=[0.5])
    assert low.result is not None and high.result is not None
    none, some = low.result.estimates[0], high.result.estimates[0]
    assert none.low < 0 < none.high
    assert some.high < 0
    gap, below, above = difference_of_groups(low, high)
    assert gap == pytest.approx(some.value - none.value)
    assert below < gap < above < 0


def test_groups_of_own_prediction_do_not_make_an_effect_up() -> None:
    gaps = []
    for seed in range(12):
        cohort, treated = draw(1500, 100 + seed, effect=0.0)
        risk = predicted_risk(cohort, treated, HORIZON, seed=seed)
        groups = effect_by_risk(cohort, treated, HORIZON, risk, ESTIMATOR)
        assert sum(group.persons for group in groups) == 1500
        gaps.append(difference_of_groups(groups[0], groups[-1])[0])
    assert abs(np.mean(gaps)) < 3.3 * np.std(gaps, ddof=1) / np.sqrt(12)


def test_a_group_without_an_answer_says_why() -> None:
    cohort, treated = draw(600, 4)
    risk = np.where(treated, 0.8, 0.2)
    groups = effect_by_risk(cohort, treated, HORIZON, risk, ESTIMATOR, cuts=[0.5])
    assert [group.result for group in groups] == [None, None]
    assert {problem.code for group in groups for problem in group.problems} == {"one-arm-empty"}
    with pytest.raises(DataError, match="no-answer"):
        difference_of_groups(*groups)


@pytest.mark.parametrize("cuts", [[0.9, 0.1], [2.0], [0.3, 0.3]])
def test_cuts_that_make_no_groups_are_refused(cuts) -> None:
    cohort, treated = draw(200, 5)
    risk = np.linspace(0.05, 0.95, 200)
    with pytest.raises(UsageError):
        effect_by_risk(cohort, treated, HORIZON, risk, ESTIMATOR, cuts=cuts)
