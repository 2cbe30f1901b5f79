"""Clone-censor-weight: equal to brute force, its influence a derivative, near the truth."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.errors import DataError
from workbench.methods.causal.clone_censor_weight import (
    clone_facts,
    clone_influence,
    final_weights,
    fit_clones,
    make_clones,
)
from workbench.methods.causal.protocol import Protocol

from . import brute_force, months


@pytest.mark.parametrize("compiled", ["always", "never"])
def test_it_equals_explicit_cloning(monkeypatch: pytest.MonkeyPatch, compiled: str) -> None:
    monkeypatch.setenv("WORKBENCH_NUMBA", compiled)
    cohort = months.cohort(3, n=1500)
    clones = make_clones(cohort, months.protocol())
    found = fit_clones(clones).contrast
    assert clones.tasks.drop_out is not None
    terms = clones.tasks.drop_out.terms
    risks, means = brute_force.clone_censor_weight(cohort, months.MONTHS, months.GRACE, terms)
    assert found.risks == pytest.approx(risks, abs=1e-8)
    assert found.means == pytest.approx(means, abs=1e-6)


@pytest.mark.parametrize(
    "settings",
    [{}, {"forced_from": "time_zero"}, {"drop_out": False}, {"interval_days": 3}],
    ids=["last-interval", "time-zero", "no-drop-out", "wide"],
)
def test_influence_is_the_derivative_by_a_persons_weight(settings: dict[str, object]) -> None:
    cohort = months.cohort(1, n=600)
    clones = make_clones(cohort, months.protocol(weights={"interval_days": 1} | settings))
    fit = fit_clones(clones)
    influence = clone_influence(clones, fit)
    assert influence.sum(axis=1) == pytest.approx(np.zeros(5), abs=1e-9)
    for person in (0, 7, 250, 411):
        moved = []
        for step in (1e-4, -1e-4):
            counts = np.ones(600)
            counts[person] += step
            found = fit_clones(clones, counts, fit.fits).contrast
            moved.append(np.r_[found.risks, found.means, found.log_hazard_ratio])
        assert influence[:, person] == pytest.approx((moved[0] - moved[1]) / 2e-4, abs=1e-7)


def test_counts_do_what_copies_of_persons_would() -> None:
    cohort = months.cohort(5, n=500)
    rng = np.random.default_rng(0)
    rows = np.sort(rng.integers(0, 500, 500))
    protocol = months.protocol(weights={"interval_days": 1, "time_terms": "intervals"})
    copied = fit_clones(make_clones(cohort.take(rows), _grouped(protocol))).contrast
    clones = make_clones(cohort, _grouped(protocol))
    counted = fit_clones(clones, np.bincount(rows, minlength=500).astype(float)).contrast
    assert counted.risks == pytest.approx(copied.risks, abs=1e-8)


def _grouped(protocol: Protocol) -> Protocol:
    """Return the protocol without drop-out: a resample may lack losses in some month."""
    weights = protocol.weights.model_copy(update={"drop_out": False})
    return protocol.model_copy(update={"weights": weights})


def test_effect_of_nobody_is_refused() -> None:
    cohort = months.cohort(2, n=300)
    never = replace(cohort, treated_day=np.full(300, np.nan))
    with pytest.raises(DataError) as error:
        make_clones(never, months.protocol())
    assert [p.code for p in error.value.problems] == ["empty-arm"]
    assert "'adj'" in error.value.problems[0].message


def test_a_horizon_nobody_reaches_is_refused() -> None:
    cohort = months.cohort(2, n=300)
    short = replace(
        cohort,
        end_day=np.minimum(cohort.end_day, 40.0),
        event=np.where(cohort.end_day > 40, 0, cohort.event).astype(np.int8),
    )
    with pytest.raises(DataError, match="up to 40 days"):
        make_clones(short, months.protocol())


def test_a_start_is_not_forced_where_nobody_starts() -> None:
    cohort = months.cohort(2, n=600)
    early = replace(
        cohort, treated_day=np.where(cohort.treated_day > 2, np.nan, cohort.treated_day)
    )
    with pytest.raises(DataError) as error:
        make_clones(early, months.protocol())
    assert error.value.problems[0].code == "no-start-in-time"
    whole = months.protocol(weights={"interval_days": 1, "forced_from": "time_zero"})
    assert fit_clones(make_clones(early, whole)).contrast.risks[0] > 0


def test_separation_is_named_with_its_column() -> None:
    cohort = months.cohort(2, n=600)
    late = replace(
        cohort, treated_day=np.where(cohort.baseline.grade3 == 1, np.nan, cohort.treated_day)
    )
    with pytest.raises(DataError) as error:
        fit_clones(make_clones(late, months.protocol()))
    assert error.value.problems[0].code == "separation"
    assert "grade3" in error.value.problems[0].where


def test_facts_add_up_and_weights_stand_for_all() -> None:
    cohort = months.cohort(4)
    clones = make_clones(cohort, months.protocol(weights={"interval_days": 1, "drop_out": False}))
    fit = fit_clones(clones)
    for counts in clone_facts(clones, fit).values():
        assert sum(counts.values()) == 2 * len(cohort)  # the clones, and what ended each
    weights = final_weights(clones, fit)
    for arm in ("adj", "none"):
        total = weights.weight[weights.strategy == arm].sum()
        assert total == pytest.approx(len(cohort), rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("effect", [-0.5, 0.0])
def test_it_finds_the_truth_and_its_intervals_hold(effect: float) -> None:
    risk, mean, _ = months.truth(effect)
    rows = []
    for seed in range(200):
        clones = make_clones(months.cohort(1000 + seed, effect=effect), months.protocol())
        fit = fit_clones(clones)
        pulls = clone_influence(clones, fit)
        gap = fit.contrast.risks[0] - fit.contrast.risks[1] - risk
        days = fit.contrast.means[0] - fit.contrast.means[1] - mean
        error = np.sqrt(((pulls[0] - pulls[1]) ** 2).sum())
        rows.append((gap, days, abs(gap) < 1.96 * error))
    gaps, days, covered = np.array(rows).T
    assert abs(gaps.mean()) < 3 * gaps.std() / np.sqrt(200)
    assert abs(days.mean()) < 3 * days.std() / np.sqrt(200)
    assert covered.mean() > 0.90
