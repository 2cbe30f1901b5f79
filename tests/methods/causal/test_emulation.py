"""Estimators over time: their influence is a derivative; what they refuse; near the truth."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from workbench.errors import DataError
from workbench.methods.causal.clone_censor_weight import clone_facts
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.emulation import emulate
from workbench.methods.causal.estimate import Estimate
from workbench.methods.causal.gate import Limits, check_gate
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.strategies import make_trial
from workbench.metrics.survival.censoring import kaplan_meier
from workbench.metrics.survival.outcome import Outcome

from . import months
from .planned import Planned

SETTINGS = {
    "time-zero": {},
    "last-interval": {"forced_from": "last_interval"},
    "no-drop-out": {"drop_out": False, "forced_from": "last_interval"},
    "wide": {"interval_days": 3, "forced_from": "last_interval"},
    "stabilised": {"stabilise": "arm_only_baseline"},
}


@pytest.mark.parametrize("name", ["clone_censor_weight", "landmark", "sequential_trials", "naive"])
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_influence_is_the_derivative_by_a_persons_weight(
    settings: dict[str, object], name: str
) -> None:
    cohort = months.cohort(1, n=600)
    planned = Planned(cohort, months.protocol(weights={"interval_days": 1} | settings), name)
    fit = planned.fit()
    influence = planned.influence(fit)
    assert influence.sum(axis=1) == pytest.approx(np.zeros(5), abs=1e-9)
    for person in (0, 7, 250, 411):
        moved = []
        for step in (1e-4, -1e-4):
            counts = np.ones(600)
            counts[person] += step
            found = planned.fit(counts).contrast
            moved.append(np.r_[found.risks, found.means, found.log_hazard_ratio])
        assert influence[:, person] == pytest.approx((moved[0] - moved[1]) / 2e-4, abs=1e-7)


def test_counts_do_what_copies_of_persons_would() -> None:
    cohort = months.cohort(5, n=500)
    rows = np.sort(np.random.default_rng(0).integers(0, 500, 500))
    counts = np.bincount(rows, minlength=500).astype(float)
    # Without drop-out: its knots would move with the copies.
    protocol = months.protocol(weights={"interval_days": 1, "drop_out": False})
    copied = Planned(cohort.take(rows), protocol).fit().contrast
    counted = Planned(cohort, protocol).fit(counts).contrast
    assert counted.risks == pytest.approx(copied.risks, abs=1e-9)


def test_stabilising_moves_weights_and_no_curve() -> None:
    cohort = months.cohort(6, n=900)
    plain, stable = (
        Planned(cohort, months.protocol(weights={"interval_days": 1, "stabilise": how}))
        for how in ("none", "arm_only_baseline")
    )
    fits = plain.fit(), stable.fit()
    assert fits[0].contrast.risks == pytest.approx(fits[1].contrast.risks, abs=1e-12)
    largest = [float(fit.each[0].weights[1].weights.max()) for fit in fits]
    assert largest[1] < largest[0] / 2


def test_truncation_cuts_what_it_says_and_no_more() -> None:
    cohort = months.cohort(6, n=900)

    def last_weights(cut: tuple[float, float]) -> np.ndarray:
        fit = Planned(cohort, months.protocol(weights={"interval_days": 1, "truncate": cut})).fit()
        return fit.each[0].weights[1].weights[:, -1]

    whole, cut = last_weights((0.0, 1.0)), last_weights((0.0, 0.95))
    assert cut.max() < whole.max()
    kept = whole < cut.max()
    assert cut[kept] == pytest.approx(whole[kept])


def _refused(cohort: Cohort, protocol: Protocol) -> list[str]:
    with pytest.raises(DataError) as error:
        emulate(cohort, protocol)
    return [problem.code for problem in error.value.problems]


def test_an_empty_arm_is_refused() -> None:
    cohort = months.cohort(2, n=300)
    never = replace(cohort, treated_day=np.full(300, np.nan))
    assert _refused(never, months.protocol()) == ["empty-arm"]
    at_once = replace(cohort, treated_day=np.full(300, 0.5))
    assert _refused(at_once, months.protocol()) == ["empty-arm"]


def test_a_horizon_nobody_reaches_is_refused() -> None:
    cohort = months.cohort(2, n=300)
    event = np.where(cohort.end_day > 40, 0, cohort.event).astype(np.int8)
    end = np.minimum(cohort.end_day, 40.0)
    short = replace(cohort, end_day=end, event=event, administrative=event == 0)
    with pytest.raises(DataError, match="up to 40 days"):
        emulate(short, months.protocol())


def test_a_start_is_not_forced_where_nobody_starts() -> None:
    cohort = months.cohort(2, n=600)
    early = replace(
        cohort, treated_day=np.where(cohort.treated_day > 2, np.nan, cohort.treated_day)
    )
    forced = months.protocol(weights={"interval_days": 1, "forced_from": "last_interval"})
    assert _refused(early, forced) == ["no-start-in-time"]
    whole = months.protocol()
    assert Planned(early, whole).fit().contrast.risks[0] > 0


def test_separation_is_named_with_its_column() -> None:
    cohort = months.cohort(2, n=600)
    grade3 = cohort.baseline.grade3 == 1
    apart = replace(cohort, treated_day=np.where(grade3, np.nan, cohort.treated_day))
    with pytest.raises(DataError) as error:
        emulate(apart, months.protocol())
    assert error.value.problems[0].code == "separation"
    assert "model of the start (treatment)" in error.value.message
    assert "grade3" in error.value.problems[0].where


def test_no_overlap_is_refused() -> None:
    cohort = months.cohort(2, n=2000)
    rng = np.random.default_rng(0)
    odds = np.where(cohort.baseline.age < 0, 4.0, -4.0) + 0.1 * cohort.baseline.log_size
    starts = np.where(rng.random(2000) < months.chance(odds.to_numpy()), 2.5, np.nan)
    starts = np.where(starts <= cohort.end_day, starts, np.nan)
    table = cohort.baseline.assign(young=(cohort.baseline.age < 0).astype(float))
    apart = replace(cohort, treated_day=starts, baseline=table.drop(columns="age"))
    protocol = months.protocol(checks={"positivity_eps": 0.05})
    assert _refused(apart, protocol) == ["no-overlap"]


def test_starts_outside_of_follow_up_are_refused_with_every_person() -> None:
    cohort = months.cohort(2, n=300)
    starts = cohort.treated_day.copy()
    starts[4], starts[9] = -3.0, 500.0
    codes = _refused(replace(cohort, treated_day=starts), months.protocol())
    assert codes == ["treated-before-time-zero", "treated-after-end"]


def test_an_outcome_that_nobody_has_by_the_horizon_is_refused() -> None:
    cohort = months.cohort(2, n=300)
    early = (cohort.event == 1) & (cohort.end_day <= 30)
    later = replace(cohort, event=np.where(early, 0, cohort.event).astype(np.int8))
    outcome = {"event": "death", "horizon_days": 30}
    assert _refused(later, months.protocol(outcome=outcome)) == ["no-event"]


def test_a_competing_event_must_be_named() -> None:
    cohort = months.cohort(2, n=300)
    event = cohort.event.copy()
    event[np.flatnonzero(event == 1)[0]] = 2
    assert _refused(replace(cohort, event=event), months.protocol()) == ["competing-not-named"]


def test_facts_add_up_and_weights_stand_for_all() -> None:
    cohort = months.cohort(4)
    protocol = months.protocol(weights={"interval_days": 1, "drop_out": False})
    for counts in clone_facts(cohort, make_trial(cohort, protocol)).values():
        assert sum(counts.values()) == 2 * len(cohort)  # the clones, and what ended each
    found = emulate(cohort, protocol)["clone_censor_weight"]
    alive = (cohort.end_day > months.GRACE).sum()
    for arm in ("adj", "none"):
        total = found.weights.weight[found.weights.strategy == arm].sum()
        assert total == pytest.approx(alive, rel=0.1)
    assert found.facts["max_asmd"]["after"] < found.facts["max_asmd"]["before"] / 3


@pytest.mark.slow
@pytest.mark.parametrize("effect", [-0.5, 0.0])
def test_it_finds_the_truth_and_its_intervals_hold(effect: float) -> None:
    risk, mean, _ = months.truth(effect)
    rows, wrong = [], []
    for seed in range(200):
        found = emulate(months.cohort(1000 + seed, effect=effect), months.protocol())
        first, second = found["clone_censor_weight"].estimates
        rows.append((first.value - risk, second.value - mean, first.low < risk < first.high))
        wrong.append(found["naive"].estimates[0].value - risk)
    gaps, days, covered = np.array(rows).T
    assert abs(gaps.mean()) < 3 * gaps.std() / np.sqrt(200)
    assert abs(days.mean()) < 3 * days.std() / np.sqrt(200)
    assert covered.mean() > 0.90
    assert np.mean(wrong) < -5 * np.std(wrong) / np.sqrt(200)  # the naive answer flatters


def test_every_estimator_answers_and_the_gate_can_judge_it() -> None:
    names = ["sequential_trials", "landmark", "iptw", "standardisation", "aipw"]
    found = emulate(
        months.cohort(8, n=1500),
        months.protocol(
            assignment={"method": "clone_censor_weight", "alt": names},
            estimands=["risk_difference", "hazard_ratio_descriptive_only"],
            uncertainty={"bootstrap": 20, "seed": 3},
        ),
    )
    assert list(found) == ["clone_censor_weight", *names, "naive"]
    for name, one in found.items():
        json.dumps(dict(one.facts), allow_nan=False)
        for estimate in one.estimates:
            assert estimate.low < estimate.value < estimate.high
            assert estimate.estimator == name
            assert estimate.horizon_days == months.MONTHS
        survival = one.curves[one.curves.strategy == "adj"].survival.to_numpy()
        assert (np.diff(survival) <= 1e-12).all()
    assert "WRONG" in found["naive"].estimates[0].convention
    assert not check_gate(found["naive"].facts).open
    assert check_gate(found["clone_censor_weight"].facts, Limits(max_asmd=0.25)).open


def test_an_alternative_that_cannot_answer_says_why_and_the_others_go_on() -> None:
    cohort = months.cohort(8, n=800)
    # At the landmark, and only there, a column has one value in all who had started.
    started = (cohort.treated_day <= months.GRACE) & (cohort.end_day > months.GRACE)
    odd = np.where(started, 1.0, (np.arange(800) % 2).astype(float))
    apart = replace(cohort, baseline=cohort.baseline.assign(odd=odd))
    names = ["landmark", "aipw"]
    protocol = months.protocol(
        assignment={"method": "naive", "alt": names}, uncertainty={"bootstrap": 5}
    )
    found = emulate(apart, protocol)
    assert list(found) == ["naive", *names]
    assert found["naive"].estimates
    codes = {name: found[name].facts["refused"][0]["code"] for name in names}
    assert codes == {"landmark": "separation", "aipw": "no-overlap"}
    assert all(not found[name].estimates and found[name].curves.empty for name in names)
    main = months.protocol(assignment={"method": "landmark", "alt": ["naive"]})
    assert _refused(apart, main) == ["separation"]


def test_the_bootstrap_follows_its_seed_and_agrees_with_influence() -> None:
    cohort = months.cohort(9, n=800)

    def run(seed: int) -> list[Estimate]:
        how = {"bootstrap": 60, "seed": seed}
        return emulate(cohort, months.protocol(uncertainty=how))["clone_censor_weight"].estimates

    first, again, other = run(1), run(1), run(2)
    assert [(e.low, e.high) for e in first] == [(e.low, e.high) for e in again]
    assert first[0].low != other[0].low
    plain = emulate(cohort, months.protocol())["clone_censor_weight"].estimates
    for drawn, derived in zip(first, plain, strict=True):
        assert drawn.value == derived.value
        assert drawn.standard_error == pytest.approx(derived.standard_error, rel=0.35)
        assert drawn.facts["influence_low"] == derived.low


def test_naive_and_landmark_curves_are_weighted_kaplan_meier() -> None:
    cohort = months.cohort(10, n=700)
    planned = Planned(cohort, months.protocol(), "naive")
    fit = planned.fit().each[0]
    ever = np.isfinite(cohort.treated_day)
    outcome = Outcome(cohort.end_day[ever], (cohort.event == 1)[ever])
    curve = kaplan_meier(outcome, np.ones((int(ever.sum()), 1)))
    assert fit.curves[0].free == pytest.approx(curve.at(fit.curves[0].days)[:, 0], abs=1e-12)


def test_a_competing_event_takes_its_share() -> None:
    cohort = months.cohort(11, n=900)
    event = np.where((cohort.event == 1) & (np.arange(900) % 2 == 0), 2, cohort.event)
    split = replace(cohort, event=event.astype(np.int8))
    outcome = {"event": "relapse", "horizon_days": months.MONTHS, "competing": "death"}
    planned = Planned(split, months.protocol(outcome=outcome))
    both = Planned(cohort, months.protocol()).fit().each[0].curves[0]
    fit = planned.fit()
    one = fit.each[0].curves[0]
    assert 0.2 * both.at_horizon < one.at_horizon < 0.8 * both.at_horizon
    assert one.free == pytest.approx(both.free, abs=1e-12)
    influence = planned.influence(fit)
    counts = np.ones(900)
    counts[17] += 1e-4
    moved = planned.fit(counts).contrast.risks - fit.contrast.risks
    assert influence[:2, 17] == pytest.approx(moved / 1e-4, abs=1e-6)


@pytest.mark.parametrize("forced", ["last_interval", "time_zero"])
def test_surgery_first_or_treatment_first(forced: str) -> None:
    """Two starts that rule each other out: influence is the derivative there too."""
    rng = np.random.default_rng(4)
    cohort = months.cohort(12, n=900)
    surgery = np.where(np.isnan(cohort.treated_day), rng.integers(0, 4, 900) + 0.6, np.nan)
    after = cohort.treated_day + rng.integers(1, 4, 900) + 0.2
    after[rng.random(900) < 0.1] = np.nan  # grown in the meantime: never operated
    surgery = np.where(np.isnan(cohort.treated_day), surgery, after)
    surgery = np.where(surgery <= cohort.end_day, surgery, np.nan)
    two = replace(cohort, surgery_day=surgery)
    strategies = {
        "chemo_first": {"start": "L01", "grace_days": 3, "then": "surgery", "then_within_days": 6},
        "surgery_first": {"start": "surgery", "grace_days": 3},
    }
    weights = {"interval_days": 1, "forced_from": forced, "drop_out": False}
    protocol = months.protocol(strategies=strategies, time_zero="diagnosis", weights=weights)
    planned = Planned(two, protocol)
    fit = planned.fit()
    influence = planned.influence(fit)
    assert influence.sum(axis=1) == pytest.approx(np.zeros(5), abs=1e-9)
    for person in (3, 40, 41, 600):
        counts = np.ones(900)
        counts[person] += 1e-4
        up = planned.fit(counts).contrast
        counts[person] -= 2e-4
        down = planned.fit(counts).contrast
        assert influence[:2, person] == pytest.approx((up.risks - down.risks) / 2e-4, abs=1e-7)
    with pytest.raises(DataError) as error:
        emulate(cohort, protocol)
    assert error.value.problems[0].code == "no-surgery-day"


def test_centres_are_drawn_as_wholes() -> None:
    cohort = months.cohort(13, n=800)
    unit = {"unit": "centre"}
    codes = _refused(cohort, months.protocol(uncertainty=unit))
    assert codes == ["no-centre"]
    alone = replace(cohort, centre=cohort.person)
    few = replace(cohort, centre=np.array([f"c{number % 20}" for number in range(800)]))
    names = [
        emulate(one, months.protocol(uncertainty=how))["clone_censor_weight"].estimates[0]
        for one, how in ((cohort, {}), (alone, unit), (few, unit))
    ]
    assert names[0].standard_error == pytest.approx(names[1].standard_error, rel=1e-12)
    assert names[2].standard_error != names[0].standard_error
    assert {one.n for one in names} == {800}
