"""The kernel on arrays: bootstrap ranks, P(rank 1), rank sets, tie groups, checks."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kendalltau, rankdata

from workbench.challenge.ranking import rank_resampled, resampled_scores
from workbench.challenge.ranking.rank_bootstrap import first_shares, rank_intervals, rank_shares
from workbench.challenge.ranking.rank_sets import rank_sets, tie_group
from workbench.errors import DataError, UsageError
from workbench.metrics.pair_tests import PairTests, pairs_of


def _tests(n_models: int, differences, adjusted) -> PairTests:
    zeros = np.zeros(len(differences))
    return PairTests(
        pairs=pairs_of(n_models),
        differences=np.array(differences, dtype=float),
        low=zeros,
        high=zeros,
        p_values=np.array(adjusted),
        adjusted=np.array(adjusted),
        draws=999,
        level=0.95,
        method="by hand",
    )


def _scores(direction: str = "maximize", **options):
    rng = np.random.default_rng(0)
    points = np.array([0.7, 0.9, 0.8, 0.8])
    values = np.round(points[:, None] + rng.normal(scale=0.05, size=(4, 400)), 2)
    return resampled_scores("dbca", points, values, direction=direction, n_units=80, **options)


def test_sets_count_who_is_significantly_better_and_worse() -> None:
    # Models 0 > 1 > 2; only 0 against 2 is significant, exactly at the level.
    tests = _tests(3, [0.1, 0.3, 0.2], [0.4, 0.05, 0.06])
    upwards = rank_sets(tests, 3, smaller_is_better=False, level=0.95)
    assert upwards.tolist() == [[1, 2], [1, 3], [2, 3]]
    downwards = rank_sets(tests, 3, smaller_is_better=True, level=0.95)
    assert downwards.tolist() == [[2, 3], [1, 3], [1, 2]]
    loose = rank_sets(tests, 3, smaller_is_better=False, level=0.9)
    assert loose.tolist() == [[1, 2], [1, 2], [3, 3]]


def test_group_is_anchored_at_the_leader() -> None:
    # 1 cannot be told from 0, 2 not from 1, but 2 differs from 0: it is not in the group.
    tests = _tests(3, [0.1, 0.3, 0.2], [0.4, 0.01, 0.4])
    assert tie_group(tests, np.array([True, False, False]), 0.95).tolist() == [True, True, False]
    both = tie_group(tests, np.array([True, True, False]), 0.95)
    assert both.tolist() == [True, True, True], "tied with one of two leaders is tied"


@pytest.mark.parametrize("direction", ["maximize", "minimize"])
def test_ranks_are_those_of_every_resample_on_its_own(direction) -> None:
    found = rank_resampled(_scores(direction))
    sign = -1 if direction == "maximize" else 1
    by_resample = [rankdata(sign * column, method="min") for column in found.scores.values.T]
    assert np.array_equal(found.bootstrap_ranks, by_resample)
    low = np.quantile(by_resample, 0.025, axis=0, method="lower")
    high = np.quantile(by_resample, 0.975, axis=0, method="higher")
    assert np.array_equal(found.rank_intervals, np.column_stack([low, high]))
    for number in range(4):
        first = np.array(by_resample)[:, number] == 1
        assert found.first_shares[number] <= first.mean()
    taus = [kendalltau(found.ranks, ranks).statistic for ranks in by_resample[:50]]
    assert found.stability[:50] == pytest.approx(taus)


def test_shares_sum_to_one() -> None:
    found = rank_resampled(_scores())
    assert found.first_shares.sum() == pytest.approx(1.0)
    shares = rank_shares(found.bootstrap_ranks)
    for number in range(4):
        assert sum(share for n, _, share in shares if n == number) == pytest.approx(1.0)


def test_four_that_always_tie_share_the_first_place() -> None:
    assert first_shares(np.ones((4, 7)), True).tolist() == [0.25] * 4


def test_average_ties_keep_half_ranks() -> None:
    ranks = np.array([[1.5, 1.5, 3.0]] * 4)
    assert rank_shares(ranks) == [(0, 1.5, 1.0), (1, 1.5, 1.0), (2, 3.0, 1.0)]
    assert rank_intervals(ranks, 0.9).tolist() == [[1.5, 1.5], [1.5, 1.5], [3.0, 3.0]]


def test_names_are_sorted_with_their_scores() -> None:
    scores = _scores()
    assert scores.names == ("a", "b", "c", "d")
    assert scores.points.tolist() == [0.8, 0.9, 0.8, 0.7]


def test_target_ranks_by_distance() -> None:
    scores = _scores("target", target=0.78)
    assert rank_resampled(scores).ranks.tolist() == [1.0, 4.0, 1.0, 3.0]


def test_a_board_of_one_stands() -> None:
    one = resampled_scores(["a"], [0.9], [[0.8, 0.9, 1.0]], direction="maximize", n_units=9)
    found = rank_resampled(one)
    assert found.ranks.tolist() == found.first_shares.tolist() == [1.0]
    assert found.rank_sets.tolist() == [[1, 1]] and found.tie_group.tolist() == [True]


def test_resamples_without_a_score_are_left_out_for_all_and_counted() -> None:
    values = [[0.1, np.nan, 0.2, 0.3], [0.2, 0.4, 0.3, 0.1]]
    scores = resampled_scores("ab", [0.2, 0.3], values, direction="maximize", n_units=4)
    assert scores.undefined == 1 and scores.values.shape == (2, 3)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"names": "aab"}, "the name 'a' stands there twice"),
        ({"points": [0.1, np.nan, 0.3]}, "algorithm b: there is no score"),
        ({"points": [0.1, 0.2]}, r"got \(2,\)"),
        ({"values": np.full((3, 9), np.nan)}, "fewer than two in which all have a score"),
        ({"values": np.full((3, 9), np.inf)}, "a resample is infinite"),
        ({"n_units": 1}, "at least two units, got 1"),
        ({"names": "", "points": [], "values": np.zeros((0, 9))}, "no algorithm"),
    ],
)
def test_bad_scores_are_named(change, says) -> None:
    given = {"names": "abc", "points": [0.1, 0.2, 0.3], "values": np.ones((3, 9)), "n_units": 5}
    with pytest.raises(DataError, match=says):
        resampled_scores(direction="maximize", **{**given, **change})


def test_all_problems_come_at_once() -> None:
    with pytest.raises(DataError) as caught:
        resampled_scores("aa", [np.nan, 1.0], np.ones((2, 9)), direction="maximize", n_units=0)
    codes = {problem.code for problem in caught.value.problems}
    assert codes == {"name-twice", "no-score", "one-unit"}


def test_directions_are_checked() -> None:
    with pytest.raises(UsageError, match="did you mean 'minimize'"):
        _scores("minimise")
    with pytest.raises(UsageError, match="needs the target"):
        _scores("target")
