"""Schemes side by side: Kendall's tau-b against R, the matrix, and who wins where."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau

from workbench.challenge.ranking import (
    TaskTable,
    agreement_matrix,
    kendall,
    scheme_ranks,
    standard_schemes,
    winners,
)
from workbench.errors import DataError

ORACLES = Path(__file__).resolve().parents[2] / "oracles"


def test_tau_b_equals_r_and_scipy() -> None:
    frozen = json.loads((ORACLES / "ranking.json").read_text())
    found = kendall(frozen["orders"], frozen["orders"])
    np.testing.assert_allclose(found, frozen["tau"], atol=1e-15)
    rng = np.random.default_rng(3)
    first, second = rng.integers(0, 5, (2, 6, 9))
    expected = [[kendalltau(a, b).statistic for b in second] for a in first]
    np.testing.assert_allclose(kendall(first, second), expected, atol=1e-14)


def test_tau_is_not_a_number_where_a_ranking_ties_everybody() -> None:
    assert np.isnan(kendall([[1, 1, 1]], [[1, 1, 1], [1, 2, 3]])).all()
    with pytest.raises(DataError, match="different numbers"):
        kendall([[1, 2]], [[1, 2, 3]])


def _tables() -> list[TaskTable]:
    """Two tasks: one with a clear order, one where the mean and the median disagree."""
    cases = tuple(str(i) for i in range(9))
    noise = np.random.default_rng(0).random((9, 3)) / 100
    clear = np.array([0.9, 0.5, 0.1]) + noise
    split = np.column_stack([np.full(9, 0.6), np.full(9, 0.5), [0.7] * 8 + [-3.0]])
    return [
        TaskTable(name, cases, cases, None, ("a", "b", "c"), values)
        for name, values in (("clear", clear), ("split", split))
    ]


def test_schemes_stand_side_by_side_and_agree_where_the_order_is_clear() -> None:
    schemes = standard_schemes("maximize")
    ranks = scheme_ranks(_tables(), schemes, "maximize")
    assert ranks.columns.tolist() == ["task", "scheme", "algorithm", "value", "rank"]
    assert len(ranks) == 2 * 7 * 3
    matrix = agreement_matrix(ranks)
    assert matrix.columns.tolist() == ["task", "scheme_a", "scheme_b", "tau"]
    assert len(matrix) == 2 * 7 * 7
    assert (matrix.query("task == 'clear'")["tau"] == 1).all()
    pair = "scheme_a == 'mean_then_rank' and scheme_b == 'median_then_rank' and task == 'split'"
    assert matrix.query(pair)["tau"].item() == pytest.approx(-1 / 3)
    swapped = matrix.rename(columns={"scheme_a": "scheme_b", "scheme_b": "scheme_a"})
    both = matrix.merge(swapped, on=["task", "scheme_a", "scheme_b"])
    np.testing.assert_array_equal(both["tau_x"], both["tau_y"])


def test_the_winner_is_counted_under_every_scheme() -> None:
    found = winners(scheme_ranks(_tables(), standard_schemes("maximize"), "maximize"))
    clear = found.query("task == 'clear'").iloc[0]
    assert (clear["algorithm"], clear["first"], clear["alone"], clear["schemes"]) == ("a", 7, 7, 7)
    split = found.query("task == 'split'").set_index("algorithm")
    assert split.loc["c", "first"] >= 3
    assert split.loc["a", "first"] >= 2


@pytest.mark.parametrize(("ranks", "alone"), [([1, 1, 3], 0), ([2, 2, 3], 0), ([1, 2, 3], 1)])
def test_a_shared_first_place_counts_but_not_as_alone(ranks: list[int], alone: int) -> None:
    frame = pd.DataFrame({"task": "t", "scheme": "s", "algorithm": list("abc"), "rank": ranks})
    first = winners(frame).set_index("algorithm").loc["a"]
    assert (first["first"], first["alone"], first["schemes"]) == (1, alone, 1)
