"""The generator: calibrated to the literature, deterministic, fast, and true about its effect."""

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.use_cases.sarcoma.conftest import knobs, part, use_case

LARGE = 60_000


@pytest.fixture(scope="module")
def natural() -> tuple[Any, Any]:
    """Many persons with their natural course."""
    streams, chosen = part("synthetic.streams").Streams(4), knobs()
    persons = part("synthetic.persons").draw_persons(LARGE, chosen, streams)
    return persons, part("synthetic.course").live(persons, chosen, streams, "natural")


def test_five_year_survival_is_that_of_the_literature(natural: tuple[Any, Any]) -> None:
    _, course = natural
    assert (course.death > 1826).mean() == pytest.approx(0.737, abs=0.02)  # US NCDB, 73.7 %


def test_groups_of_predicted_risk_live_as_in_the_trial(natural: tuple[Any, Any]) -> None:
    persons, course = natural
    group = np.digitize(part("synthetic.risks").predicted_survival(persons), [0.51, 0.66])
    lived = [(course.death[group == number] > 3652).mean() for number in (2, 1, 0)]
    # ISG-STS by predicted survival: 0.78, 0.63, 0.42 (about a hundred each: +/- 0.08 to 0.1).
    assert lived == pytest.approx([0.78, 0.63, 0.42], abs=0.075)
    assert lived[0] > lived[1] > lived[2]


def test_chemotherapy_by_grade(natural: tuple[Any, Any]) -> None:
    persons, course = natural
    share = [np.isfinite(course.start[persons.grade == grade]).mean() for grade in (1, 2, 3)]
    assert share[0] == pytest.approx(0.16, abs=0.03)
    assert share[2] == pytest.approx(0.60, abs=0.03)
    assert share[0] < share[1] < share[2]


def test_histologies_come_in_their_shares(natural: tuple[Any, Any]) -> None:
    persons, _ = natural
    shares = list(part("synthetic.histology").SHARES.values())
    found = np.bincount(persons.histology, minlength=len(shares)) / LARGE
    assert found == pytest.approx(shares, abs=0.01)


def test_without_confounding_nothing_known_decides_on_treatment() -> None:
    chosen, streams = (
        knobs(confounding=0.0, centre_spread=0.0),
        part("synthetic.streams").Streams(1),
    )
    persons = part("synthetic.persons").draw_persons(LARGE, chosen, streams)
    exposed = part("synthetic.risks").log_chemo_rate(persons, chosen)
    assert np.ptp(exposed) == 0


@pytest.mark.parametrize("confounding", [0.0, 1.0, 3.0])
def test_confounding_leaves_the_share_of_treated(confounding: float) -> None:
    chosen, streams = knobs(confounding=confounding), part("synthetic.streams").Streams(2)
    persons = part("synthetic.persons").draw_persons(LARGE, chosen, streams)
    course = part("synthetic.course").live(persons, chosen, streams, "natural")
    assert np.isfinite(course.start).mean() == pytest.approx(0.385, abs=0.03)


def test_immortal_time_is_early_death_before_treatment() -> None:
    streams = part("synthetic.streams").Streams(2)
    deaths = []
    for immortal in (0.0, 3.0):
        chosen = knobs(immortal_time=immortal)
        persons = part("synthetic.persons").draw_persons(LARGE, chosen, streams)
        deaths.append(
            (part("synthetic.course").live(persons, chosen, streams, "none").death < 90).mean()
        )
    assert deaths[1] - deaths[0] == pytest.approx(3 * 0.012, abs=0.012)


def test_the_same_seed_gives_the_same_cohort_and_another_another() -> None:
    first, second = (use_case().cohort(7, knobs(n=300)) for _ in range(2))
    other = use_case().cohort(8, knobs(n=300))
    assert first.baseline.equals(second.baseline)
    assert (first.end_day == second.end_day).all()
    assert not (first.end_day[:200] == other.end_day[:200]).all()


def test_one_knob_leaves_what_it_does_not_concern() -> None:
    plain, moved = (
        use_case().cohort(7, knobs(n=500, linkage_loss=0.0, **change))
        for change in ({}, {"informative_censoring": 3.0})
    )
    assert plain.baseline.equals(moved.baseline)
    assert not (plain.end_day == moved.end_day).all()


@pytest.mark.parametrize("scenario", part("synthetic.scenarios").SCENARIOS)
@pytest.mark.parametrize("question", ["adjuvant", "neoadjuvant"])
def test_every_scenario_gives_a_sound_cohort(scenario: str, question: str) -> None:
    chosen = replace(use_case().knobs(scenario, n=800), question=question)
    cohort = use_case().cohort(1, chosen)
    cohort.check()
    assert np.linalg.matrix_rank(cohort.covariates) == cohort.covariates.shape[1]
    assert (cohort.time_varying is not None) == (scenario == "time_varying")
    assert 0.2 < np.isfinite(cohort.treated_day).mean() < 0.8


def test_a_cohort_of_3000_is_drawn_in_a_tenth_of_a_second() -> None:
    use_case().cohort(0)  # the intercept is solved once
    begun = time.process_time()
    for seed in range(10):
        use_case().cohort(seed, knobs(n=3000))
    assert (time.process_time() - begun) / 10 < 0.1


def test_unlinked_persons_are_left_out_and_counted() -> None:
    cohort = use_case().cohort(1, knobs(n=2000, linkage_loss=0.2))
    assert len(cohort) == pytest.approx(1600, abs=80)
    assert cohort.flow[-1]["kept"] == len(cohort)


def test_a_shifted_population_is_older_and_dies_sooner_than_its_columns_say() -> None:
    at_home, abroad = (
        use_case().cohort(3, knobs(n=8000, shift=shift, immortal_time=0.0)) for shift in (0.0, 1.0)
    )
    assert abroad.baseline["age_10y"].mean() - at_home.baseline["age_10y"].mean() > 0.3
    alike = [abs(c.baseline["age_10y"]) < 0.5 for c in (at_home, abroad)]
    dead = [
        ((c.event == 1) & (c.end_day <= 1826))[chosen].mean()
        for c, chosen in zip((at_home, abroad), alike, strict=True)
    ]
    assert dead[1] - dead[0] > 0.03


def test_without_overlap_some_are_hardly_ever_treated() -> None:
    cohort = use_case().cohort(1, knobs(n=4000, no_overlap=1))
    old = cohort.baseline["age_10y"] > 1
    assert np.isfinite(cohort.treated_day[old]).mean() < 0.03


def test_before_surgery_whatever_comes_first_rules() -> None:
    cohort = use_case().cohort(2, knobs(n=3000, question="neoadjuvant"))
    assert cohort.surgery_day is not None
    treated = np.isfinite(cohort.treated_day)
    both = treated & np.isfinite(cohort.surgery_day)
    assert (cohort.treated_day[both] < cohort.surgery_day[both]).all()
    never = treated & ~np.isfinite(cohort.surgery_day) & (cohort.end_day > 200)
    assert never.sum() / treated.sum() == pytest.approx(0.06, abs=0.02)  # they progressed
    assert not [name for name in cohort.baseline if name.startswith("margin")]
