"""Bootstrap of estimators of a treatment decided once: counts are copies; wider where few carry."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import DataError
from workbench.methods.causal.augmented_survival import aipw
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.emulation import emulate
from workbench.methods.causal.estimate import Estimate
from workbench.methods.causal.folds import person_folds
from workbench.methods.causal.iptw import iptw
from workbench.methods.causal.point_resamples import resampled_point, with_bootstrap
from workbench.methods.causal.standardised_survival import standardisation
from workbench.metrics.resampling import unit_weights

from . import months
from .simulated import draw

BENCHMARKS = Path(__file__).resolve().parents[3] / "scripts/benchmarks"
HORIZON = 730.0
ESTIMATORS = {"iptw": iptw, "standardisation": standardisation, "aipw": aipw}


def whole_days(cohort: Cohort) -> Cohort:
    """The same with times in days, so that many are tied."""
    return replace(cohort, end_day=np.ceil(cohort.end_day))


@pytest.mark.parametrize("name", ["iptw", "standardisation"])
def test_counts_do_what_copies_of_persons_would(name: str) -> None:
    drawn, treated = draw(500, 21, informative=True)
    cohort = whole_days(drawn)
    rows = np.random.default_rng(0).integers(0, 500, 500)
    counts = np.bincount(rows, minlength=500)[:, None]
    copied = ESTIMATORS[name](cohort.take(rows), treated[rows], HORIZON).estimates
    found = resampled_point(name, cohort, treated, HORIZON, counts)
    assert not isinstance(found, DataError)
    contrast, failed = found
    assert failed == 0
    assert contrast.value("risk_difference")[0] == pytest.approx(copied[0].value, abs=1e-10)
    assert contrast.value("rmst_difference")[0] == pytest.approx(copied[1].value, abs=1e-7)


@pytest.mark.parametrize("name", list(ESTIMATORS))
def test_everybody_once_is_the_estimate_itself(name: str) -> None:
    cohort, treated = draw(600, 22)
    plain = ESTIMATORS[name](cohort, treated, HORIZON).estimates[0]
    once = resampled_point(name, cohort, treated, HORIZON, np.ones((600, 1), np.int64))
    assert not isinstance(once, DataError)
    assert once[0].value("risk_difference")[0] == pytest.approx(plain.value, abs=1e-12)


@pytest.mark.parametrize("name", list(ESTIMATORS))
def test_where_fits_begin_moves_no_resample(name: str) -> None:
    cohort, treated = draw(600, 24)
    counts = unit_weights(cohort.person, 4, 1)
    again = np.hstack([counts, counts[:, ::-1]])  # the same, begun at the fits of others
    found = resampled_point(name, cohort, treated, HORIZON, again)
    assert not isinstance(found, DataError)
    values = found[0].value("risk_difference")
    assert values[4:][::-1] == pytest.approx(values[:4], abs=1e-11)


@pytest.mark.parametrize("name", list(ESTIMATORS))
def test_the_estimator_equals_plain_numpy(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    plain = importlib.import_module("bench.plain_point")
    drawn, treated = draw(900, 25, informative=True)
    last = np.minimum(np.ceil(drawn.end_day / 30), 24)
    over = drawn.end_day > 24 * 30
    death = (drawn.event == 1) & ~over
    ended = drawn.administrative | over | ((last == 24) & ~death)
    cohort = replace(drawn, end_day=last, event=death.astype(np.int8), administrative=ended)
    folds = np.empty(900, int)
    for number, (_, judged) in enumerate(person_folds(treated, 5, 0)):
        folds[judged] = number
    lost = ~death & ~ended
    x = cohort.baseline.to_numpy()
    rest = plain.Rest(x, treated, last.astype(int), death, lost, 24)
    risks, means = plain.POINT[name](rest, folds)
    risk, mean = ESTIMATORS[name](cohort, treated, 24.0).estimates[:2]
    assert risk.value == pytest.approx(risks[0] - risks[1], abs=1e-9)
    assert mean.value == pytest.approx(means[0] - means[1], abs=1e-8)


@pytest.mark.parametrize("name", list(ESTIMATORS))
def test_it_agrees_with_influence_where_many_carry_the_weight(name: str) -> None:
    cohort, treated = draw(700, 23)
    plain = ESTIMATORS[name](cohort, treated, HORIZON)
    drawn = with_bootstrap(plain, cohort, treated, resamples=60, seed=4)
    first, again = plain.estimates[0], drawn.estimates[0]
    assert again.standard_error == pytest.approx(first.standard_error, rel=0.35)
    assert (again.value, again.interval) == (first.value, "bootstrap of persons, percentiles")
    assert (again.facts["influence_low"], again.facts["resamples"]) == (first.low, 60)
    assert with_bootstrap(plain, cohort, treated, resamples=60, seed=4).estimates[0] == again


def test_a_protocol_that_asks_for_resamples_gets_them_from_every_estimator() -> None:
    cohort = months.cohort(8, n=900)
    centre = np.array([str(number % 30) for number in range(900)])
    names = list(ESTIMATORS)

    def intervals(unit: str) -> dict[str, Estimate]:
        protocol = months.protocol(
            assignment={"method": "clone_censor_weight", "alt": names},
            uncertainty={"bootstrap": 12, "seed": 3, "unit": unit},
        )
        found = emulate(replace(cohort, centre=centre), protocol)
        return {name: one.estimates[0] for name, one in found.items()}

    persons, centres = intervals("person"), intervals("centre")
    assert {one.interval for one in persons.values()} == {"bootstrap of persons, percentiles"}
    assert {one.interval for one in centres.values()} == {"bootstrap of centres, percentiles"}
    assert all(persons[name].low != centres[name].low for name in names)
    assert all(one.low < one.value < one.high for one in persons.values())


def test_too_many_resamples_without_a_fit_are_refused() -> None:
    cohort, treated = draw(40, 24)
    few = np.zeros((40, 10), np.int64)
    few[np.flatnonzero(treated)[:3]] = 13
    found = resampled_point("iptw", cohort, treated, HORIZON, few)
    assert isinstance(found, DataError)
    first, *causes = found.problems
    assert first.code == "bootstrap-failed"
    assert "one-arm-empty" in {one.code for one in causes}, causes
