"""Cases: subsets, labels and what is refused, by name."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.learning.cases import Bag, Cases

Make = Callable[..., Cases]


def codes(error: DataError) -> set[tuple[str, str]]:
    return {(problem.code, problem.where) for problem in error.problems}


def test_subset_keeps_the_order_asked_for_and_drops_other_inputs(make_cases: Make) -> None:
    part = make_cases(6).subset(["case004", "case001"])
    assert part.ids == ["case004", "case001"]
    assert set(part.inputs) == {"case004", "case001"}
    assert part.table.index.tolist() == [0, 1]


def test_subset_names_the_case_that_is_not_there(make_cases: Make) -> None:
    with pytest.raises(DataError, match="no such case: elsewhere"):
        make_cases(3).subset(["case000", "elsewhere"])


def test_labels_follow_the_order_of_the_classes(make_cases: Make) -> None:
    assert make_cases(5).labels().tolist() == [0, 1, 2, 3, 0]


def test_a_label_that_is_no_class_is_named_with_its_case(make_cases: Make) -> None:
    cases = make_cases(3)
    cases.table.loc[1, "label"] = "malignant"
    with pytest.raises(DataError) as caught:
        cases.labels()
    assert codes(caught.value) == {("unknown-label", "case001")}


def test_all_unusable_cases_are_named_at_once(make_cases: Make) -> None:
    cases = make_cases(5)
    inputs = dict(cases.inputs)
    inputs["case000"] = Bag(np.empty((0, 6), dtype=np.float32))
    inputs["case001"] = Bag(np.full((2, 6), np.nan, dtype=np.float32))
    inputs["case002"] = Bag(np.ones((2, 5), dtype=np.float32))
    del inputs["case003"]
    with pytest.raises(DataError) as caught:
        Cases(cases.table, inputs, "bags", cases.classes, cases.features).check()
    assert codes(caught.value) == {
        ("empty-bag", "case000"),
        ("not-finite", "case001"),
        ("wrong-shape", "case002"),
        ("missing-input", "case003"),
    }


def test_a_case_that_stands_twice_is_refused(make_cases: Make) -> None:
    cases = make_cases(3)
    twice = pd.concat([cases.table, cases.table.iloc[[1]]])
    with pytest.raises(DataError) as caught:
        Cases(twice, cases.inputs, "bags", cases.classes, cases.features).check()
    assert ("duplicate-case", "case001") in codes(caught.value)


def test_no_case_at_all_is_refused(make_cases: Make) -> None:
    with pytest.raises(DataError, match="no-cases"):
        make_cases(3).subset([]).check()


def test_a_table_without_person_is_refused(make_cases: Make) -> None:
    cases = make_cases(2)
    with pytest.raises(DataError, match="person missing"):
        Cases(cases.table[["case"]], cases.inputs, "bags", cases.classes, cases.features)
