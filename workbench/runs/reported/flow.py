"""The attrition flow and the rejected codes, released like any other table of counts."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from workbench.methods.disclosure.dimension import Dimension
from workbench.methods.disclosure.publish import Published
from workbench.runs.reported.counted import Counted
from workbench.runs.reported.plan import RatesPlan
from workbench.runs.reported.releases import Shape, release

RECEIVED, KEPT = "received", "kept"
_UNITS = {
    "dispensing": "rows", "ER_PHA_F": "rows", "drug_exposure": "rows", "exposure_event":
    "dispensings", "report": "cases", "cases": "cases", "person": "persons",
}  # fmt: skip
COLUMNS = ("source", "table", "step", "kept", "excluded", "reason", "unit", "meaning", "masked")


def release_flow(counted: Counted, plan: RatesPlan) -> Published:
    """Return how many rows each step left out, small numbers hidden.

    What was received is what was kept and what was left out, so that the parts of a table of the
    flow are hidden together. A table for which that is not safe is left out; the audit names it.
    """
    tables = [
        _parts(str(source), str(table), rows)
        for (source, table), rows in counted.flow.groupby(["source", "table"], sort=False)
    ]
    # Each table of the flow is a table of cells of its own: its steps are its parts.
    parts = [release([cells], _shape(cells), plan.disclosure) for cells in tables]
    table = pd.concat([part.table for part in parts], ignore_index=True)
    names = [f"{one['source'].iloc[0]}/{one['table'].iloc[0]}" for one in tables]
    return Published(table, {"safe": True, "flows": {
        name: part.audit for name, part in zip(names, parts, strict=True)}})  # fmt: skip


def flow_rows(published: pd.DataFrame) -> pd.DataFrame:
    """Return the flow in order: what each step kept, as far as the released numbers say it."""
    rows = []
    for (source, table), own in published.groupby(["source", "table"], sort=False):
        parts = own.set_index("step")
        left = _number(parts["rows"].get(RECEIVED))
        unit = _UNITS.get(str(table), "rows")
        first = {"source": source, "table": table, "unit": unit, "masked": False}
        rows.append(first | {"step": RECEIVED, "kept": left, "excluded": 0.0, "reason": "",
                             "meaning": RECEIVED, "masked": bool(np.isnan(left))})  # fmt: skip
        for step, reason in parts.drop(index=[RECEIVED, KEPT])["reason"].items():
            out = _number(parts["rows"].get(step))
            left -= out
            rows.append(first | {"step": str(step), "kept": left, "excluded": out, "reason": reason,
                                 "meaning": meaning_of(reason),
                                 "masked": bool(np.isnan(out))})  # fmt: skip
        kept = _number(parts["rows"].get(KEPT))
        rows[-1]["kept"] = kept if np.isnan(left) else rows[-1]["kept"]
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    return found.astype({"kept": "Int64", "excluded": "Int64"})


def release_rejects(counted: Counted, plan: RatesPlan) -> Published:
    """Return the codes nobody knows; one that stands in few rows is not named."""
    rejects = counted.rejects.groupby(["source", "table", "column", "code"], dropna=False)
    sums = rejects.agg(rows=("rows", "sum"), share=("share", "sum")).reset_index()
    sums = sums.assign(code=sums["code"].fillna("(empty)"))
    sums = sums[sums["rows"] >= plan.disclosure.threshold].reset_index(drop=True)
    if not len(sums):
        return Published(sums.assign(masked=False), {"safe": True, "cells": 0, "hidden": 0})
    keys = {name: Dimension() for name in ("source", "table", "column", "code")}
    shape = Shape(keys, ("rows",), ("share",))
    exact = plan.disclosure.model_copy(update={"rounding": None})
    return release([sums], shape, exact)


def meaning_of(reason: str) -> str:
    """Return the code of the sentence that explains a reason.

    >>> meaning_of("the same row again"), meaning_of("late-copy")
    ('the-same-row-again', 'late-copy')
    """
    return re.sub(r"[^a-z0-9]+", "-", str(reason).lower()).strip("-")


def _parts(source: str, table: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what was received, each part left out and what was kept."""
    steps = [(f"{i:02d} {meaning_of(reason)}", reason, int(out)) for i, (reason, out) in
             enumerate(zip(rows["reason"], rows["left_out"], strict=True))]  # fmt: skip
    received, kept = int(rows["before"].iloc[0]), int(rows["after"].iloc[-1])
    every = [(RECEIVED, "", received), *steps[1:], (KEPT, "", kept)]
    found = pd.DataFrame(every, columns=["step", "reason", "rows"])
    return found.assign(source=source, table=table, code=source)


def _shape(cells: pd.DataFrame) -> Shape:
    """Return the shape of one table of the flow."""
    steps = [step for step in cells["step"] if step != RECEIVED]
    return Shape(
        {"step": Dimension(dict.fromkeys(steps, RECEIVED))},
        ("rows",),
        labels=("reason", "source", "table", "code"),
    )


def _number(value: object) -> float:
    """Return a number, NaN where it is hidden."""
    return float("nan") if value is None or pd.isna(value) else float(value)  # type: ignore[arg-type,call-overload]
