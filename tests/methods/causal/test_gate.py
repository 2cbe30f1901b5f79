"""Diagnostics, and the gate that holds back effects of arms that are not alike."""

from __future__ import annotations

import dataclasses
import json
import logging

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError, Problem, UsageError
from workbench.methods.causal.augmented_survival import aipw
from workbench.methods.causal.balancing import TARGETS, Weighting, balancing_weights
from workbench.methods.causal.diagnostics import balance_table, diagnose, effective_sample_size
from workbench.methods.causal.estimate import Emulated
from workbench.methods.causal.gate import Limits, Override, check_gate, gated
from workbench.methods.causal.iptw import iptw
from workbench.methods.causal.propensity import fit_propensity
from workbench.methods.causal.standardised_survival import standardisation

from .simulated import draw

HORIZON = 730.0


def codes(error: pytest.ExceptionInfo[DataError]) -> set[str]:
    return {problem.code for problem in error.value.problems}


def test_weighting_balances_what_was_not() -> None:
    cohort, treated = draw(4000, 1)
    facts = iptw(cohort, treated, HORIZON).facts
    assert facts["max_asmd"]["before"] > 0.4
    assert facts["max_asmd"]["after"] < 0.05
    assert [row["covariate"] for row in facts["balance"]] == ["size", "grade3"]


def test_overlap_weights_balance_the_means_exactly() -> None:
    cohort, treated = draw(400, 2)
    facts = iptw(cohort, treated, HORIZON, weighting=Weighting(target="overlap")).facts
    assert facts["max_asmd"]["after"] < 1e-8


def test_slopes_of_weights_are_derivatives() -> None:
    cohort, treated = draw(300, 3)
    model = fit_propensity(cohort.baseline, treated)
    step = 1e-6
    for target in TARGETS:
        weighting = Weighting(target=target, stabilise=False)
        moved = []
        for sign in (1, -1):
            odds = np.log(model.score / (1 - model.score)) + sign * step
            near = type(model)(
                1 / (1 + np.exp(-odds)), treated, model.design, model.fit, model.left_out
            )
            moved.append(balancing_weights(near, weighting).value)
        slope = (moved[0] - moved[1]) / (2 * step)
        assert balancing_weights(model, weighting).slope == pytest.approx(slope, abs=1e-4)


def test_truncation_cuts_at_quantiles_and_says_how_many() -> None:
    cohort, treated = draw(1000, 4)
    model = fit_propensity(cohort.baseline, treated)
    whole = balancing_weights(model, Weighting())
    cut = balancing_weights(model, Weighting(truncate=(0.05, 0.95)))
    assert cut.truncated == pytest.approx(0.1, abs=0.002)
    assert cut.value.max() == pytest.approx(np.quantile(whole.value, 0.95))
    assert (cut.slope[cut.value == cut.value.max()] == 0).all()


def test_diagnose_counts_tails_and_overlap() -> None:
    cohort, treated = draw(2000, 5)
    model = fit_propensity(cohort.baseline, treated)
    facts = diagnose(cohort.baseline, model, balancing_weights(model, Weighting()), positivity=0.1)
    beyond = (model.score < 0.1) | (model.score > 0.9)
    assert facts["beyond_positivity"]["treated"] == pytest.approx(beyond[treated].mean())
    assert facts["persons"] == {"treated": int(treated.sum()), "untreated": int((~treated).sum())}
    for arm in ("treated", "untreated"):
        assert facts["ess"][arm] < facts["persons"][arm]
        quantiles = list(facts["weight_quantiles"][arm].values())
        assert quantiles == sorted(quantiles)
        assert 0 < facts["largest_share"][arm] < 1


@pytest.mark.parametrize("estimator", [iptw, aipw, standardisation])
def test_facts_are_plain_json(estimator) -> None:
    result = estimator(*draw(500, 12), HORIZON)
    text = json.dumps(dict(result.facts), allow_nan=False)
    assert json.loads(text)["left_out"] == []
    for one in result.estimates:
        json.dumps(dataclasses.asdict(one), allow_nan=False)


def test_an_arm_represents_the_cohort_only_where_the_score_fits() -> None:
    cohort, treated = draw(4000, 13)
    right = iptw(cohort, treated, HORIZON).facts["represented"]
    assert all(share == pytest.approx(1.0, abs=0.1) for share in right.values())
    # Treatment that never comes to the small, by a score that thinks it may.
    never = treated & (cohort.baseline["size"].to_numpy() > -0.3)
    wrong = iptw(cohort, never, HORIZON).facts["represented"]
    assert wrong["treated"] < 0.85


def test_one_heavy_person_has_no_company() -> None:
    assert effective_sample_size(np.array([100.0, 1.0, 1.0])) == pytest.approx(1.04, abs=0.001)


def test_a_constant_covariate_is_balanced() -> None:
    table = balance_table(
        pd.DataFrame({"x": [1.0, 1, 1, 1]}), np.array([1, 1, 0, 0], bool), np.ones(4)
    )
    assert table.smd_before.tolist() == [0.0]


