"""Time cut into intervals: cuts, how far each case came, curves."""

import numpy as np
import pytest

from workbench.learning.discrete_time import Intervals, marginal_logits, rises_of


def test_cuts_hold_alike_many_events_and_end_at_the_last_one() -> None:
    rng = np.random.default_rng(0)
    time, event = rng.exponential(size=1000), rng.random(1000) < 0.5
    cuts = Intervals.learn(time, event, 10).cuts
    assert cuts[0] == 0 and cuts[-1] == time[event].max()
    counts, _ = np.histogram(time[event], cuts)
    assert counts.max() - counts.min() <= 2


def test_events_that_share_their_times_give_fewer_intervals() -> None:
    time = np.repeat([3.0, 5.0], 20)
    assert Intervals.learn(time, np.ones(40, bool), 10).cuts.tolist() == [0.0, 3.0, 5.0]


def test_a_case_counts_for_what_was_seen_of_it() -> None:
    intervals = Intervals(np.array([0.0, 2.0, 4.0, 8.0]))
    time = np.array([2.0, 2.0, 3.0, 3.0, 8.0, 9.0, 9.0])
    event = np.array([True, False, True, False, True, False, True])
    course = intervals.course(time, event)
    assert course.last.tolist() == [0, 0, 1, 1, 2, 2, 2]
    assert course.share.tolist() == [1.0, 1.0, 1.0, 0.5, 1.0, 1.0, 1.0]
    assert course.event.tolist() == [True, False, True, False, True, False, False]


def test_one_rate_for_all_is_found_again_whatever_the_cuts() -> None:
    """Events over person-time, with the loss of a case within its interval counted by its part."""
    rng = np.random.default_rng(1)
    dies, leaves = rng.exponential(2.0, 50_000), rng.uniform(0, 3, 50_000)
    time, event = np.minimum(dies, leaves), dies <= leaves
    intervals = Intervals.learn(time, event, 15)
    course = intervals.course(time, event)
    rates = rises_of(marginal_logits(course, len(intervals))) / np.diff(intervals.cuts)
    assert rates[:-2] == pytest.approx(0.5, rel=0.06)


def test_curves_keep_their_digits_where_hazards_are_close_to_none_or_one() -> None:
    intervals = Intervals(np.array([0.0, 1.0, 2.0]))
    curves = intervals.curves(rises_of(np.array([[-60.0, 40.0]])), np.array([1.0, 2.0]))
    assert 1 - curves[0, 0] < 1e-15
    assert curves[0, 1] == pytest.approx(np.exp(-40), rel=1e-6)


def test_after_the_last_cut_a_curve_stays() -> None:
    intervals = Intervals(np.array([0.0, 1.0]))
    assert intervals.curves(rises_of(np.zeros((1, 1))), np.array([1.0, 99.0])).tolist() == [
        [0.5, 0.5]
    ]


def test_time_lost_is_the_area_above_the_curve() -> None:
    intervals = Intervals(np.linspace(0, 4, 401))
    rises = np.full((1, 400), 0.5 * 0.01)
    assert intervals.time_lost(rises)[0] == pytest.approx(4 - (1 - np.exp(-2)) / 0.5, abs=1e-4)
