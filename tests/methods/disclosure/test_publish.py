"""No small cell of a published table is found: by trying all tables, by sums, by releases."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.methods.disclosure.attacker import bounds
from workbench.methods.disclosure.dimension import Dimension, additive, overlapping
from workbench.methods.disclosure.earlier import Earlier
from workbench.methods.disclosure.measured import Measured
from workbench.methods.disclosure.publish import publish
from workbench.methods.disclosure.readers import measured
from workbench.methods.disclosure.table import read_table
from workbench.methods.disclosure.unsafe import UnsafeTable

from .reading import cross, every_table, hierarchy_of

AGES = {"age": additive(["young", "old"])}


def counts_of(values: list[int], names: tuple[str, ...] = ("young", "old", "all")) -> pd.DataFrame:
    return pd.DataFrame({"age": list(names), "cases": values})


def one(cells: pd.DataFrame, hierarchy: dict[str, Dimension], threshold: int) -> Measured:
    table = read_table(cells, hierarchy, ["cases"])
    return measured(table, hierarchy, "cases", threshold=threshold)


@given(
    st.lists(st.integers(1, 4), min_size=4, max_size=4),
    st.integers(0, 8),
    st.booleans(),
)
@settings(max_examples=15, deadline=None)
def test_the_attacker_finds_what_trying_every_table_finds(
    values: list[int], which: int, overlap: bool
) -> None:
    rows = np.array(values).reshape(2, 2)
    distinct = rows.max(axis=0) if overlap else None
    cells, hierarchy = cross(rows, distinct=distinct), hierarchy_of(2, 2, overlap=overlap)
    hidden = np.zeros(9, dtype=bool)
    hidden[[0, 1, 3, 4, which]] = True
    hidden[8] = False
    release = cells.assign(cases=cells["cases"].astype("Int64").mask(hidden))
    paper = every_table(release, 2, 2, 8, overlap=overlap)
    known = one(cells, hierarchy, 3).known(hidden)
    where = np.flatnonzero(hidden)
    low, high = bounds(known, where)
    for key, least, most in zip(paper, low, high, strict=True):
        if most <= 8:
            assert (min(paper[key]), max(paper[key])) == (least, most)


@given(st.lists(st.integers(0, 25), min_size=9, max_size=9), st.booleans())
@settings(max_examples=25, deadline=None)
def test_no_small_cell_of_a_release_is_found_and_none_is_hidden_without_need(
    values: list[int], overlap: bool
) -> None:
    threshold = 5
    rows = np.array(values).reshape(3, 3)
    distinct = np.minimum(rows.max(axis=0) + 2, rows.sum(axis=0)) if overlap else None
    cells, hierarchy = cross(rows, distinct=distinct), hierarchy_of(3, 3, overlap=overlap)
    try:
        found = publish(cells, hierarchy, measures=["cases"], threshold=threshold)
    except UnsafeTable:
        # Only where hiding everything that is not 0 would not be enough.
        attacked = one(cells, hierarchy, threshold)
        every = cells["cases"].to_numpy() > 0
        weak = [len(attacked.weak(every, attacked.targets(), rule=r)) for r in (False, True)]
        assert any(weak)
        return
    hidden = found.table["masked"].to_numpy()
    small = cells["cases"].between(1, threshold - 1).to_numpy()
    assert hidden[small].all() and found.table.loc[hidden, "cases"].isna().all()
    attacked = one(cells, hierarchy, threshold)
    low, high = bounds(attacked.known(hidden), np.flatnonzero(small))
    assert (high - low >= threshold).all()
    for cell in np.flatnonzero(hidden & ~small):
        fewer = hidden.copy()
        fewer[cell] = False
        weak = [len(attacked.weak(fewer, attacked.targets(), rule=r)) for r in (False, True)]
        assert any(weak), "this cell could be shown"


def test_hidden_cells_are_near_the_fewest_possible() -> None:
    rng = np.random.default_rng(4)
    ours, fewest = 0, 0
    for _ in range(4):
        rows = rng.integers(12, 60, (3, 3))
        rows[rng.integers(3), rng.integers(3)] = rng.integers(1, 11)
        cells, hierarchy = cross(rows), hierarchy_of(3, 3)
        hidden = publish(cells, hierarchy, measures=["cases"]).table["masked"].to_numpy()
        attacked = one(cells, hierarchy, 11)
        primary = cells["cases"].between(1, 10).to_numpy()
        rest = np.flatnonzero(~primary)
        for more in range(1, 5):
            sets = (np.isin(np.arange(16), chosen) | primary for chosen in combinations(rest, more))
            if any(
                not any(len(attacked.weak(s, attacked.targets(), rule=r)) for r in (False, True))
                for s in sets
            ):
                break
        ours, fewest = ours + int(hidden.sum()), fewest + int(primary.sum()) + more
    assert ours <= 1.25 * fewest


def test_a_hidden_cell_is_not_total_minus_others() -> None:
    """T6: the public pipeline hides counts below 11 and prints their totals."""
    found = publish(counts_of([4, 96, 100]), AGES, measures=["cases"]).table
    assert found["cases"].isna().tolist() == [True, True, False]
    assert found["cases_low"].tolist() == [1, 1, 100] and found["cases_high"].tolist() == [
        99,
        99,
        100,
    ]


def test_a_reader_who_knows_the_rule_does_not_find_two_cells_of_10() -> None:
    names = ("young", "old", "older", "all")
    hierarchy = {"age": additive(names[:3])}
    found = publish(counts_of([10, 10, 50, 70], names), hierarchy, measures=["cases"]).table
    assert found["masked"].sum() > 2, "10 + 10 = 20 has one solution in small numbers"


def test_all_values_of_a_cell_are_hidden_together() -> None:
    cells = counts_of([15, 60, 75]).assign(exposed=[4, 9000, 9004], unit="per 100,000")
    cells["rate"] = cells["cases"] / cells["exposed"] * 1e5
    cells["high"] = cells["rate"] * 2
    found = publish(cells, AGES, derived=["rate", "high"], labels=["unit"]).table
    hidden = found["masked"]
    assert hidden[0] and found.loc[hidden, ["cases", "exposed", "rate", "high"]].isna().all(
        axis=None
    )
    assert found.loc[~hidden, ["cases", "exposed", "rate", "high"]].notna().all(axis=None)
    assert (found["unit"] == "per 100,000").all()
    assert found.loc[0, "cases_low"] == 0, "with two measures a hidden count may be 0"


def test_distinct_patients_are_no_sum_and_need_no_further_cell() -> None:
    cells = pd.DataFrame({"drug": ["a", "b", "c", "all"], "exposed": [5, 400, 300, 600]})
    overlap = {"drug": overlapping(["a", "b", "c"])}
    found = publish(cells, overlap, measures=["exposed"]).table
    assert found["masked"].tolist() == [True, False, False, False]
    assert (found["exposed_low"][0], found["exposed_high"][0]) == (1, 600)


def test_a_total_near_the_sum_or_near_the_largest_part_gives_a_distinct_count_away() -> None:
    near = pd.DataFrame({"drug": ["a", "b", "all"], "exposed": [10, 400, 410]})
    hierarchy = {"drug": overlapping(["a", "b"])}
    found = publish(near, hierarchy, measures=["exposed"]).table
    assert found["masked"].sum() == 2, "at least 10, and below 11 by the rule: one value is left"
    small = pd.DataFrame({"drug": ["a", "b", "all"], "exposed": [5, 11, 11]})
    found = publish(small, hierarchy, measures=["exposed"]).table
    assert found["masked"].sum() == 2, "a part is at most 11: the total or the other is hidden too"


def test_numbers_in_the_billions_keep_their_digits() -> None:
    whole = 3_575_438_118
    found = publish(counts_of([7, whole - 7, whole]), AGES, measures=["cases"]).table
    assert found["cases_high"][0] == whole - 1 and found["masked"].tolist() == [True, True, False]


def test_what_an_earlier_release_showed_cannot_be_hidden_and_is_refused() -> None:
    before = Earlier(counts_of([4, 96, 100]), "same")
    with pytest.raises(UnsafeTable, match="found whatever else") as error:
        publish(counts_of([4, 96, 100]), AGES, measures=["cases"], earlier=[before])
    assert error.value.problems[0].where == "cases, age=young"
    assert "4" not in error.value.render()


def test_another_grain_of_the_same_persons_is_counted_in() -> None:
    hierarchy = {"drug": additive(["p1", "p2"], "s")}
    packs = pd.DataFrame({"drug": ["p1", "p2"], "cases": pd.array([None, 30], "Int64")})
    alone = pd.DataFrame({"drug": ["s"], "cases": [34]})
    assert not publish(alone, hierarchy, measures=["cases"]).table["masked"].any()
    # Packs of 4 and 30 came first, the 4 hidden: the substance's 34 would give it back.
    found = publish(alone, hierarchy, measures=["cases"], earlier=[Earlier(packs, "same")])
    assert found.table["masked"].tolist() == [True]
    told = packs.assign(cases_low=[1, None], cases_high=[10, None])
    found = publish(alone, hierarchy, measures=["cases"], earlier=[Earlier(told, "same")])
    assert found.table["masked"].tolist() == [True], (
        "1 to 10 is what readers had, they get no nearer"
    )


def test_a_growth_of_a_few_persons_is_hidden() -> None:
    before = Earlier(counts_of([40, 60, 100]), "grown")
    grown = counts_of([43, 90, 133])
    plain = publish(grown, AGES, measures=["cases"]).table
    assert not plain["masked"].any()
    found = publish(grown, AGES, measures=["cases"], earlier=[before]).table
    assert found["masked"].tolist() == [True, True, False]
    assert found["cases_low"][0] <= 40 and found["cases_high"][0] >= 51


def test_a_published_release_is_the_earlier_one_of_the_next() -> None:
    first = publish(counts_of([4, 96, 100]), AGES, measures=["cases"])
    again = publish(
        counts_of([4, 96, 100]), AGES, measures=["cases"], earlier=[Earlier(first.table, "same")]
    )
    assert again.table["masked"].tolist() == [True, True, False]
    later = publish(
        counts_of([30, 120, 150]), AGES, measures=["cases"], earlier=[Earlier(first.table, "grown")]
    )
    assert later.audit["safe"]


def test_rounded_counts_stand_for_all_that_round_to_them_and_rates_are_made_of_them() -> None:
    cells = counts_of([13, 88, 101]).assign(rate=[1.3, 8.8, 10.1])

    def rates(table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(rate=table["cases"].astype(float) / 10)

    found = publish(
        cells, AGES, measures=["cases"], derived=["rate"], rounding=5, derive=rates
    ).table
    assert found["cases"].tolist() == [15, 90, 100]
    assert found["rate"].tolist() == [1.5, 9.0, 10.0]
    assert found["cases_low"].tolist() == [13, 88, 98] and found["cases_high"].tolist() == [
        17,
        92,
        102,
    ]


def test_rounding_alone_does_not_protect_and_what_is_hidden_stays_wide() -> None:
    found = publish(counts_of([4, 96, 100]), AGES, measures=["cases"], rounding=5)
    assert found.table["masked"][0]
    assert found.table["cases_high"][0] - found.table["cases_low"][0] >= 11


def test_the_audit_is_json_names_no_small_cell_and_is_written_beside_the_table(
    tmp_path: Path,
) -> None:
    found = publish(counts_of([4, 96, 100]), AGES, measures=["cases"])
    paths = found.write(tmp_path, "rates")
    audit = json.loads(paths[2].read_text("utf-8"))
    assert audit["safe"] and audit["hidden"] == 2 and audit["hidden_for_a_small_count"] == 1
    assert [cell["whole"] for cell in audit["bounds_of_hidden_cells"]] == [[1, 99], [1, 99]]
    assert "96" not in paths[1].read_text("utf-8")
    pd.testing.assert_frame_equal(pd.read_parquet(paths[0]), found.table)


def test_a_table_without_small_counts_is_published_whole() -> None:
    found = publish(counts_of([40, 0, 40]), AGES, measures=["cases"])
    assert not found.table["masked"].any() and found.audit["bounds_of_hidden_cells"] == []
