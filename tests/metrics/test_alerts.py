"""Days to detection: against a walk through the days, and what cannot win."""

from __future__ import annotations

import numpy as np
import pytest

from workbench import metrics
from workbench.errors import DataError, UsageError

CLASSES = ("none", "planted")
END = 400


def metric(**params: float):
    return metrics.get("days-to-detection", CLASSES, **params)


def problem(seed: int = 0, n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Pairs with the day of their first report, and alerts of a method that knows something."""
    rng = np.random.default_rng(seed)
    code = (rng.random(n) < 0.15).astype(float)
    first = rng.integers(0, END - 60, n).astype(float)
    truth = np.column_stack([code, first, np.full(n, END)])
    found = rng.random(n) < np.where(code == 1, 0.8, 0.07)
    wait = 30 * rng.integers(0, 8, n)
    return truth, np.where(found, np.minimum(first + wait, END), END)


def plain(truth: np.ndarray, days: np.ndarray, budget: float) -> float:
    """Walk through the days; stop before the one that spends more than the budget."""
    code, first, end = truth.T
    most, false, counted = budget * (code == 0).sum(), 0, set()
    for day in np.unique(days[days < end]):
        today = np.flatnonzero(days == day)
        false += int((code[today] == 0).sum())
        if false > most:
            break
        counted |= set(today.tolist())
    waits = [
        days[i] - first[i] if i in counted and days[i] >= first[i] else end[i] - first[i]
        for i in np.flatnonzero(code == 1)
    ]
    return float(np.mean(waits))


@pytest.mark.parametrize("budget", [0.0, 0.01, 0.05, 0.2, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_equals_a_walk_through_the_days(seed, budget) -> None:
    truth, days = problem(seed)
    days[::37] = 0.0  # before the first report of most
    assert metric(budget=budget)(truth, days) == pytest.approx(plain(truth, days, budget))


def test_weights_are_rows_and_order_changes_no_bit() -> None:
    truth, days = problem(5)
    rng = np.random.default_rng(6)
    counts = rng.integers(0, 4, len(truth))
    rows = np.repeat(np.arange(len(truth)), counts)
    assert metric()(truth, days, counts) == pytest.approx(metric()(truth[rows], days[rows]))
    order, weights = rng.permutation(len(truth)), rng.poisson(1, (len(truth), 7))
    again = metric()(truth[order], days[order], weights[order])
    assert again.tobytes() == metric()(truth, days, weights).tobytes()


def test_alerts_on_everything_find_nothing() -> None:
    truth, days = problem(7)
    never = metric()(truth, np.full(len(truth), END))
    at_once = metric()(truth, truth[:, 1])
    assert metric()(truth, days) < 0.7 * never
    assert at_once > 0.9 * never
    assert metric()(truth, np.zeros(len(truth))) == never
    assert metric(budget=1.0)(truth, truth[:, 1]) == 0.0


def test_a_later_alert_is_worse_and_a_false_one_costs_what_comes_after_it() -> None:
    truth, days = problem(8)
    assert metric()(truth, np.minimum(days + 40, END)) > metric()(truth, days)
    spent = days.copy()
    spent[np.flatnonzero(truth[:, 0] == 0)[:20]] = 1.0
    assert metric()(truth, spent) > metric()(truth, days)


def test_an_alert_before_the_first_report_is_no_detection() -> None:
    truth = np.array([[1, 50, END], [1, 50, END], [0, 50, END], [0, 9, END]], dtype=float)
    wait = END - 50
    assert metric()(truth, [49.0, 50.0, END, END]) == wait / 2
    assert metric()(truth, [50.9, 50.0, END, END]) == 0.0


def test_without_days_there_is_no_value_and_half_of_them_is_an_error() -> None:
    truth, days = problem(9)
    assert np.isnan(metric().columns(truth, np.full(len(truth), np.nan))[0])
    days[3] = np.nan
    with pytest.raises(DataError, match="has a day of 0 or later"):
        metric()(truth, days)
    with pytest.raises(DataError) as caught:
        metric()(truth - [0, 500, 0], np.zeros(len(truth)))
    assert caught.value.problems[0].code == "first-day-outside"


def test_the_null_answers_wait_until_the_end() -> None:
    truth, _ = problem(10)
    best = metrics.best_constant(metric(), truth)
    signal = truth[:, 0] == 1
    assert best.answer == "no alert"
    assert best.value == pytest.approx((END - truth[signal, 1]).mean())


def test_a_budget_that_is_no_share_is_refused() -> None:
    with pytest.raises(UsageError, match="budget"):
        metric(budget=1.5)
