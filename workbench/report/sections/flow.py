"""Data flow: how many came in, how many were left out and why, and who is in which fold."""

from __future__ import annotations

from collections import Counter
from typing import Any

from workbench.report.artefacts import Absent, Row
from workbench.report.forms import FlowStep
from workbench.report.run import Run
from workbench.report.tables import Table, table
from workbench.report.words import heading, number, plural, without_home

MOST_LISTED = 200


def flow(run: Run) -> dict[str, Any]:
    """Return the steps, the reasons, the list of what was left out, and the cases by label."""
    steps: list[FlowStep] = []
    missing = []
    try:
        steps = run.artefacts.form("flow.json", list[FlowStep])
    except Absent as absent:
        missing.append(str(absent))
    try:
        excluded = run.artefacts.rows("excluded.csv")
    except Absent as absent:
        excluded = []
        missing.append(str(absent))
    labels = _labels(run)
    if not steps and not labels and len(missing) == 2:
        raise Absent(" and ".join(missing))
    return {
        "steps": [_step(step) for step in steps],
        "missing": missing,
        "excluded": _listed(run, excluded) if excluded else None,
        "reasons": _reasons(excluded),
        "labels": labels,
    }


def _step(step: FlowStep) -> dict[str, str]:
    """Return one step as text; where only losses are counted, they are the number shown."""
    if step.kept is None:
        return {"step": step.step, "kept": number(step.excluded), "excluded": "", "reason": ""}
    excluded = number(step.excluded) if step.excluded else ""
    return {
        "step": step.step,
        "kept": number(step.kept),
        "excluded": excluded,
        "reason": step.reason,
    }


def _reasons(excluded: list[Row]) -> str:
    """Return how often each reason occurs, in words."""
    counts = Counter(row.get("reason") or row.get("code") or "no reason given" for row in excluded)
    return ", ".join(f"{reason} ({n})" for reason, n in sorted(counts.items()))


def _listed(run: Run, excluded: list[Row]) -> Table:
    """Return everything that was left out with reason and remedy, persons not named."""
    columns = [name for name in excluded[0] if name not in ("person", "patient")]
    shown = [[_cell(run, name, row) for name in columns] for row in excluded[:MOST_LISTED]]
    more = len(excluded) - len(shown)
    return table(
        f"Left out: {plural(len(excluded), 'case')}",
        [heading(name) for name in columns],
        shown,
        note=f"{more} more stand in excluded.csv." if more else "",
    )


def _cell(run: Run, column: str, row: Row) -> str:
    """Return one cell of the list, without names of persons and home folders."""
    value = row.get(column, "")
    return run.shown(value, row) if column in ("case", "slide") else without_home(value)


def _labels(run: Run) -> Table | None:
    """Return how many cases and persons each class has, over all and in each fold."""
    try:
        rows = list(run.cases_by_id.values())
    except Absent:
        return None
    names = list(dict.fromkeys([*_class_order(run), *sorted({run.told(r) for r in rows})]))
    folds = sorted({row["fold"] for row in rows if row.get("fold")}, key=lambda f: (len(f), f))
    body = []
    for name in [*names, "all"]:
        part = [row for row in rows if name in ("all", run.told(row))]
        persons = len({row["person"] for row in part if row.get("person")})
        in_fold = [number(sum(row.get("fold") == fold for row in part)) for fold in folds]
        body.append([name or "unknown", number(len(part)), number(persons or None), *in_fold])
    what = "outcome" if run.kind == "survival" else "label"
    return table(
        f"Cases by {what} and fold",
        [heading(what), "Cases", "Persons", *(f"Fold {fold}" for fold in folds)],
        body,
        numeric=range(1, 3 + len(folds)),
        note="All cases of a person lie in one fold.",
    )


def _class_order(run: Run) -> tuple[str, ...]:
    """Return the classes in order where predictions tell them."""
    if run.kind != "classes":
        return ()
    try:
        return run.predictions[0]
    except Absent:
        return ()
