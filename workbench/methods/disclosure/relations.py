"""What a reader knows beside the numbers: which cells are parts of which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.errors import DataError, Problem
from workbench.methods.disclosure.dimension import Dimension
from workbench.methods.disclosure.table import Key, Table, name_of


@dataclass(frozen=True)
class Relation:
    """A cell and its parts along one dimension.

    Attributes:
        whole: Place of the cell.
        parts: Places of its parts.
        distinct: Whether a person may be in several parts: the largest part is at most the whole,
            and the whole at most the sum; otherwise the parts add up to it.
        complete: Whether all parts are in the table; otherwise they are at most the whole.
    """

    whole: int
    parts: tuple[int, ...]
    distinct: bool
    complete: bool


def relations(
    keys: Sequence[Key], hierarchy: Mapping[str, Dimension], measure: str
) -> list[Relation]:
    """Return every relation between cells of a measure.

    Args:
        keys: Of the cells.
        hierarchy: The dimensions, in the order of the keys.
        measure: What is counted.

    >>> from workbench.methods.disclosure.dimension import additive
    >>> relations([("F",), ("M",), ("all",)], {"sex": additive("FM")}, "cases")
    [Relation(whole=2, parts=(0, 1), distinct=False, complete=True)]
    """
    place = {key: i for i, key in enumerate(keys)}
    found = []
    for at, dimension in enumerate(hierarchy.values()):
        distinct, parts = measure in dimension.distinct, dimension.parts()
        for key, whole in place.items():
            wanted = [(*key[:at], value, *key[at + 1 :]) for value in parts.get(key[at], ())]
            there = tuple(place[one] for one in wanted if one in place)
            if there:
                found.append(Relation(whole, there, distinct, len(there) == len(wanted)))
    return found


def check_relations(table: Table, hierarchy: Mapping[str, Dimension]) -> None:
    """Refuse a table that is not what its hierarchy says.

    Raises:
        DataError: All cells at once, by code: ``missing-cell`` (some parts of a cell are there and
            some are not: a row of 0 is written out), ``does-not-add-up``, ``not-distinct`` (a part
            is larger than the whole, or the whole than the sum of its parts).
    """
    problems = []
    for measure, counts in table.counts.items():
        for one in relations(table.keys, hierarchy, measure):
            parts, whole = counts[list(one.parts)], int(counts[one.whole])
            where = f"{measure}, {table.name(one.whole)}"
            if not one.complete:
                words = "some of its parts are in the table and some are not"
                problems.append(Problem("missing-cell", words, where, "write rows of 0 out"))
            elif not one.distinct and parts.sum() != whole:
                words = f"its {len(parts)} parts do not add up to it"
                remedy = "declare the measure as distinct along this dimension, or mend the counts"
                problems.append(Problem("does-not-add-up", words, where, remedy))
            elif one.distinct and not parts.max() <= whole <= parts.sum():
                words = "it is smaller than one of its parts, or larger than all together"
                problems.append(Problem("not-distinct", words, where, "mend the counts"))
    if problems:
        raise DataError(
            f"{len(problems)} cell(s) that the hierarchy does not explain",
            problems=list(dict.fromkeys(problems)),
        )


def unknown_values(table: Table, hierarchy: Mapping[str, Dimension]) -> list[Problem]:
    """Return the values of a dimension the hierarchy says nothing about, where it has one."""
    found = []
    for at, (name, dimension) in enumerate(hierarchy.items()):
        known = set(dimension.parents) | set(dimension.parents.values())
        if known:
            for value in sorted({key[at] for key in table.keys} - known):
                where = name_of((name,), (value,))
                found.append(Problem("unknown-value", "the hierarchy does not know it", where))
    return found


def at_most(one: Relation) -> list[tuple[np.ndarray, np.ndarray, bool]]:
    """Return a relation as rows ``sum(sign x cell) <= 0``, or ``= 0`` where the flag is true."""
    parts = np.array(one.parts)
    whole = np.array([one.whole])
    adds = np.concatenate([parts, whole]), np.append(np.ones(len(parts)), -1.0)
    if not one.distinct:
        return [(*adds, one.complete)]
    rows = [(np.array([part, one.whole]), np.array([1.0, -1.0]), False) for part in one.parts]
    if one.complete:
        rows.append((adds[0], -adds[1], False))
    return rows
