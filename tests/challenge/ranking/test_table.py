"""The long table: what it becomes, and every way it can be wrong."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench.challenge.ranking import read_table
from workbench.errors import DataError, UsageError


def _frame(**changes: list[Any]) -> pd.DataFrame:
    """Return two tasks, two cases, two algorithms."""
    columns: dict[str, list[Any]] = {
        "task": ["t1"] * 4 + ["t2"] * 4,
        "case": ["01", "01", "02", "02"] * 2,
        "unit": ["p", "p", "q", "q"] * 2,
        "centre": ["x", "x", "y", "y"] * 2,
        "algorithm": ["b", "a"] * 4,
        "value": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
    }
    return pd.DataFrame({**columns, **changes})


def _codes(frame: pd.DataFrame, **options: Any) -> list[tuple[str, str]]:
    """Return code and place of every problem."""
    with pytest.raises(DataError) as caught:
        read_table(frame, **options)
    return [(problem.code, problem.where) for problem in caught.value.problems]


def test_a_task_becomes_a_matrix_with_sorted_names() -> None:
    first, second = read_table(_frame())
    assert (first.task, second.task) == ("t1", "t2")
    assert (first.cases, first.algorithms) == (("01", "02"), ("a", "b"))
    assert (first.units, first.centres) == (("p", "q"), ("x", "y"))
    assert first.values.tolist() == [[0.2, 0.1], [0.4, 0.3]]
    assert (first.missing, first.n_missing, first.unit_is_case) == ("", 0, False)


def test_row_order_is_nothing() -> None:
    shuffled = _frame().sample(frac=1, random_state=3)
    for one, other in zip(read_table(_frame()), read_table(shuffled), strict=True):
        assert {**vars(one), "values": one.values.tolist()} == {
            **vars(other),
            "values": other.values.tolist(),
        }


def test_without_units_each_case_is_its_own_and_that_is_said() -> None:
    table = read_table(_frame().drop(columns=["unit", "centre", "task"]).head(4))[0]
    assert (table.task, table.units, table.centres) == ("", ("01", "02"), None)
    assert table.unit_is_case


def test_columns_are_mapped_and_others_ignored() -> None:
    frame = _frame().rename(columns={"algorithm": "alg_name", "value": "dice"}).assign(extra=1)
    tables = read_table(frame, columns={"algorithm": "alg_name", "value": "dice"})
    assert tables[0].values.tolist() == [[0.2, 0.1], [0.4, 0.3]]


def test_a_column_that_is_not_there_is_named_with_a_hint() -> None:
    with pytest.raises(UsageError) as caught:
        read_table(_frame().rename(columns={"algorithm": "algoritm"}), columns={"cse": "x"})
    assert [p.code for p in caught.value.problems] == ["unknown-part", "missing-column"]
    assert "'algoritm'" in caught.value.problems[1].remedy


def test_all_problems_are_named_at_once_with_row_and_column() -> None:
    frame = _frame(
        case=["01", "01", "02", None, "01", "01", "02", "02"],
        unit=["p", "q", "q", "q", "p", "p", "q", "q"],
        value=["0.1", "0,2", "inf", "0.4", "x", "0.6", "0.7", None],
    )
    frame = pd.concat([frame, frame.iloc[[5]]], ignore_index=True)
    assert set(_codes(frame)) == {
        ("missing-id", "row 4, column case"),
        ("decimal-comma", "row 2, column value"),
        ("infinite", "row 3, column value"),
        ("not-a-number", "row 5, column value"),
        ("duplicate-row", "row 9"),
        ("unit-differs", "row 2, column unit"),
        ("missing-value", "task t1, case 02, algorithm a"),
        ("missing-value", "task t2, case 02, algorithm a"),
    }


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinity_in_numbers_is_named(value: float) -> None:
    assert _codes(_frame(value=[value, *range(7)])) == [("infinite", "row 1, column value")]
    with pytest.raises(DataError) as caught:
        read_table(_frame(value=[value, *range(7)]))
    assert caught.value.problems[0].message == f"{value} is infinite"


def test_a_case_in_two_centres_is_named() -> None:
    frame = _frame(centre=["x", "y", "y", "y"] + ["x"] * 4)
    assert _codes(frame) == [("centre-differs", "row 2, column centre")]


def test_one_case_one_algorithm_and_nothing_are_refused() -> None:
    with pytest.raises(DataError, match="Only 1 test case included: 01"):
        read_table(_frame().query("case == '01'"))
    assert ("one-algorithm", "task t1") in _codes(_frame().query("algorithm == 'a'"))
    with pytest.raises(DataError, match="the table is empty"):
        read_table(_frame().head(0))


def test_an_algorithm_without_a_value_in_a_task_is_named_once() -> None:
    frame = _frame().query("not (task == 't2' and algorithm == 'b')")
    assert _codes(frame) == [("no-value", "task t2, algorithm b")]
    assert _codes(frame, missing="drop") == [("no-value", "task t2, algorithm b")]
    assert read_table(frame, missing=0.0)[1].values.tolist() == [[0.6, 0.0], [0.8, 0.0]]


@pytest.mark.parametrize(
    ("missing", "options", "expected", "named"),
    [
        ("drop", {}, np.nan, "drop"),
        (0.5, {}, 0.5, "impute 0.5"),
        ("worst-observed", {"direction": "maximize"}, 0.1, "worst-observed"),
        ("worst-observed", {"direction": "minimize"}, 0.3, "worst-observed"),
        ("worst", {"direction": "maximize", "value_range": (0, 1)}, 0.0, "worst"),
        ("worst", {"direction": "minimize", "value_range": (0, 1)}, 1.0, "worst"),
    ],
)
@pytest.mark.parametrize("absent", ["empty cell", "no row"])
def test_missing_values_follow_the_stated_policy(
    missing: Any, options: dict[str, Any], expected: float, named: str, absent: str
) -> None:
    frame = _frame(value=[0.1, 0.2, 0.3, None, 0.5, 0.6, 0.7, 0.8])
    if absent == "no row":
        frame = frame.dropna(subset="value")
    first, second = read_table(frame, missing=missing, **options)
    np.testing.assert_array_equal(first.values[1, 0], expected)
    assert (first.missing, first.n_missing) == (named, 1)
    assert (second.missing, second.n_missing) == ("", 0)


@pytest.mark.parametrize("missing", [None, "reject"])
def test_missing_values_without_a_policy_are_refused(missing: Any) -> None:
    frame = _frame(value=[0.1, 0.2, 0.3, None, 0.5, 0.6, 0.7, 0.8])
    assert _codes(frame, missing=missing) == [("missing-value", "task t1, case 02, algorithm a")]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"missing": "wurst"}, "did you mean 'worst'"),
        ({"missing": float("nan")}, "name a finite number"),
        ({"missing": "worst"}, "needs a direction"),
        ({"missing": "worst", "direction": "maximize"}, "needs the range of the metric"),
        ({"missing": "worst", "direction": "up", "value_range": (0, 1)}, "maximize or minimize"),
        (
            {"missing": "worst", "direction": "minimize", "value_range": (0, np.inf)},
            "the range .* is open",
        ),
    ],
)
def test_a_policy_that_does_not_fit_is_refused(options: dict[str, Any], words: str) -> None:
    frame = _frame(value=[0.1, 0.2, 0.3, None, 0.5, 0.6, 0.7, 0.8])
    with pytest.raises(UsageError, match=words):
        read_table(frame, **options)


@pytest.mark.parametrize("kind", ["Float64", "string", object])
def test_every_pandas_type_of_column_is_read(kind: Any) -> None:
    frame = _frame(value=[0.1, None, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
    frame["algorithm"] = pd.Categorical(frame["algorithm"])
    frame["value"] = frame["value"].astype(kind)
    table = read_table(frame, missing="drop")[0]
    np.testing.assert_array_equal(table.values, [[np.nan, 0.1], [0.4, 0.3]])


def test_ids_keep_leading_zeros_and_whole_numbers_lose_their_point() -> None:
    frame = _frame(case=["007", "007", "7", "7"] * 2)
    assert read_table(frame)[0].cases == ("007", "7")
    assert read_table(_frame(case=[7.0, 7.0, 12.0, 12.0] * 2))[0].cases == ("12", "7")
