"""Tables, hierarchies and releases that make no sense are refused by name, and no count is told."""

from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import DataError, UsageError
from workbench.methods.disclosure.dimension import Dimension, additive, overlapping
from workbench.methods.disclosure.earlier import Earlier
from workbench.methods.disclosure.publish import publish

SEX = {"sex": additive(["F", "M"])}


def table(values: list[object], names: tuple[object, ...] = ("F", "M", "all")) -> pd.DataFrame:
    return pd.DataFrame({"sex": list(names), "cases": values})


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (table([20, 30, 51]), "does-not-add-up"),
        (table([20, None, 50]), "bad-count"),
        (table([20, -1, 19]), "bad-count"),
        (table([20.5, 1, 21.5]), "bad-count"),
        (table([20, 30, 50], ("F", "F", "all")), "twice"),
        (table([20, 30, 50], ("F", None, "all")), "no-key"),
        (table([20, 50], ("F", "all")), "missing-cell"),
        (table([20, 30, 50, 3], ("F", "M", "all", "X")), "unknown-value"),
    ],
)
def test_broken_tables(cells: pd.DataFrame, code: str) -> None:
    with pytest.raises(DataError) as error:
        publish(cells, SEX, measures=["cases"])
    assert code in {problem.code for problem in error.value.problems}


def test_distinct_persons_that_cannot_be() -> None:
    cells = pd.DataFrame({"drug": ["a", "b", "all"], "exposed": [20, 30, 51]})
    with pytest.raises(DataError) as error:
        publish(cells, {"drug": overlapping(["a", "b"])}, measures=["exposed"])
    assert error.value.problems[0].code == "not-distinct"


def test_a_column_nobody_declared_is_not_exported() -> None:
    with pytest.raises(UsageError, match="what rate is"):
        publish(table([20, 30, 50]).assign(rate=1.0), SEX, measures=["cases"])


def test_rates_of_true_counts_do_not_go_with_rounded_ones() -> None:
    cells = table([20, 30, 50]).assign(rate=1.0)
    with pytest.raises(UsageError, match="give the rounded ones back"):
        publish(cells, SEX, measures=["cases"], derived=["rate"], rounding=5)


@pytest.mark.parametrize("options", [{"threshold": 1}, {"rounding": 1}, {"rounding": 20}])
def test_parameters_without_a_meaning(options: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        publish(table([20, 30, 50]), SEX, measures=["cases"], **options)  # type: ignore[arg-type]


def test_a_circle_is_no_hierarchy() -> None:
    with pytest.raises(UsageError, match="circle"):
        Dimension({"a": "b", "b": "a"})


@pytest.mark.parametrize(
    ("before", "kind", "words"),
    [
        (table([21, 29, 50]), "same", "differ from an earlier release"),
        (table([21, 29, 50]), "grown", "shrunk"),
        (pd.DataFrame({"sex": ["F"]}), "same", "lacks the column"),
    ],
)
def test_earlier_releases_that_do_not_fit(before: pd.DataFrame, kind: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        publish(table([20, 30, 50]), SEX, measures=["cases"], earlier=[Earlier(before, kind)])  # type: ignore[arg-type]


def test_an_unknown_kind_of_release() -> None:
    with pytest.raises(UsageError, match="same, grown"):
        Earlier(table([1, 2, 3]), "older")  # type: ignore[arg-type]