def test_gate_holds_an_imbalanced_effect_back() -> None:
    cohort, treated = draw(1500, 6)
    # A weight model that forgets the size of the tumour.
    model = fit_propensity(cohort.baseline[["grade3"]], treated)
    result = iptw(cohort, treated, HORIZON, propensity=model)
    gate = check_gate(result.facts)
    shown = gated(result, gate)
    assert not gate.open
    assert [(p.code, p.where) for p in gate.problems] == [("imbalance", "covariate size")]
    assert shown.estimates == []
    assert shown.curves.empty
    assert len(shown.weights) == 1500
    assert shown.facts["gate"]["open"] is False


def test_an_override_is_kept_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    cohort, treated = draw(1500, 6)
    model = fit_propensity(cohort.baseline[["grade3"]], treated)
    result = iptw(cohort, treated, HORIZON, propensity=model)
    override = Override(who="Dr Example", reason="to show the bias in a lecture")
    with caplog.at_level(logging.WARNING):
        shown = gated(result, check_gate(result.facts, override=override))
    assert shown.estimates == result.estimates
    assert shown.facts["gate"]["override"] == {"who": override.who, "reason": override.reason}
    assert shown.facts["gate"]["passed"] is False
    assert "Dr Example" in caplog.text
    assert "imbalance" in caplog.text


def test_an_override_of_a_gate_that_passes_is_not_kept() -> None:
    cohort, treated = draw(1500, 7)
    override = Override(who="Dr Example", reason="in case")
    gate = check_gate(iptw(cohort, treated, HORIZON).facts, override=override)
    assert gate.open
    assert gate.override is None


def test_few_effective_persons_close_the_gate() -> None:
    cohort, treated = draw(1500, 8)
    facts = iptw(cohort, treated, HORIZON).facts
    gate = check_gate(facts, Limits(min_ess_share=0.99))
    assert {problem.code for problem in gate.problems} == {"low-ess"}


def test_a_difference_that_is_no_number_closes_the_gate() -> None:
    row = {"covariate": "age", "smd_after": float("nan")}
    assert not check_gate({"balance": [row], "ess": {}, "persons": {}}).open


@pytest.mark.parametrize(("who", "reason"), [("", "x"), ("x", "  ")])
def test_an_override_needs_a_name_and_a_reason(who: str, reason: str) -> None:
    with pytest.raises(UsageError):
        Override(who=who, reason=reason)


def test_no_overlap_is_named_with_its_column() -> None:
    cohort, _ = draw(200, 9)
    treated = cohort.baseline.grade3.to_numpy() == 1
    with pytest.raises(DataError) as error:
        fit_propensity(cohort.baseline, treated)
    assert codes(error) == {"no-overlap", "separation"}
    assert "grade3" in str(error.value)


@pytest.mark.parametrize("value", [True, False])
def test_an_empty_arm_is_named(value: bool) -> None:
    cohort, _ = draw(50, 10)
    with pytest.raises(DataError) as error:
        iptw(cohort, np.full(50, value), HORIZON)
    assert codes(error) == {"one-arm-empty"}


def test_trimming_everybody_is_named() -> None:
    cohort, treated = draw(300, 11)
    model = fit_propensity(cohort.baseline, treated)
    with pytest.raises(DataError) as error:
        balancing_weights(model, Weighting(target="trimmed", trim=0.4999999))
    assert codes(error) == {"no-overlap"}


def test_unknown_targets_are_refused_with_a_hint() -> None:
    with pytest.raises(UsageError, match="did you mean 'treated'"):
        Weighting(target="treeted")  # type: ignore[arg-type]


def test_an_arm_that_does_not_stand_for_the_cohort_closes_the_gate() -> None:
    cohort, treated = draw(4000, 13)
    assert check_gate(iptw(cohort, treated, HORIZON).facts).open
    never = treated & (cohort.baseline["size"].to_numpy() > -0.3)
    gate = check_gate(iptw(cohort, never, HORIZON).facts, Limits(max_asmd=9, min_ess_share=1e-9))
    assert [(one.code, one.where) for one in gate.problems] == [("not-represented", "arm treated")]
    assert check_gate({"balance": [], "ess": {}, "represented": {"a": 1.3}}).problems


def test_dividing_by_hardly_any_chance_to_stay_closes_the_gate() -> None:
    facts = {"balance": [], "ess": {}, "least_uncensored": 0.001}
    assert [one.code for one in check_gate(facts).problems] == ["few-uncensored"]
    assert check_gate(facts, Limits(min_uncensored=0.0005)).open


def test_an_estimator_that_refused_stays_shut_whoever_asks() -> None:
    error = DataError("cannot", problems=[Problem("separation", "no end", "column x")])
    gate = check_gate(Emulated.refused(error).facts, override=Override("Dr Example", "in case"))
    assert not gate.open and gate.refused
    assert [one.code for one in gate.problems] == ["separation"]
