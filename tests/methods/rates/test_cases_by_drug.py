"""T9: a case of several suspect drugs is in each of them; what sums are of is said."""

import pandas as pd
import pytest

from workbench.errors import DataError, UsageError
from workbench.methods.rates.cases_by_drug import cases_by_drug

ROWS = pd.DataFrame(
    [
        (1, "a", "suspect"), (1, "b", "suspect"), (1, "b", "interacting"), (1, "c", "concomitant"),
        (2, "a", "suspect"), (3, None, "suspect"), (4, "c", "concomitant"),
    ],
    columns=["case_id", "product", "role"],
)  # fmt: skip


def test_t9_cases_of_drugs_exceed_cases_and_are_said_to_be_pairs() -> None:
    found = cases_by_drug(ROWS)
    assert found.table.values.tolist() == [["a", 2], ["b", 1]]
    assert (found.unit, found.cases, found.pairs) == ("case x drug", 2, 3)
    assert found.table["cases"].sum() == found.pairs > found.cases


def test_t9_parts_of_cases_add_up_to_cases() -> None:
    found = cases_by_drug(ROWS, unit="fractional")
    assert found.table.values.tolist() == [["a", 1.5], ["b", 0.5]]
    assert found.table["cases"].sum() == found.cases
    every = cases_by_drug(ROWS, roles=("suspect", "interacting", "concomitant"), unit="fractional")
    assert every.table["cases"].sum() == pytest.approx(every.cases) and every.cases == 3


def test_grains_are_not_mixed_and_missing_columns_are_named() -> None:
    with pytest.raises(DataError) as mixed:
        cases_by_drug(ROWS.assign(grain=["pack", *["substance"] * 6]))
    assert [one.code for one in mixed.value.problems] == ["several-grains"]
    with pytest.raises(DataError) as absent:
        cases_by_drug(ROWS.drop(columns=["role", "product"]))
    assert len(absent.value.problems) == 2
    with pytest.raises(UsageError, match="fractional"):
        cases_by_drug(ROWS, unit="half")  # type: ignore[arg-type]
