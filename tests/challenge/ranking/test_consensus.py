"""Consensus over tasks: Kemeny against brute force, bounds, names, and means of ranks."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workbench.challenge.ranking import (
    TaskTable,
    combine_metrics,
    consensus_ranking,
    get_scheme,
    mean_of_ranks,
    ranks_of,
)
from workbench.errors import DataError, UsageError

NAMES = "abcdefghijkl"


def _weak_orders(m: int) -> Iterator[np.ndarray[Any, Any]]:
    """Give every ranking of m algorithms, ties included, as competition ranks."""
    for groups in itertools.product(range(m), repeat=m):
        if set(groups) == set(range(max(groups) + 1)):
            yield ranks_of(groups, smaller_is_better=True)


def _distance(one: Any, other: Any) -> int:
    """Kemeny-Snell distance by its definition."""
    pairs = itertools.combinations(range(len(one)), 2)
    signs = ((np.sign(one[i] - one[j]), np.sign(other[i] - other[j])) for i, j in pairs)
    return int(sum(abs(a - b) for a, b in signs))


@settings(max_examples=60, deadline=None)
@given(
    arrays(np.int64, st.tuples(st.integers(1, 4), st.integers(2, 4)), elements=st.integers(1, 3)),
    st.lists(st.sampled_from([0.5, 1.0, 1.5, 0.1]), min_size=4, max_size=4),
)
def test_kemeny_finds_all_optima_of_brute_force(
    scores: np.ndarray[Any, Any], weights: list[float]
) -> None:
    given_weights = weights[: len(scores)]
    tenths = [round(10 * w) for w in given_weights]
    found = consensus_ranking(
        scores, NAMES[: scores.shape[1]], method="kemeny", weights=given_weights
    )
    cost = {
        tuple(order): sum(w * _distance(order, s) for w, s in zip(tenths, scores, strict=True))
        for order in _weak_orders(scores.shape[1])
    }
    least = min(cost.values())
    optima = sorted(order for order, value in cost.items() if value == least)
    assert [tuple(row) for row in found.solutions] == optima
    assert found.complete and found.n_solutions == len(optima)
    assert found.distance == pytest.approx(least / 10)
    assert found.lower_bound <= found.distance + 1e-12
    np.testing.assert_array_equal(found.best, np.min(optima, axis=0))
    np.testing.assert_array_equal(found.worst, np.max(optima, axis=0))


@settings(max_examples=30, deadline=None)
@given(
    arrays(np.int64, st.tuples(st.integers(1, 5), st.just(5)), elements=st.integers(1, 5)),
    st.permutations(range(5)),
)
def test_swapping_names_permutes_all_solutions(
    scores: np.ndarray[Any, Any], order: list[int]
) -> None:
    for method in ("mean_rank", "kemeny"):
        one = consensus_ranking(scores, NAMES[:5], method=method)
        other = consensus_ranking(scores[:, order], NAMES[:5], method=method)
        assert one.n_solutions == other.n_solutions
        moved = {tuple(row[order]) for row in one.solutions}
        assert moved == {tuple(row) for row in other.solutions}
        assert one.distance == other.distance


def test_one_task_is_its_own_consensus_with_its_ties() -> None:
    found = consensus_ranking([[1, 2, 2, 4]], "abcd", method="kemeny")
    assert (found.solutions.tolist(), found.distance) == ([[1, 2, 2, 4]], 0)
    averaged = consensus_ranking([[1, 2, 2, 4]], "abcd", method="kemeny", ties="average")
    assert averaged.solutions.tolist() == [[1, 2.5, 2.5, 4]]


def test_identical_algorithms_tie_in_every_optimum() -> None:
    ranks = [[1, 1, 3, 4], [3, 3, 1, 2], [1, 1, 4, 3]]
    for row in consensus_ranking(ranks, "abcd", method="kemeny").solutions:
        assert row[0] == row[1]


def test_a_cycle_of_ten_is_solved_and_opposite_orders_are_all_equal() -> None:
    forward = np.arange(1, 11)
    found = consensus_ranking(
        [forward, np.roll(forward, 3), np.roll(forward, 6)], NAMES[:10], method="kemeny"
    )
    assert found.complete
    assert found.lower_bound <= found.distance
    by_mean = consensus_ranking(
        [forward, np.roll(forward, 3), np.roll(forward, 6)], NAMES[:10], method="mean_rank"
    )
    assert found.distance <= by_mean.distance
    opposite = consensus_ranking([forward, forward[::-1]], NAMES[:10], method="kemeny", most=50)
    # Every ranking of ten with ties costs the same: the ordered Bell number (OEIS A000670).
    assert opposite.n_solutions == 102_247_563
    assert (len(opposite.solutions), opposite.complete) == (50, False)
    assert (opposite.best.tolist(), opposite.worst.tolist()) == ([1] * 10, [10] * 10)


def test_above_ten_kemeny_is_refused_with_a_bound_and_the_mean_rank_has_one() -> None:
    ranks = np.array([np.arange(1, 12), np.roll(np.arange(1, 12), 2)])
    with pytest.raises(UsageError, match="at most 10 algorithms, got 11") as caught:
        consensus_ranking(ranks, NAMES[:11], method="kemeny")
    by_mean = consensus_ranking(ranks, NAMES[:11], method="mean_rank")
    assert f"{by_mean.distance:g}" in caught.value.remedy
    assert f"{by_mean.lower_bound:g}" in caught.value.remedy
    assert by_mean.lower_bound <= by_mean.distance
    cost = sum(_distance(by_mean.solutions[0], row) for row in ranks)
    assert by_mean.distance == cost


def test_solutions_are_a_table_numbered_from_one() -> None:
    frame = consensus_ranking([[1, 2], [2, 1]], "ab", method="kemeny").to_frame()
    assert frame.columns.tolist() == ["algorithm", "mean_rank", "rank", "solution"]
    assert frame.groupby("solution")["rank"].apply(list).tolist() == [[1, 1], [1, 2], [1, 2]]


def test_mean_ranks_are_weighted_and_tie_exactly() -> None:
    ranks = np.array([[1, 2, 3], [3, 2, 1], [2, 2, 2]])
    assert mean_of_ranks(ranks, [0.1, 0.1, 0.7]).tolist() == [2, 2, 2]
    tenths = [[1, 3], [1, 1], [3, 1]]
    first, second = mean_of_ranks(tenths, [0.3, 0.4, 0.3])
    assert first == second
    assert mean_of_ranks([[1, 2], [2, 1]], [3, 1]).tolist() == [1.25, 1.75]
    assert mean_of_ranks(np.ones((2, 5, 3))).shape == (5, 3)


@pytest.mark.parametrize("weights", [[1.0], [1.0, -1.0], [0.0, 0.0], [1.0, np.nan]])
def test_weights_that_do_not_fit_are_refused(weights: list[float]) -> None:
    with pytest.raises(UsageError, match="weights"):
        consensus_ranking([[1, 2], [1, 2]], "ab", weights=weights)


def test_bad_ranks_and_methods_are_refused() -> None:
    with pytest.raises(DataError, match="one number a task and algorithm"):
        consensus_ranking([[1, np.nan]], "ab")
    with pytest.raises(DataError, match="shape"):
        consensus_ranking([[1, 2]], "abc")
    with pytest.raises(UsageError, match="did you mean 'kemeny'"):
        consensus_ranking([[1, 2]], "ab", method="kemny")  # type: ignore[arg-type]
    with pytest.raises(DataError, match="whole or half"):
        mean_of_ranks([[1.3, 2.0]])


def _table(values: list[list[float]], cases: tuple[str, ...] = ("1", "2")) -> TaskTable:
    return TaskTable("", cases, cases, None, ("a", "b", "c"), np.array(values))


def test_metrics_are_combined_by_their_ranks() -> None:
    tables = {
        "dice": _table([[0.9, 0.8, 0.7], [0.9, 0.8, 0.6]]),
        "distance": _table([[5.0, 1.0, 2.0], [5.0, 1.0, 2.0]]),
    }
    directions: Any = {"dice": "maximize", "distance": "minimize"}
    scheme = get_scheme("mean_then_rank")
    means, ranks = combine_metrics(tables, directions, scheme)
    assert (means.tolist(), ranks.tolist()) == ([[2, 1.5, 2.5]], [[2, 1, 3]])
    weighted, _ = combine_metrics(
        tables, directions, scheme, metric_weights={"dice": 3, "distance": 1}
    )
    assert weighted.tolist() == [[1.5, 1.75, 2.75]]
    resampled, _ = combine_metrics(tables, directions, scheme, weights=np.array([[2, 0], [0, 2]]))
    assert resampled.shape == (2, 3)


def test_metrics_that_do_not_fit_are_refused() -> None:
    tables = {"dice": _table([[1.0, 2, 3]] * 2), "hd": _table([[1.0, 2, 3]] * 2, ("1", "3"))}
    scheme = get_scheme("mean_then_rank")
    both: Any = {"dice": "maximize", "hd": "minimize"}
    with pytest.raises(DataError, match="not on the same cases"):
        combine_metrics(tables, both, scheme)
    with pytest.raises(UsageError, match="one direction; check hd"):
        combine_metrics(tables, {"dice": "maximize"}, scheme)
    with pytest.raises(UsageError, match="one weight"):
        combine_metrics(tables, both, scheme, metric_weights={"dice": 1.0})
