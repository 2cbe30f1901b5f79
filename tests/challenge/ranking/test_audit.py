"""The audit of published tables: contradictions are found, rounding is not called one."""

from typing import Any

import pandas as pd
import pytest

from workbench.challenge.ranking import audit_table
from workbench.errors import DataError, UsageError

METRICS: Any = {"dice": "maximize", "hd": "minimize"}
COLUMNS: dict[str, Any] = {
    "metric_ranks": {"dice": "dice rank", "hd": "hd rank"},
    "mean_rank": "mean",
    "final_rank": "place",
}


def _table(**changes: list[str]) -> pd.DataFrame:
    """Return an invented table whose ranks follow; two teams share the second place."""
    columns = {
        "team": ["A", "B", "C", "D"],
        "dice": ["0.91", "0.90", "0.88", "0.85"],
        "hd": ["3.1", "4.0", "3.9", "9.0"],
        "dice rank": ["1", "2", "3", "4"],
        "hd rank": ["1", "3", "2", "4"],
        "mean": ["1.0", "2.5", "2.5", "4.0"],
        "place": ["1", "2", "2", "4"],
    }
    return pd.DataFrame({**columns, **changes})


def _findings(frame: pd.DataFrame, **options: Any) -> list[tuple[Any, ...]]:
    audit = audit_table(frame, METRICS, **{**COLUMNS, **options})
    columns = ["team", "column", "printed", "recomputed", "kind"]
    return [tuple(row) for row in audit.findings[columns].itertuples(index=False)]


def test_a_table_that_follows_has_no_findings() -> None:
    audit = audit_table(_table(), METRICS, **COLUMNS)
    assert audit.follows and audit.findings.empty
    assert audit.recomputed["rank"].tolist() == [1, 2, 2, 4]
    assert audit.recomputed["rank dice"].tolist() == [1, 2, 3, 4]
    assert audit.recomputed["rank_by_mean_value"].isna().all()
    assert not audit.winner_changes


def test_a_rank_that_is_not_that_of_the_value_is_a_contradiction() -> None:
    frame = _table(**{"hd rank": ["1", "2", "3", "4"], "mean": ["1", "2", "3", "4"]})
    assert _findings(frame) == [
        ("B", "hd rank", 2, 3, "contradiction"),
        ("C", "hd rank", 3, 2, "contradiction"),
        ("C", "place", 2, 3, "contradiction"),
    ]


def test_a_wrong_mean_of_ranks_is_found_to_the_digits_printed() -> None:
    assert _findings(_table(mean=["1.0", "2.4", "2.5", "4.0"])) == [
        ("B", "mean", 2.4, 2.5, "contradiction"),
        ("C", "place", 2, 3, "contradiction"),
    ]
    thirds = pd.DataFrame(
        {
            "team": ["A", "B"],
            **{f"m{i}": ["2", "1"] if i else ["1", "2"] for i in range(3)},
            "mean": ["1.33", "1.67"],
        }
    )
    metrics: Any = {f"m{i}": "maximize" for i in range(3)}
    assert audit_table(thirds, metrics, mean_rank="mean").follows


def test_ties_in_print_may_hide_an_order() -> None:
    frame = _table(dice=["0.91", "0.90", "0.90", "0.85"])
    assert _findings(frame) == [
        ("C", "dice rank", 3, 2, "rounding"),
        ("B", "place", 2, 3, "rounding"),
    ]
    assert audit_table(frame, METRICS, **COLUMNS).follows


def test_dense_places_are_not_competition_places() -> None:
    assert _findings(_table(place=["1", "2", "2", "3"])) == [("D", "place", 3, 4, "contradiction")]


def test_ranking_the_mean_value_may_name_another_winner() -> None:
    frame = pd.DataFrame(
        {
            "team": ["A", "B", "C"],
            "one": ["0.60", "0.59", "0.10"],
            "two": ["0.51", "0.50", "0.90"],
            "three": ["0.50", "0.49", "0.90"],
            "place": ["1", "3", "2"],
        }
    )
    metrics: Any = dict.fromkeys(("one", "two", "three"), "maximize")
    audit = audit_table(frame, metrics, final_rank="place")
    assert audit.recomputed["rank_by_mean_value"].tolist() == [2, 3, 1]
    assert audit.recomputed["rank"].tolist() == [1, 3, 1]
    assert audit.winner_changes
    weighted = audit_table(
        frame, metrics, final_rank="place", weights={"one": 3.0, "two": 1.0, "three": 1.0}
    )
    assert weighted.recomputed["rank"].tolist() == [1, 3, 2]
    assert weighted.recomputed["rank_by_mean_value"].tolist() == [1, 2, 3]
    assert weighted.follows and not weighted.winner_changes


def test_the_winner_by_ranks_and_by_values_can_differ() -> None:
    frame = pd.DataFrame(
        {"team": ["A", "B"], "one": [0.6, 0.5], "two": [0.6, 0.5], "three": [0.1, 0.9],
         "place": [1, 2]}
    )  # fmt: skip
    metrics: Any = dict.fromkeys(("one", "two", "three"), "maximize")
    audit = audit_table(frame, metrics, final_rank="place")
    assert audit.follows and audit.winner_changes


def test_all_bad_cells_are_named_at_once() -> None:
    frame = _table(
        team=["A", "B", "A", "D"], dice=["0,91", "0.9", "", "0.8"], place=["1", "x", "2", "4"]
    )
    with pytest.raises(DataError) as caught:
        audit_table(frame, METRICS, **COLUMNS)
    assert [(p.code, p.where) for p in caught.value.problems] == [
        ("duplicate-team", "row 3"),
        ("decimal-comma", "row 1, column dice"),
        ("missing-value", "row 3, column dice"),
        ("not-a-number", "row 2, column place"),
    ]


def test_columns_that_are_not_there_are_named_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        audit_table(_table(), {"dise": "maximize"}, metric_ranks={"hd": "hd rank"})
    assert [p.code for p in caught.value.problems] == ["missing-column", "unknown-metric"]
    assert caught.value.problems[0].remedy == "did you mean 'dice'?"
    with pytest.raises(UsageError) as caught:
        audit_table(_table(), METRICS)
    assert [p.code for p in caught.value.problems] == ["nothing-printed"]
