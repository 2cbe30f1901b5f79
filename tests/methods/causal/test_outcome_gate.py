"""The gate of standardisation: models of the outcome that may not speak for everybody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.gate import Gate, Limits, check_gate, gated
from workbench.methods.causal.standardised_survival import standardisation

from .simulated import RATE, draw

HORIZON = 730.0


def judged(cohort: Cohort, treated: np.ndarray, limits: Limits | None = None) -> Gate:
    return check_gate(standardisation(cohort, treated, HORIZON).facts, limits)


def found(gate: Gate) -> set[tuple[str, str]]:
    return {(problem.code, problem.where) for problem in gate.problems}


def with_hazard(cohort: Cohort, log_ratio: np.ndarray) -> Cohort:
    """Draw deaths anew by another hazard; nobody is lost before the horizon."""
    random = np.random.default_rng(1)
    death = random.exponential(1 / (RATE * np.exp(log_ratio)))
    end = np.minimum(death, HORIZON + 1)
    return replace(
        cohort, end_day=end, event=(death <= end).astype(np.int8), administrative=death > end
    )


def test_right_models_of_arms_that_overlap_pass() -> None:
    for seed in range(5):
        gate = judged(*draw(1500, seed))
        assert gate.open, gate.problems


def test_an_arm_that_part_of_the_cohort_is_never_in_is_extrapolated() -> None:
    cohort, treated = draw(3000, 1)
    size = cohort.baseline["size"].to_numpy()
    never = treated & (size > 0.3) | (size > 0.5)
    result = standardisation(cohort, never, HORIZON)
    gate = check_gate(result.facts)
    assert ("extrapolation", "arm treated") in found(gate)
    assert gated(result, gate).estimates == []
    assert check_gate(result.facts, Limits(max_extrapolated=1.0)).open


def test_arms_that_a_column_tells_apart_are_all_extrapolation() -> None:
    cohort, _ = draw(800, 2)
    gate = judged(cohort, cohort.baseline["size"].to_numpy() > 0)
    assert found(gate) == {("extrapolation", "arm treated"), ("extrapolation", "arm untreated")}


def test_a_model_of_the_wrong_form_is_miscalibrated_and_the_right_one_is_not() -> None:
    cohort, treated = draw(4000, 3)
    size = cohort.baseline["size"].to_numpy()
    cohort = with_hazard(cohort, 0.3 * size + 0.6 * size**2 - 1.0)
    assert {code for code, _ in found(judged(cohort, treated))} == {"miscalibrated"}
    assert judged(cohort, treated, Limits(max_miscalibration=9)).open
    right = replace(cohort, baseline=cohort.baseline.assign(square=size**2))
    assert judged(right, treated).open


def test_a_difference_within_chance_is_no_miscalibration() -> None:
    def codes(ratio: float, z: float) -> list[str]:
        row = {"group": 5, "ratio": ratio, "z": z}
        gate = check_gate({"extrapolated": {}, "calibration": {"treated": [row]}})
        return [problem.code for problem in gate.problems]

    assert codes(2.0, 2.1) == codes(1.2, 9.0) == []
    assert codes(2.0, 4.0) == codes(0.0, -4.0) == ["miscalibrated"]


def test_few_events_for_many_columns_are_named() -> None:
    cohort, treated = draw(300, 4)
    noise = np.random.default_rng(4).normal(size=(300, 20))
    wide = cohort.baseline.assign(**{f"noise{k}": noise[:, k] for k in range(20)})
    gate = judged(replace(cohort, baseline=wide), treated)
    assert ("few-events", "arm treated") in found(gate)
    assert "events for each coefficient" in gate.problems[-1].render()


def test_facts_without_weights_or_models_open_no_gate() -> None:
    with pytest.raises(KeyError):
        check_gate({"persons": {}})
