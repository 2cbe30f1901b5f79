"""Large tables: small cells are proved safe all at once, and attackers find nothing still."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.methods.disclosure import publish as door
from workbench.methods.disclosure.attacker import bounds
from workbench.methods.disclosure.bulk import protect_in_bulk
from workbench.methods.disclosure.dimension import Dimension, additive
from workbench.methods.disclosure.earlier import Earlier
from workbench.methods.disclosure.measured import Measured
from workbench.methods.disclosure.outer import outer_bounds
from workbench.methods.disclosure.proof import Proof, Steps
from workbench.methods.disclosure.publish import publish
from workbench.methods.disclosure.readers import measured
from workbench.methods.disclosure.release import attack
from workbench.methods.disclosure.table import read_table
from workbench.methods.disclosure.unsafe import UnsafeTable

from .reading import cross, every_table, hierarchy_of

BENCH = Path(__file__).resolve().parents[3] / "scripts/benchmarks/bench/refresh.py"
REFRESH = runpy.run_path(str(BENCH))
SIZE = {"substances": 5, "years": 2}


def one(cells: pd.DataFrame, hierarchy: dict[str, Dimension], threshold: int) -> Measured:
    table = read_table(cells, hierarchy, ["cases"])
    return measured(table, hierarchy, "cases", threshold=threshold)


@given(st.lists(st.integers(0, 9), min_size=4, max_size=4), st.booleans())
@settings(max_examples=20, deadline=None)
def test_trying_every_table_finds_no_small_cell(values: list[int], overlap: bool) -> None:
    threshold, most = 3, 16
    rows = np.array(values).reshape(2, 2)
    distinct = rows.max(axis=0) if overlap else None
    cells, hierarchy = cross(rows, distinct=distinct), hierarchy_of(2, 2, overlap=overlap)
    attacked, count = one(cells, hierarchy, threshold), cells["cases"].to_numpy()
    primary = (count > 0) & (count < threshold)
    try:
        hidden = protect_in_bulk([attacked], primary, np.ones(9)).hidden
    except UnsafeTable:
        every = count > 0
        assert any(len(attacked.weak(every, attacked.targets(), rule=r)) for r in (False, True))
        return
    if hidden.sum() > 4:
        return  # too many tables to try; the programmes see to it below
    release = cells.assign(cases=cells["cases"].astype("Int64").mask(hidden))
    paper = every_table(release, 2, 2, most, overlap=overlap)
    if any(max(seen, default=most) == most for seen in paper.values()):
        return  # larger numbers would agree too
    for seen, small in zip(paper.values(), primary[hidden], strict=True):
        assert not small or max(seen) - min(seen) >= threshold


@given(st.lists(st.integers(0, 25), min_size=9, max_size=9), st.booleans())
@settings(max_examples=25, deadline=None)
def test_programmes_and_guesses_find_no_small_cell(values: list[int], overlap: bool) -> None:
    threshold = 5
    rows = np.array(values).reshape(3, 3)
    distinct = np.minimum(rows.max(axis=0) + 2, rows.sum(axis=0)) if overlap else None
    cells, hierarchy = cross(rows, distinct=distinct), hierarchy_of(3, 3, overlap=overlap)
    attacked, count = one(cells, hierarchy, threshold), cells["cases"].to_numpy()
    primary = (count > 0) & (count < threshold)
    try:
        done = protect_in_bulk([attacked], primary, 1 + np.log1p(count))
    except UnsafeTable:
        every = count > 0
        assert any(len(attacked.weak(every, attacked.targets(), rule=r)) for r in (False, True))
        return
    assert done.hidden[primary].all()
    for rule in (False, True):
        assert not len(attacked.weak(done.hidden, attacked.targets(), rule=rule))
    where = np.flatnonzero(done.hidden)
    exact = bounds(attacked.known(done.hidden), where)
    outer = [ends[where] for ends in outer_bounds(attacked.known(done.hidden))]
    assert (outer[0] <= exact[0]).all() and (exact[1] <= outer[1]).all()
    assert all(proof.sound(done.hidden) and not proof.open().any() for proof in done.proofs)


def test_a_proof_that_breaks_a_relation_or_moves_a_published_cell_is_none() -> None:
    cells = pd.DataFrame({"age": ["a", "b", "c", "all"], "cases": [4, 40, 56, 100]})
    attacked = one(cells, {"age": additive("abc")}, 11)
    hidden = np.array([True, True, False, False])
    good = np.array([11.0, -11.0, 0.0, 0.0])
    whole = np.zeros(4, dtype=np.int64)
    assert Proof(attacked, False, [Steps(good, whole)]).sound(hidden)
    for bad in ([11.0, -10.0, 0.0, 0.0], [11.0, 0.0, -11.0, 0.0], [10.5, -10.5, 0.0, 0.0]):
        assert not Proof(attacked, False, [Steps(np.array(bad), whole)]).sound(hidden)
    taken = Proof(attacked, False)
    taken.admit(hidden, np.array([11.0, -10.0, 0.0, 0.0]))
    assert not taken.tables, "what does not agree is left out"


def test_an_audit_without_proof_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = REFRESH["made_up"](**SIZE, persons=2_000)

    def forget(*given: object) -> object:
        done = protect_in_bulk(*given)  # type: ignore[arg-type]
        return replace(done, proofs=[Proof(one.measure, one.rule) for one in done.proofs])

    monkeypatch.setattr(door, "protect_in_bulk", forget)
    with pytest.raises(UnsafeTable, match="found by the attacker"):
        publish(cells, REFRESH["hierarchy_of"](**SIZE))


@pytest.fixture(scope="module")
def release() -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Dimension]]:
    """A refresh of 216 cells, true and published."""
    cells, hierarchy = REFRESH["made_up"](**SIZE, persons=2_000), REFRESH["hierarchy_of"](**SIZE)
    return cells, publish(cells, hierarchy).table, hierarchy


def test_no_small_count_of_a_large_release_is_found(
    release: tuple[pd.DataFrame, pd.DataFrame, dict[str, Dimension]],
) -> None:
    truth, table, hierarchy = release
    bare = table[[*hierarchy, "exposed", "cases"]]
    found = attack(bare, hierarchy, measures=["exposed", "cases"]).merge(truth, on=[*hierarchy])
    true = found["exposed"].where(found["measure"] == "exposed", found["cases"])
    small = true.between(1, 10)
    assert small.sum() > 50
    assert (found["high"] - found["low"])[small].min() >= 11, "attack success is 0"
    wide = table.set_index([*hierarchy])
    for row in found.itertuples():
        printed = wide.loc[(row.substance, row.year, row.sex, row.age)]
        assert printed[f"{row.measure}_low"] <= row.low
        assert row.high <= printed[f"{row.measure}_high"]


def test_every_hidden_cell_of_a_large_table_is_attacked_where_that_is_asked_for(
    release: tuple[pd.DataFrame, pd.DataFrame, dict[str, Dimension]],
) -> None:
    truth, table, hierarchy = release
    found = publish(truth, hierarchy, every_cell=True)
    assert found.audit["method"] == "every hidden cell bounded by programmes"
    assert (found.table["masked"] == table["masked"]).all(), "the same cells are hidden"
    for name in ("exposed", "cases"):
        assert (found.table[f"{name}_low"] >= table[f"{name}_low"]).all()
        assert (found.table[f"{name}_high"] <= table[f"{name}_high"]).all()
        width = found.table[f"{name}_high"] - found.table[f"{name}_low"]
        small = (truth[name] > 0) & (truth[name] < 11)
        assert (width[small.to_numpy()] >= 11).all()


def test_the_same_table_gives_the_same_release(
    release: tuple[pd.DataFrame, pd.DataFrame, dict[str, Dimension]],
) -> None:
    truth, table, hierarchy = release
    pd.testing.assert_frame_equal(publish(truth, hierarchy).table, table)


def test_a_large_release_is_the_earlier_one_of_the_next(
    release: tuple[pd.DataFrame, pd.DataFrame, dict[str, Dimension]],
) -> None:
    truth, table, hierarchy = release
    again = publish(truth, hierarchy, earlier=[Earlier(table, "same")]).table
    assert not (again["masked"] & ~table["masked"]).any(), "what was shown cannot be hidden"


def test_a_large_table_that_cannot_be_protected_is_refused() -> None:
    drugs = [f"d{i}" for i in range(200)]
    cells = pd.DataFrame({"drug": [*drugs, "all"], "cases": [20] * 199 + [5, 3985]})
    hierarchy: dict[str, Dimension] = {"drug": additive(drugs)}
    assert publish(cells, hierarchy, measures=["cases"]).table["masked"].sum() == 2
    shown = Earlier(cells, "same")
    with pytest.raises(UnsafeTable, match="found whatever else") as error:
        publish(cells, hierarchy, measures=["cases"], earlier=[shown])
    assert error.value.problems[0].where == "cases, drug=d199"
