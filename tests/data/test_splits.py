"""Splits are by person, balanced, and the same for the same seed whatever the order of the rows."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.data import check_content, check_disjoint, find_duplicates, split_persons
from workbench.errors import UsageError

_rows = st.lists(
    st.tuples(st.text("abc01é", min_size=1, max_size=3), st.sampled_from(["benign", "low", None])),
    min_size=8,
    max_size=60,
).filter(lambda rows: len({person for person, _ in rows}) >= 5)
_tables = _rows.map(lambda rows: pd.DataFrame(rows, columns=["person", "label"]))
_seeds = st.integers(0, 2**32 - 1)


def _split(table: pd.DataFrame, folds: int = 4, seed: int = 0, **more: Any) -> pd.DataFrame:
    return split_persons(table, person="person", label="label", folds=folds, seed=seed, **more)


@settings(deadline=None)
@given(table=_tables, folds=st.integers(2, 5), seed=_seeds)
def test_every_person_stands_in_exactly_one_fold(
    table: pd.DataFrame, folds: int, seed: int
) -> None:
    dealt = _split(table, folds, seed)
    assert dealt["person"].tolist() == sorted(table["person"].unique())
    sides = [dealt.loc[dealt["fold"] == fold, "person"] for fold in range(folds)]
    check_disjoint(*sides, names=[f"fold {fold}" for fold in range(folds)])


@settings(deadline=None)
@given(table=_tables, seed=_seeds, order=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(table: pd.DataFrame, seed: int, order: Any) -> None:
    places = list(range(len(table)))
    order.shuffle(places)
    pd.testing.assert_frame_equal(_split(table, seed=seed), _split(table.iloc[places], seed=seed))


@settings(deadline=None)
@given(table=_tables, folds=st.integers(2, 5), seed=_seeds)
def test_folds_differ_by_one_person_at_most_in_all_and_in_each_class(
    table: pd.DataFrame, folds: int, seed: int
) -> None:
    dealt = _split(table, folds, seed)
    highest = table.fillna("").groupby("person")["label"].max()
    groups = [dealt, *(part for _, part in dealt.groupby(dealt["person"].map(highest)))]
    for group in groups:
        counts = group["fold"].value_counts().reindex(range(folds), fill_value=0)
        assert counts.max() - counts.min() <= 1


def _people(count: int) -> pd.DataFrame:
    persons = [f"p{n:03d}" for n in range(count)]
    return pd.DataFrame({"person": persons, "label": [n % 3 for n in range(count)]})


def test_seeds_and_repeats_give_other_splits_and_the_same_seed_the_same() -> None:
    table = _people(60)
    first = _split(table, seed=1)
    pd.testing.assert_frame_equal(first, _split(table, seed=1))
    assert not first.equals(_split(table, seed=2))
    assert not first.equals(_split(table, seed=1, repeat=1))


def test_the_split_is_the_one_of_all_earlier_runs() -> None:
    """A changed number here means that every recorded run can no longer be repeated."""
    assert _split(_people(12), folds=3, seed=0)["fold"].tolist() == [
        0,
        1,
        0,
        0,
        2,
        2,
        2,
        0,
        2,
        1,
        1,
        1,
    ]


def test_a_fold_is_no_function_of_the_pseudonym() -> None:
    counts = np.zeros((100, 5))
    for seed in range(300):
        counts[np.arange(100), _split(_people(100), folds=5, seed=seed)["fold"]] += 1
    assert counts.min() > 30 and counts.max() < 95  # 60 each, five standard deviations


def test_a_person_counts_with_the_highest_class() -> None:
    table = pd.DataFrame({"person": ["a", "a", "b", "c", "d"], "label": [0, 2, 2, 0, 0]})
    dealt = _split(table, folds=2).set_index("person")["fold"]
    assert dealt["a"] != dealt["b"] and dealt["c"] != dealt["d"]


def test_the_order_of_classes_can_be_given() -> None:
    rows = [("a", "low"), ("a", "benign"), ("b", "low"), ("c", "benign"), ("d", "benign")]
    table = pd.DataFrame(rows, columns=["person", "label"])
    dealt = _split(table, folds=2, classes=["benign", "low"]).set_index("person")["fold"]
    assert dealt["a"] != dealt["b"] and dealt["c"] != dealt["d"]


def test_an_unknown_class_is_refused() -> None:
    table = pd.DataFrame({"person": list("abcd"), "label": ["low", "lo", "low", "low"]})
    with pytest.raises(UsageError, match="'lo'"):
        _split(table, folds=2, classes=["benign", "low"])


def test_a_number_is_stratified_by_decile() -> None:
    table = pd.DataFrame({"person": [f"p{n:03d}" for n in range(100)], "label": np.arange(100.0)})
    dealt = _split(table, folds=5)
    means = dealt.merge(table)[["fold", "label"]].groupby("fold")["label"].mean()
    assert means.max() - means.min() < 5


def test_too_few_persons_for_the_folds_says_how_many(refusal: Any) -> None:
    error = refusal(lambda: _split(_people(3), folds=5))
    assert error.problems[0].code == "too-few-persons"
    assert "3 person(s) cannot be dealt to 5 folds" in error.message and "3 folds" in error.remedy


def test_nobody_is_an_empty_split(codes: Any) -> None:
    assert codes(lambda: _split(_people(0), folds=5)) == ["empty-split"]


def test_a_class_of_fewer_persons_than_folds_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    # Said once a process, so with numbers no other test here uses.
    table = _people(19).assign(label=[1] * 13 + [2] * 6)
    _split(table, folds=13)
    assert caplog.text.count("6 person(s) for 13 folds") == 1


def test_wrong_arguments_are_refused(refusal: Any) -> None:
    with pytest.raises(UsageError, match="2 or more"):
        _split(_people(9), folds=1)
    with pytest.raises(UsageError, match="did you mean 'person'"):
        split_persons(_people(9), person="persn", folds=3, seed=0)
    table = _people(9)
    table.loc[4, "person"] = None
    assert "without a person" in refusal(lambda: _split(table)).message


def test_a_person_on_two_sides_and_an_empty_side_are_named(refusal: Any) -> None:
    problems = refusal(lambda: check_disjoint(["a", "b"], ["b", "c"], [])).problems
    assert [problem.code for problem in problems] == ["empty-split", "person-on-two-sides"]
    assert "'b' stands in train and in test" in problems[1].message
    check_disjoint(["a"], ["b"])


def test_too_many_sides_for_their_names_are_refused() -> None:
    with pytest.raises(ValueError):
        check_disjoint(["a"], ["b"], ["c"], ["d"])


def _files(**files: str) -> pd.DataFrame:
    return pd.DataFrame({"file": list(files), "sha256": list(files.values())})


def test_the_same_content_under_two_names_on_two_sides_is_named(refusal: Any) -> None:
    sides = {"train": _files(a="1", b="2", b2="2"), "test": _files(c="3", d="2")}
    (problem,) = refusal(lambda: check_content(sides)).problems
    assert problem.code == "content-on-two-sides"
    assert "train file 'b'" in problem.message and "test file 'd'" in problem.message
    check_content({"train": _files(a="1", b="1"), "test": _files(c="3")})


def test_duplicates_are_named_with_the_first_of_them() -> None:
    problems = find_duplicates(_files(c="1", a="1", b="2", d="1"))
    assert [(p.where, p.code) for p in problems] == [
        ("c", "duplicate-content"), ("d", "duplicate-content"),
    ]  # fmt: skip
    assert "'a'" in problems[0].message
