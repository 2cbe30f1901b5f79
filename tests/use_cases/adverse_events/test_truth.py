"""The organiser's file agrees with the reports, and lies outside of any data set."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from .conftest import FEW, knobs, use_case


def test_reported_events_are_the_cases_without_repeats(opened: Any, truth: Any) -> None:
    reported = int(truth.reporting_table()["reported"].sum())
    cases = len(opened.table("report"))
    assert reported < cases < 1.08 * reported
    found = use_case(synthetic=FEW).prepare(opened, Path())
    once = next(step for step in found.flow if step["step"].endswith("repeats of an earlier case"))
    assert abs(once["kept"] / reported - 1) < 0.01


def test_events_of_planted_pairs_exceed_those_of_others_by_their_ratio(truth: Any) -> None:
    table = truth.incidence_table()
    assert int(table["planted"].sum()) == FEW["planted"]
    rate = table["events"] / table["exposed_years"].clip(1)
    others = table[~table["planted"]].groupby("event")["events"].sum()
    years = table[~table["planted"]].groupby("event")["exposed_years"].sum()
    background = (others / years)[table["event"]].to_numpy()
    planted = table["planted"].to_numpy()
    weight = table["exposed_years"] * background
    seen = (rate / background * weight)[planted].sum() / weight[planted].sum()
    wanted = np.average(table["ratio"][planted], weights=weight[planted])
    assert abs(seen / wanted - 1) < 0.2


def test_labels_are_the_planted_pairs_that_were_reported(opened: Any, truth: Any) -> None:
    pairs = opened.table("pair").merge(truth.incidence_table(), on=["substance", "event"])
    assert len(pairs) == len(opened.table("pair"))
    assert ((pairs["label"] == "planted") == pairs["planted"]).all()


def test_the_file_holds_tables_knobs_and_seed(tmp_path: Path) -> None:
    small = knobs(persons=500, substances=20, events=10, planted=5)
    path = use_case().write_truth(tmp_path / "truth.json", small, 3)
    document = json.loads(path.read_text(encoding="utf-8"))
    assert set(document) == {
        *("knobs", "seed", "generator", "exposed", "exposed_by_region", "incidence", "reporting")
    }
    assert sum(document["exposed_by_region"]["exposed"]) == sum(document["exposed"]["exposed"])
    assert document["seed"] == 3
    assert len(document["incidence"]["ratio"]) == 200
