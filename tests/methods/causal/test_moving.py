"""Covariates that change: the last value before an interval, never one measured in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.intervals import Grid
from workbench.methods.causal.moving import moving_columns

from . import months
from .planned import Planned


def with_complication(cohort: Cohort, seed: int = 0) -> Cohort:
    """Add a complication in the first three months of some, on top of a row on day 0 for all."""
    rng = np.random.default_rng(seed)
    first = pd.DataFrame({"person": cohort.person, "day": 0.0, "complication": 0.0})
    ill = rng.random(len(cohort)) < 0.3
    day = rng.integers(1, 4, len(cohort)).astype(float)
    later = pd.DataFrame({"person": cohort.person[ill], "day": day[ill], "complication": 1.0})
    table = pd.concat([later, first], ignore_index=True)
    return replace(cohort, time_varying=table)


def test_a_value_counts_from_the_next_interval_on() -> None:
    cohort = months.cohort(1, n=300)
    rows = [(p, 0.0, 0.0) for p in cohort.person] + [(cohort.person[5], 2.0, 4.0)]
    table = pd.DataFrame(rows, columns=["person", "day", "score"])
    found, names = moving_columns(replace(cohort, time_varying=table), ["score"], Grid(1.0, 5.0))
    assert names == ["score"]
    # Intervals (0, 1], (1, 2], (2, 3] ...: measured on day 2, known from the third on.
    low, high = found[0, 0, 0], found[5, 4, 0]
    assert found[5, :, 0].tolist() == [low, low, high, high, high]
    assert (found[:5] == low).all()


def _codes(table: pd.DataFrame | None, name: str = "score") -> list[str]:
    cohort = replace(months.cohort(1, n=20), time_varying=table)
    with pytest.raises(DataError) as error:
        moving_columns(cohort, [name], Grid(1.0, 5.0))
    return [problem.code for problem in error.value.problems]


def test_every_person_must_have_a_first_value() -> None:
    person = months.cohort(1, n=20).person
    table = pd.DataFrame({"person": person, "day": 0.0, "score": 1.0})
    assert _codes(None) == ["no-time-varying"]
    assert _codes(table, "scor") == ["no-time-varying"]
    assert _codes(table.assign(day=[3.0] + [0.0] * 19)) == ["no-first-value"]
    assert _codes(table.assign(score=[np.nan] + [0.0] * 19)) == ["missing-time-varying"]
    assert _codes(table.assign(person=["nobody", *person[1:]])) == ["unknown-person"]


@pytest.mark.parametrize("name", ["clone_censor_weight", "sequential_trials"])
def test_influence_knows_covariates_that_change(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    cohort = with_complication(months.cohort(3, n=700))
    adjust = {"baseline": "all", "time_varying": ["complication"]}
    protocol = months.protocol(adjust=adjust)
    planned = Planned(cohort, protocol, name)
    fit = planned.fit()
    influence = planned.influence(fit)
    for person in (2, 90, 333):
        counts = np.ones(700)
        counts[person] += 1e-4
        up = planned.fit(counts).contrast
        counts[person] -= 2e-4
        down = planned.fit(counts).contrast
        assert influence[:2, person] == pytest.approx((up.risks - down.risks) / 2e-4, abs=1e-7)
    without = Planned(cohort, months.protocol(), name).fit().contrast
    assert abs(without.risks - fit.contrast.risks).max() > 1e-5
    monkeypatch.setenv("WORKBENCH_NUMBA", "never")
    by_rows = Planned(cohort, protocol, name).fit().contrast
    assert by_rows.risks == pytest.approx(fit.contrast.risks, abs=1e-10)
