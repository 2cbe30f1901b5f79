"""Who is at risk at an event: controls, baseline hazards."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.learning.risk_sets import Compared, baseline_hazard, check_compared, event_rises
from workbench.learning.survival_estimator import Sample
from workbench.methods.survival.cox import fit_cox


def sample(count: int, seed: int = 0) -> Sample:
    rng = np.random.default_rng(seed)
    time = rng.integers(1, 30, count).astype(float)
    return Sample(rng.normal(size=(count, 2)), time, rng.random(count) < 0.6)


def test_controls_are_at_risk_and_never_the_case_itself() -> None:
    cases = sample(200)
    compared = Compared.of(cases)
    own = compared.rows()
    drawn = compared.controls(np.arange(len(compared)), 50, np.random.default_rng(1).integers)
    assert cases.event[own].all()
    assert (cases.time[drawn] >= cases.time[own][:, None]).all()
    assert (drawn != own[:, None]).all()


def test_every_other_case_at_risk_is_drawn_alike_often() -> None:
    cases = Sample(np.zeros((4, 1)), np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 0, 0]) == 1)
    drawn = Compared.of(cases).controls(np.array([0]), 30_000, np.random.default_rng(0).integers)
    counts = np.bincount(drawn.ravel(), minlength=4)
    assert counts[0] == 0
    assert counts[1:] == pytest.approx(10_000, rel=0.05)


def test_an_event_at_which_nobody_else_is_at_risk_is_not_compared() -> None:
    cases = Sample(np.zeros((2, 1)), np.array([1.0, 2.0]), np.array([True, True]))
    assert Compared.of(cases).rows().tolist() == [0]
    last = Sample(np.zeros((2, 1)), np.array([1.0, 2.0]), np.array([False, True]))
    with pytest.raises(DataError) as caught:
        check_compared(last)
    assert [p.code for p in caught.value.problems] == ["no-pair"]


def test_rises_at_events_are_those_of_lifelines() -> None:
    from lifelines import CoxPHFitter

    cases = sample(300)
    table = pd.DataFrame(cases.rows, columns=["a", "b"]).assign(t=cases.time, e=cases.event)
    fitter = CoxPHFitter().fit(table, "t", "e")
    times = np.unique(cases.time[cases.event])
    found = event_rises(cases, fitter.predict_log_partial_hazard(table).to_numpy(), times)
    theirs = fitter.baseline_cumulative_hazard_.iloc[:, 0].loc[times].to_numpy()
    assert np.cumsum(found) == pytest.approx(theirs, rel=1e-9)


def test_baseline_hazard_is_that_of_the_cox_model_it_comes_from() -> None:
    cases = sample(300)
    fit = fit_cox(cases.rows, cases.time, cases.event)
    found = baseline_hazard(cases, fit.linear_predictor(cases.rows))
    expected = fit.baseline()
    assert found["times"] == pytest.approx(expected["time"].to_numpy())
    assert found["baseline_cumulative_hazard"] == pytest.approx(
        expected["cumulative_hazard"].to_numpy(), rel=1e-9
    )
