"""What of the true counts may be shown: every table passes the attacker before anybody sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from workbench.methods.disclosure.dimension import Dimension, additive, overlapping
from workbench.methods.disclosure.earlier import Earlier
from workbench.methods.disclosure.publish import Published, publish
from workbench.methods.disclosure.unsafe import UnsafeTable
from workbench.runs.reported.counting import KEY, Axes
from workbench.runs.reported.plan import ALL
from workbench.runs.reported.plan_parts import Disclosure

Fallback = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Shape:
    """How a table is published: what its columns are.

    Attributes:
        hierarchy: The columns that tell cells apart.
        measures: Counts.
        derived: What follows from the counts of its own cell.
        labels: What says nothing about counts.
        coarser: Coarser tables to try in turn where no choice of hidden cells is safe.
    """

    hierarchy: Mapping[str, Dimension]
    measures: tuple[str, ...]
    derived: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    coarser: tuple[Fallback, ...] = field(default=())


def rates_shape(axes: Axes, parents: Mapping[str, str], derived: Sequence[str]) -> Shape:
    """Return the shape of the long table of rates.

    Args:
        axes: Values of each dimension.
        parents: Class of each code, where classes are in the table too.
        derived: Columns such as person-years.
    """
    return Shape(
        {
            "code": Dimension(parents, frozenset(["exposed", "cases"])),
            "period": overlapping(axes.years, measures=["exposed"]),
            "sex": additive(axes.sexes),
            "age": additive(axes.bands),
        },
        ("exposed", "cases"),
        tuple(derived),
        coarser=(
            lambda cells: cells[cells["age"] == ALL],
            lambda cells: cells[(cells["age"] == ALL) & (cells["sex"] == ALL)],
            lambda cells: cells[(cells[list(KEY[1:])] == ALL).all(axis=1)],
        ),
    )


def release(
    tables: Sequence[pd.DataFrame],
    shape: Shape,
    disclosure: Disclosure,
    earlier: Sequence[Earlier] = (),
) -> Published:
    """Publish tables whose cells share no relation, and return them as one.

    A table for which no choice of hidden cells is safe is published coarser, and if that does not
    help not at all; the audit counts both.

    Args:
        tables: Such as one a drug: cells of two drugs say nothing about each other where no total
            over drugs is shown.
        shape: Of every table.
        disclosure: Threshold and rounding.
        earlier: Releases that readers have.

    Raises:
        DataError: A table is not what its shape says, or does not fit an earlier release.
    """
    parts, audits, coarser, nothing = [], [], 0, 0
    for cells in tables:
        found, tries = _published(cells, shape, disclosure, earlier)
        coarser += int(tries > 0 and found is not None)
        nothing += int(found is None)
        if found is not None:
            parts.append(found.table)
            audits.append(found.audit)
    audit = _joined(audits) | {"tables_made_coarser": coarser, "tables_left_out": nothing}
    # Where no table is safe, what is shown has their columns and no row.
    shown = parts or [tables[0].iloc[:0].assign(masked=pd.Series(dtype=bool))]
    return Published(pd.concat(shown, ignore_index=True), audit)


def _published(
    cells: pd.DataFrame, shape: Shape, disclosure: Disclosure, earlier: Sequence[Earlier]
) -> tuple[Published | None, int]:
    """Return the finest safe table, None where none is, and how many were unsafe."""
    for tries, coarse in enumerate((lambda whole: whole, *shape.coarser)):
        try:
            return _publish(coarse(cells), shape, disclosure, earlier), tries
        except UnsafeTable:
            continue
    return None, len(shape.coarser) + 1


def _publish(
    cells: pd.DataFrame, shape: Shape, disclosure: Disclosure, earlier: Sequence[Earlier]
) -> Published:
    """Publish one table."""
    derived = list(shape.derived)

    def rounded(table: pd.DataFrame) -> pd.DataFrame:
        base = disclosure.rounding or 1
        values = (table[derived] / base).round() * base
        return table.assign(**{name: values[name] for name in derived})

    return publish(
        cells,
        shape.hierarchy,
        measures=shape.measures,
        derived=derived,
        labels=shape.labels,
        threshold=disclosure.threshold,
        rounding=disclosure.rounding,
        derive=rounded if disclosure.rounding and derived else None,
        earlier=[_about(one, cells) for one in earlier],
    )


def _about(release: Earlier, cells: pd.DataFrame) -> Earlier:
    """Return the rows of an earlier release about the codes of a table."""
    same = release.table["code"].isin(set(cells["code"]))
    return Earlier(release.table[same].reset_index(drop=True), release.kind)


def _joined(audits: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the audits of tables that share no relation as one."""
    if not audits:
        return {"safe": True, "cells": 0, "hidden": 0}
    sums = ("cells", "hidden", "hidden_for_a_small_count", "hidden_to_protect_them")
    bounds = [row for audit in audits for row in audit["bounds_of_hidden_cells"]]
    found: dict[str, dict[str, Any]] = {}
    for attack in (one for audit in audits for one in audit["attacks"]):
        known = found.setdefault(attack["measure"], {**attack, "relations": 0})
        known["relations"] += attack["relations"]
        widths = [w for w in (known["least_width"], attack["least_width"]) if w is not None]
        known["least_width"] = min(widths) if widths else None
    return {
        **audits[0],
        **{name: sum(audit[name] for audit in audits) for name in sums},
        "safe": all(audit["safe"] for audit in audits),
        "attacks": list(found.values()),
        "bounds_of_hidden_cells": bounds,
    }
