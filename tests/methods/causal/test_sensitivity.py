"""E-values against published examples; negative controls with and without hidden confounding."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from workbench.errors import DataError
from workbench.methods.causal.iptw import iptw
from workbench.methods.causal.negative_control import negative_control
from workbench.methods.causal.sensitivity import e_value, e_value_of, risk_difference_e_value

from .simulated import draw


@pytest.mark.parametrize(
    ("ratio", "point", "limit"),
    [
        # VanderWeele and Ding 2017: breast feeding, and respiratory death; leukaemia.
        ((3.9, 1.8, 8.7), 7.26, 3.00),
        ((0.80, 0.71, 0.91), 1.81, 1.43),
    ],
)
def test_published_risk_ratios(ratio, point: float, limit: float) -> None:
    found = e_value(*ratio)
    assert (round(found.point, 2), round(found.limit, 2)) == (point, limit)


def test_a_ratio_and_its_inverse_need_the_same_confounder() -> None:
    up, down = e_value(2.0, 1.5, 2.5), e_value(1 / 2.0, 1 / 2.5, 1 / 1.5)
    assert (up.point, up.limit) == pytest.approx((down.point, down.limit))


def test_a_confounder_of_that_strength_does_explain_the_ratio_away() -> None:
    found = e_value(3.9)
    bias = found.point**2 / (2 * found.point - 1)  # Ding and VanderWeele's bounding factor
    assert bias == pytest.approx(3.9)
    assert np.isnan(found.limit)


def test_an_interval_that_holds_no_effect_needs_no_confounder() -> None:
    assert e_value(1.4, 0.9, 2.1).limit == 1.0
    assert e_value(0.8, 0.6, 1.0).limit == 1.0
    assert e_value(1.0).point == 1.0


def test_a_common_outcome_brings_a_hazard_ratio_nearer_to_one() -> None:
    rare = e_value(0.56, 0.46, 0.69, scale="hazard_ratio", rare=True)
    common = e_value(0.56, 0.46, 0.69, scale="hazard_ratio", rare=False)
    assert rare.risk_ratio == 0.56
    expected = (1 - 0.5 ** np.sqrt(0.56)) / (1 - 0.5 ** np.sqrt(1 / 0.56))
    assert common.risk_ratio == pytest.approx(expected)
    assert 1 < common.limit < common.point < rare.point
    assert e_value(0.49, scale="odds_ratio", rare=False).risk_ratio == pytest.approx(0.7)


def test_the_outcome_must_be_said_to_be_rare_or_not() -> None:
    with pytest.raises(DataError) as error:
        e_value(0.5, scale="hazard_ratio")
    assert error.value.problems[0].code == "rare-unknown"


@pytest.mark.parametrize("ratio", [(0.0,), (-1.0,), (2.0, 2.5, 3.0), (float("nan"),)])
def test_broken_ratios_are_named(ratio) -> None:
    with pytest.raises(DataError) as error:
        e_value(*ratio)
    assert error.value.problems[0].code == "bad-ratio"


def test_a_risk_difference_goes_through_the_risk_without_treatment() -> None:
    found = risk_difference_e_value(-0.10, -0.16, -0.04, untreated=0.40)
    assert found.risk_ratio == pytest.approx(0.75)
    assert found.point == pytest.approx(e_value(0.75).point)
    assert found.limit == pytest.approx(e_value(0.90).point)
    with pytest.raises(DataError) as error:
        risk_difference_e_value(-0.5, -0.6, -0.4, untreated=0.4)
    assert error.value.problems[0].code == "bad-risk"


def test_e_value_of_an_estimate_takes_ratios_only() -> None:
    cohort, treated = draw(800, 1)
    difference, _, ratio = iptw(cohort, treated, 730.0).estimates
    assert e_value_of(ratio).risk_ratio == ratio.value
    with pytest.raises(DataError) as error:
        e_value_of(difference)
    assert error.value.problems[0].code == "no-ratio"


def with_fractures(hidden: float):
    cohort, treated = draw(6000, 3)
    random = np.random.default_rng(5)
    # Frailty nobody recorded: untreated persons are frail, and the frail fall.
    frail = random.random(len(cohort)) < np.where(treated, 0.3 - hidden, 0.3 + hidden)
    fracture = random.random(len(cohort)) < 0.05 + 0.25 * frail
    return replace(cohort, negative_control=fracture.astype(np.int8)), treated


def test_a_negative_control_shows_hidden_confounding_and_its_absence() -> None:
    clean = negative_control(*with_fractures(0.0))
    assert not clean.suspicious
    confounded = negative_control(*with_fractures(0.2))
    assert confounded.suspicious
    assert confounded.estimate.value == pytest.approx(-0.1, abs=0.04)
    assert "confounding is left" in confounded.reading


def test_a_cohort_without_a_negative_control_is_named() -> None:
    with pytest.raises(DataError) as error:
        negative_control(*draw(100, 1))
    assert error.value.problems[0].code == "no-negative-control"
