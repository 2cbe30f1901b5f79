"""Kaplan-Meier curves: definition, weights, ties, torchsurv's values from R."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics.survival.censoring import censoring_curves, kaplan_meier
from workbench.metrics.survival.ipcw import ipcw
from workbench.metrics.survival.outcome import Outcome, checked_outcome

from .brier_problems import draw

CASES = st.lists(
    st.tuples(st.integers(1, 6), st.booleans(), st.integers(0, 3)), min_size=2, max_size=14
)


def brute(cases, t: float, *, of_event: bool, events_first: bool, strict: bool) -> float:
    """Multiply the shares that stay, time by time, over the written-out rows."""
    rows = [(time, event) for time, event, count in cases for _ in range(count)]
    value = 1.0
    for u in sorted({time for time, _ in rows}):
        if u > t or (strict and u == t):
            break
        leaving = sum(time == u and event == of_event for time, event in rows)
        at_risk = sum(time >= u for time, _ in rows)
        if events_first and not of_event:
            at_risk -= sum(time == u and event for time, event in rows)
        value *= 1 - leaving / at_risk if at_risk else 1.0
    return value


@given(CASES, st.integers(0, 7))
def test_curves_are_their_definition_under_counts(cases, t) -> None:
    outcome = Outcome(
        np.array([case[0] for case in cases], float), np.array([case[1] for case in cases])
    )
    weights = np.array([[case[2]] for case in cases])
    survival = kaplan_meier(outcome, weights)
    first = censoring_curves(outcome, weights, "events-first")
    together = censoring_curves(outcome, weights, "together")
    for strict, read in ((False, "at"), (True, "before")):
        for curve, of_event, events_first in (
            (survival, True, False),
            (first, False, True),
            (together, False, False),
        ):
            wanted = brute(cases, t, of_event=of_event, events_first=events_first, strict=strict)
            assert getattr(curve, read)([t])[0, 0] == pytest.approx(wanted, abs=1e-12)


@given(CASES, st.integers(0, 7), st.integers(0, 10_000))
def test_who_enters_late_is_at_risk_from_then_on(cases, t, seed) -> None:
    rows = [(time + 1, event) for time, event, count in cases for _ in range(count)]
    if not rows:
        return
    time, event = np.array(rows, float).T
    entry = np.random.default_rng(seed).integers(0, time.astype(int))
    found = kaplan_meier(Outcome(time, event == 1), np.ones((len(time), 1)), entry.astype(float))
    value = 1.0
    for place, u in enumerate(found.times):
        here = (entry < u) & (time >= u)
        assert found.at_risk[place, 0] == here.sum()
        if u <= t:
            value *= 1 - (event[time == u] == 1).sum() / here.sum()
    assert found.at([t])[0, 0] == pytest.approx(value, abs=1e-12)


@given(st.integers(0, 10_000))
def test_counts_are_duplicated_rows_to_the_bit_and_order_is_nothing(seed) -> None:
    truth, _ = draw(seed, 30)
    outcome, rng = checked_outcome(truth), np.random.default_rng(seed)
    counts = rng.integers(0, 3, (30, 4))
    curves = censoring_curves(outcome, counts).at([1.0, 2.0, 4.0])
    rows = np.repeat(np.arange(30), counts[:, 1])
    written = Outcome(outcome.time[rows], outcome.event[rows])
    alone = censoring_curves(written, np.ones((len(rows), 1))).at([1.0, 2.0, 4.0])
    assert curves[:, 1].tolist() == alone[:, 0].tolist()
    order, real = rng.permutation(30), rng.uniform(0, 2, (30, 1))
    shuffled = Outcome(outcome.time[order], outcome.event[order])
    assert np.array_equal(
        censoring_curves(outcome, real).values, censoring_curves(shuffled, real[order]).values
    )


def test_censoring_may_come_from_elsewhere_or_be_estimated_once() -> None:
    truth, _ = draw(1)
    outcome, other = checked_outcome(truth), checked_outcome(draw(2)[0])
    weights = np.random.default_rng(0).integers(0, 3, (60, 5))
    once = ipcw(outcome, weights, reestimate="once").of_survivors([2.0])
    assert once.shape == (1, 1)
    assert once == ipcw(outcome, np.ones((60, 1))).of_survivors([2.0])
    trained = ipcw(outcome, weights, training=other).of_survivors([2.0])
    assert trained == ipcw(other, np.ones((60, 1))).of_survivors([2.0])


def test_kaplan_meier_of_torchsurv(shared_data: Path) -> None:
    """R survival::survfit, rounded to four digits by torchsurv."""
    path = shared_data / "survival/torchsurv_reference/benchmark_kaplan_meier.json"
    for case in json.loads(path.read_text(encoding="utf-8")):
        outcome = checked_outcome(np.column_stack([case["time"], case["status"]]).astype(float))
        found = kaplan_meier(outcome, np.ones((len(outcome), 1))).at(case["times"])[:, 0]
        assert found == pytest.approx(np.array(case["surv_prob_survival"]), abs=5.01e-5)


def test_censoring_weights_of_torchsurv(shared_data: Path) -> None:
    """R's inverse censoring weights: events first, at the time itself, rounded to four digits."""
    path = shared_data / "survival/torchsurv_reference/benchmark_ipcw.json"
    for case in json.loads(path.read_text(encoding="utf-8")):
        outcome = checked_outcome(np.column_stack([case["time"], case["status"]]).astype(float))
        weights = ipcw(outcome, np.ones((len(outcome), 1)), "sksurv")
        found = weights.of_survivors(case["times"])[:, 0]
        assert found == pytest.approx(np.array(case["ipcw_times"]), abs=5.01e-5)
