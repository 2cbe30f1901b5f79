"""The disclosure gate: no small group can be read, or worked out from what is shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.challenge.standings import Gate, group_tables, shown_groups
from workbench.errors import DataError
from workbench.scoring import check_submission, load_truth, parse_challenge

from .play import CARD

TABLES = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 60), st.integers(0, 1)),
    min_size=1,
    max_size=150,
)


def parts(rows: list[tuple[str, int, int]]) -> tuple[list[str], list[int], list[int]]:
    groups, persons, classes = zip(*rows, strict=True)
    return list(groups), list(persons), list(classes)


def passes(rows: list[tuple[str, int, int]], persons: int, events: int) -> bool:
    """Say by counting whether a set of rows may be shown."""
    sick = {p for _, p, c in rows if c == 1}
    well = {p for _, p, c in rows if c == 0}
    return len({p for _, p, _ in rows}) >= persons and min(len(sick), len(well)) >= events


@settings(max_examples=300, deadline=None)
@given(TABLES, st.integers(1, 12), st.integers(0, 5))
def test_differencing_finds_nothing_small(rows, persons, events) -> None:
    groups, units, classes = parts(rows)
    shown = shown_groups(groups, units, classes, Gate(persons, events), n_classes=2)
    for name in shown:
        assert passes([row for row in rows if row[0] == name], persons, events)
    left = [row for row in rows if row[0] not in shown]
    assert not left or not shown or passes(left, persons, events)


@settings(max_examples=100, deadline=None)
@given(TABLES, st.randoms(use_true_random=False))
def test_row_order_decides_nothing(rows, shuffler) -> None:
    one = shown_groups(*parts(rows), Gate(5, 2), n_classes=2)
    shuffler.shuffle(rows)
    assert shown_groups(*parts(rows), Gate(5, 2), n_classes=2) == one


def test_a_single_small_group_takes_the_next_smallest_with_it() -> None:
    rows = [("big", i, i % 2) for i in range(60)]
    rows += [("middle", 100 + i, i % 2) for i in range(30)]
    rows += [("small", 200 + i, i % 2) for i in range(10)]
    assert shown_groups(*parts(rows), Gate(11, 4), n_classes=2) == ["big"]
    assert shown_groups(*parts(rows), Gate(10, 4), n_classes=2) == ["big", "middle", "small"]


def test_persons_count_once_and_events_both_ways() -> None:
    many_slides = [("a", i % 10, i % 2) for i in range(100)]
    assert shown_groups(*parts(many_slides), Gate(11, 0), n_classes=2) == []
    all_sick = [("a", i, 1) for i in range(50)]
    assert shown_groups(*parts(all_sick), Gate(11, 1), n_classes=2) == []
    assert shown_groups(*parts(all_sick), Gate(11, 0), n_classes=2) == ["a"]


def test_every_class_of_several_counts() -> None:
    groups, persons = ["a"] * 60, list(range(60))
    rare = [0] * 30 + [1] * 29 + [2]
    assert shown_groups(groups, persons, rare, Gate(11, 2), n_classes=3) == []
    assert shown_groups(groups, persons, rare, Gate(11, 1), n_classes=3) == ["a"]


def test_lengths_must_fit() -> None:
    with pytest.raises(DataError, match="2 groups, 1 persons"):
        shown_groups(["a", "b"], [1], [0, 1], Gate(1, 0), n_classes=2)


def test_tables_hold_what_passes_and_name_nothing_else(tmp_path) -> None:
    content = CARD | {"centre": "site", "subgroups": ["sex"]}
    card = parse_challenge(content, tmp_path / "card.yaml")
    rng = np.random.default_rng(0)
    n = 200
    frame = pd.DataFrame(
        {
            "case": [f"c{i:03d}" for i in range(n)],
            "patient": [f"p{i // 2}" for i in range(n)],
            "label": np.where(rng.random(n) < 0.5, "yes", "no"),
            "site": np.where(
                np.arange(n) < 120, "north", np.where(np.arange(n) < 190, "south", "x")
            ),
            "sex": np.where(np.arange(n) % 4 < 2, "f", "m"),
        }
    )
    labels = load_truth(frame, card)
    p = rng.random(n).round(3)
    answer = pd.DataFrame({"case": frame["case"], "no": 1 - p, "yes": p})
    answers = {"Team": check_submission(answer, card, labels["case"])}
    centres, sexes = group_tables(card, labels, answers)
    assert [group.name for group in centres.groups] == ["north"] and centres.hidden == 2
    assert [group.name for group in sexes.groups] == ["f", "m"] and sexes.hidden == 0
    assert "south" not in centres.model_dump_json() and '"x"' not in centres.model_dump_json()
    (score,) = centres.groups[0].scores
    right = (p[:120] > 0.5) == (frame["label"][:120] == "yes")
    assert score.value == round(right.mean(), 3)
    assert score.low < score.value < score.high
    assert (centres.groups[0].n_cases, centres.groups[0].n_units) == (120, 60)
