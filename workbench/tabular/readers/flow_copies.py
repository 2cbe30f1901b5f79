"""Rows of a flow that a later flow sent again, told from second dispensings and corrections."""

from __future__ import annotations

from typing import Any

from workbench.tabular.contracts import EXPOSURE_EVENT
from workbench.tabular.engine import Engine

from .ledger import Ledger

FLOWS = "dispensing"


def without_copies(engine: Engine, lines: Any, ledger: Ledger) -> Any:
    """Return flows without those that a later flow sent again.

    Few keys stand in several flows; only these are looked at row by row. A row of a flow that holds
    a negative row of the same key is a correction, not a copy.
    """
    import ibis

    key = ["person_id", "cip13", "date"]
    times = lines.group_by(key).aggregate(times=lines.count())
    several = engine.kept(times.filter(times.times > 1).drop("times"))
    rows = lines.inner_join(several, key)
    flow = ibis.window(group_by=[*key, "flow_date"])
    same = ibis.window(group_by=[*key, "boxes", "source"])
    marked = rows.mutate(first=rows.flow_date.min().over(same), lowest=rows.boxes.min().over(flow))
    copy = (marked.boxes > 0) & (marked.lowest > 0) & (marked.flow_date > marked["first"])
    checked = engine.kept(marked.mutate(copy=copy.fill_null(False)).drop("first", "lowest"))
    count = engine.one(checked.aggregate(rows=checked.count(), copies=checked["copy"].sum()))
    before = next(s.after for s in reversed(ledger.steps) if s.table == FLOWS)
    copies = int(count["copies"] or 0)
    ledger.step(FLOWS, "late-copy", before - copies)
    ledger.decide("late-copy", FLOWS, copies, "the same row in a later flow")
    open_keys = checked.group_by(key).aggregate(
        every=checked.boxes.sum(), once=checked.boxes.sum(where=~checked["copy"]).fill_null(0)
    )
    decided = (open_keys.every > 0) & (open_keys.once <= 0)
    undecided = int(engine.one(open_keys.aggregate(n=decided.sum()))["n"] or 0)
    words = "a copy, or a second dispensing of the day: taken for a copy, nothing is left"
    ledger.decide("copy-decides", FLOWS, undecided, words)
    once = lines.anti_join(several, key)
    kept = checked.filter(~checked["copy"]).drop("copy")
    return ibis.union(once, kept.select(*once.columns)).select(*EXPOSURE_EVENT)
