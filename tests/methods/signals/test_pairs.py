"""Counting pairs: published tables, a slow count, repeated pairs, strata, named errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import DataError
from workbench.methods.signals.pairs import PairCounts, count_rows
from workbench.methods.signals.report_pairs import count_pairs
from workbench.methods.signals.table_pairs import count_table

# The worked example of openEBGM's vignette on raw data: id, drug, event, sex, age.
WORKED = [
    (1, "B", "e1", "F", 2), (2, "A", "e1", "M", 1), (3, "B", "e2", "M", 1), (4, "A", "e1", "M", 1),
    (5, "A", "e1", "F", 1), (6, "A", "e1", "F", 1), (7, "A", "e2", "F", 1), (8, "A", "e2", "F", 1),
    (9, "A", "e1", "M", 2), (10, "A", "e2", "M", 1), (11, "A", "e2", "M", 1),
    (12, "B", "e2", "M", 2), (13, "B", "e1", "M", 1), (14, "B", "e2", "M", 1),
    (15, "B", "e1", "M", 1), (16, "B", "e2", "F", 1), (17, "C", "e1", "M", 1),
]  # fmt: skip
PUBLISHED = {
    (): [4.7647059, 4.2352941, 3.7058824, 3.2941176, 0.5294118],
    ("sex", "age"): [4.3222222, 4.6777778, 4.1222222, 2.8777778, 0.5555556],
}
rows_of = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from("abcd"), st.sampled_from("xyz")), min_size=1
)


@pytest.mark.parametrize("strata", PUBLISHED)
def test_expected_counts_are_those_openebgm_prints(strata: tuple[str, ...]) -> None:
    rows = pd.DataFrame(WORKED, columns=["case_id", "drug", "event", "sex", "age"])
    found = count_rows(rows, strata=strata)
    assert found.counts["n"].tolist() == [5, 4, 3, 4, 1]
    np.testing.assert_allclose(found.counts["expected"], PUBLISHED[strata], atol=5e-8)
    # The one empty cell, C and e2: 0.4705882 without strata.
    cells = found.cells(empty=True)
    empty = cells.n == 0
    assert cells.weight[empty].sum() == 1
    if not strata:
        assert cells.expected[empty][0] == pytest.approx(0.4705882, abs=5e-8)


@given(rows_of)
def test_counts_are_those_of_sets(raw: list[tuple[int, str, str]]) -> None:
    rows = pd.DataFrame(raw, columns=["case_id", "drug", "event"])
    found = count_rows(rows).counts
    total = len({case for case, _, _ in raw})
    for row in found.itertuples():
        with_drug = {c for c, d, _ in raw if d == row.drug}
        with_event = {c for c, _, e in raw if e == row.event}
        assert row.n == len({c for c, d, e in raw if (d, e) == (row.drug, row.event)})
        assert (row.n_drug, row.n_event, row.n_total) == (len(with_drug), len(with_event), total)
        assert row.expected == pytest.approx(len(with_drug) * len(with_event) / total)
    assert len(found) == len({(d, e) for _, d, e in raw})
    crossed = {(c, d, e) for c, d, _ in raw for k, _, e in raw if k == c}
    assert count_rows(rows).facts["not_paired_in_case"] == len(crossed) - len(set(raw))


@given(rows_of, st.integers(1, 3))
def test_zero_cells_are_those_of_the_whole_table(raw: list[tuple[int, str, str]], k: int) -> None:
    rows = pd.DataFrame(raw, columns=["case_id", "drug", "event"])
    rows["band"] = rows["case_id"] % k
    found = count_rows(rows, strata=["band"])
    drug, event = np.indices((found.facts["drugs"], found.facts["events"]))
    table = found.margins.expected(drug.ravel(), event.ravel())
    cells = found.cells(empty=True)
    assert cells.weight.sum() == (table > 0).sum()
    assert cells.weight @ cells.expected == pytest.approx(table.sum())


@given(rows_of)
def test_rows_written_twice_or_shuffled_change_nothing(raw: list[tuple[int, str, str]]) -> None:
    rows = pd.DataFrame(raw, columns=["case_id", "drug", "event"])
    again = pd.concat([rows, rows]).sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(count_rows(rows).counts, count_rows(again).counts)


def test_real_tables_have_their_published_sizes(caers: PairCounts, faers: PairCounts) -> None:
    assert (caers.facts["pairs"], caers.facts["cases"]) == (17_189, 3_356)
    first = caers.counts.query("drug == '1-PHENYLALANINE' and event == 'HEART RATE INCREASED'")
    assert first["expected"].tolist() == pytest.approx([0.0360548272], abs=5e-11)
    facts = faers.facts
    assert (facts["cases"], facts["drugs"], facts["events"]) == (215_867, 3_880, 973)
    assert (facts["repeated_in_case"], facts["not_paired_in_case"]) == (5, 0)
    assert faers.cells(empty=True).weight.sum() == facts["cells"] == 3_880 * 973


def test_a_pair_repeated_in_a_report_counts_once_as_in_pvda(shared_data: Path) -> None:
    rows = pd.read_csv(shared_data / "adverse_events/pvda_drug_event_df.csv")
    counted = count_rows(rows, case="report_id")
    assert counted.facts["not_paired_in_case"] == 20_050 - 4_452
    found = counted.counts.set_index(["drug", "event"])
    pair = found.loc[("Drug_Z", "Event_1")]
    assert pair["n"] == 88
    assert round(pair["expected"], 1) == 55.6


def test_a_table_of_pairs_has_the_sums_of_pairs_as_margins(shared_data: Path) -> None:
    table = pd.read_csv(shared_data / "adverse_events/PhViDdata.csv")
    found = count_table(table, drug="Drug lab", event="AE lab", n="n11")
    assert len(found.counts) == 102_483
    assert set(found.counts["n_total"]) == {1_196_487}
    assert found.cells(empty=True).weight.sum() == 634 * 756


DRUGS = pd.DataFrame(
    {
        "case_id": [1, 1, 2, 3, 4],
        "product": ["a", "b", "a", "b", None],
        "grain": "substance",
        "role": ["suspect", "concomitant", "suspect", "interacting", "suspect"],
    }
)
EVENTS = pd.DataFrame({"case_id": [1, 2, 3, 4, 5], "level": "pt", "term": list("xyxxy")})


def test_roles_and_cases_without_a_drug_are_told() -> None:
    found = count_pairs(DRUGS, EVENTS)
    assert found.counts[["drug", "event", "n"]].values.tolist() == [
        ["a", "x", 1],
        ["a", "y", 1],
        ["b", "x", 1],
    ]
    assert found.facts["cases_without_drug"] == 2
    assert found.facts["drug_rows_not_coded"] == 1
    assert found.facts["drug_rows_of_other_roles"] == 1
    every = count_pairs(DRUGS, EVENTS, roles=("suspect", "concomitant", "interacting"))
    assert every.counts["n"].sum() == 4


def test_strata_come_from_the_table_of_reports() -> None:
    report = pd.DataFrame({"case_id": [1, 2, 3, 4, 5], "sex": ["F", "F", None, "M", "M"]})
    found = count_pairs(DRUGS, EVENTS, report, strata=["sex"])
    assert found.strata == ("F", "missing")
    assert found.counts["expected"].tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d, e, r: (d.drop(columns="role"), e, r), "missing-column"),
        (lambda d, e, r: (d.assign(grain=["pack"] + ["substance"] * 4), e, r), "several-grains"),
        (lambda d, e, r: (d, e.assign(level=["pt"] * 4 + ["soc"]), r), "several-levels"),
        (lambda d, e, r: (d, e, r[r["case_id"] != 2]), "case-without-report"),
        (lambda d, e, r: (d, e, pd.concat([r, r.assign(sex="?")])), "case-reported-twice"),
        (lambda d, e, r: (d[:0], e, r), "no-cells"),
        (lambda d, e, r: (d, e.assign(case_id=[1, 2, 3, 4, None]), r), "missing-value"),
        (lambda d, e, r: (d[d["case_id"] == 1], e[e["case_id"] == 5], r), "no-cells"),
    ],
)
def test_broken_reports_are_named(change, code: str) -> None:  # type: ignore[no-untyped-def]
    report = pd.DataFrame({"case_id": [1, 2, 3, 4, 5], "sex": list("FFMMM")})
    with pytest.raises(DataError, match=code):
        count_pairs(*change(DRUGS, EVENTS, report), strata=["sex"])


def test_a_role_that_is_none_is_named() -> None:
    with pytest.raises(DataError) as caught:
        count_pairs(DRUGS, EVENTS, roles=["suspects"])
    assert [(p.code, p.message) for p in caught.value.problems] == [
        ("unknown-role", "there is no role 'suspects'")
    ]


def test_broken_rows_are_named_all_at_once() -> None:
    rows = pd.DataFrame({"case_id": [1, None], "drug": ["a", None], "event": ["x", "y"]})
    with pytest.raises(DataError) as caught:
        count_rows(rows)
    assert [p.where for p in caught.value.problems] == ["column case_id", "column drug"]
    two = pd.DataFrame({"case_id": [1, 1], "drug": list("ab"), "event": list("xy"), "sex": [1, 2]})
    with pytest.raises(DataError, match="case-in-two-strata"):
        count_rows(two, strata=["sex"])
    twice = pd.DataFrame({"drug": list("aa"), "event": list("xx"), "n": [1, 2]})
    with pytest.raises(DataError, match="pair-twice"):
        count_table(twice)
    with pytest.raises(DataError, match="not-a-count"):
        count_table(twice.assign(event=["x", "y"], n=[1, 0.5]))
