"""The truth: null where nothing acts, equal to an exact integral, kept out of the data."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.use_cases.sarcoma.conftest import knobs, part, use_case

FEW = 100_000


def exact_risk(chosen, strategy: str, days: float) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Return each person's risk by a day, from the cumulative hazard and not from drawn deaths.

    A start is known of the living only; which day of the grace period it is changes nothing.
    """
    course, streams = part("synthetic.course"), part("synthetic.streams").Streams([9, 9])
    persons = part("synthetic.persons").draw_eligible(FEW, chosen, streams, many_centres=True)
    lived = course.live(persons, chosen, streams, strategy)
    start = np.full(FEW, 0.0 if strategy == "treat" else np.inf)
    effect = part("synthetic.risks").log_effect(persons, chosen)
    breaks, hazards = course.death_hazards(
        persons, chosen, start, effect, lived.complication, np.zeros(FEW)
    )
    ends = np.minimum(np.concatenate([breaks[:, 1:], np.full((FEW, 1), np.inf)], axis=1), days)
    total = (np.maximum(ends - breaks, 0) * hazards).sum(axis=1)
    return np.asarray(1 - np.exp(-total))


def test_simulated_risk_is_that_of_the_hazards() -> None:
    chosen = knobs()
    truth = use_case().truth(chosen)
    late = 0.003  # without treatment in the grace period a few start after it
    for strategy, found, more in (
        ("treat", truth.risk_treat, 0.0),
        ("none", truth.risk_none, late),
    ):
        expected = exact_risk(chosen, strategy, 1826)
        error = np.hypot(expected.std() / np.sqrt(FEW), np.sqrt(0.25 / truth.persons))
        assert found == pytest.approx(float(expected.mean()), abs=3.5 * error + more)


def test_the_effect_is_in_high_risk_and_worth_seven_points() -> None:
    truth = use_case().truth(persons=200_000)
    assert truth.risk_difference == pytest.approx(-0.075, abs=0.004)
    assert truth.rmst_difference > 0
    assert truth.risk_difference_se < 0.1 * part("synthetic.truth").SMALLEST_EFFECT


def test_without_effect_the_truth_is_zero() -> None:
    truth = use_case().truth(use_case().knobs("null"), persons=50_000)
    assert truth.risk_difference == 0
    assert truth.rmst_difference == pytest.approx(0, abs=1e-9)


def test_confounding_does_not_move_the_truth_much() -> None:
    """Only the few who start late without having been made to are others."""
    weak, strong = (
        use_case().truth(knobs(confounding=c), persons=200_000).risk_difference for c in (0.0, 3.0)
    )
    assert weak == pytest.approx(strong, abs=0.012)


def test_too_few_persons_are_refused() -> None:
    with pytest.raises(ValueError, match="Monte-Carlo error"):
        use_case().truth(persons=2000)


def test_the_organiser_gets_a_file_of_its_own(tmp_path: Path) -> None:
    path = use_case().write_truth(tmp_path / "truth.json", use_case().knobs("null"), seed=3)
    kept = json.loads(path.read_text())
    assert kept["truth"]["risk_difference"] == 0
    assert kept["seed"] == 3
    assert kept["knobs"]["hr_high_risk"] == 1.0


def test_no_data_set_holds_the_truth_or_the_seed(cohort_set: Path) -> None:
    text = "".join(path.read_text() for path in cohort_set.iterdir())
    for word in ("truth", "seed", "unmeasured", "predicted", "hr_high"):
        assert word not in text
