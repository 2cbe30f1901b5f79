"""Data flow: how many came in, how many were left out and why, and who is in which fold."""

from __future__ import annotations

from collections import Counter
from typing import Any

from workbench.report.artefacts import Absent, Row
from workbench.report.forms import FlowStep
from workbench.report.languages import Words
from workbench.report.run import Run
from workbench.report.tables import Table, joined, table
from workbench.report.words import without_home

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
        "steps": [_step(run.words, step) for step in steps],
        "missing": [run.words.said(why) for why in missing],
        "excluded": _listed(run, excluded) if excluded else None,
        "reasons": _reasons(run.words, excluded),
        "labels": labels,
    }


def _step(words: Words, step: FlowStep) -> dict[str, str]:
    """Return one step as text; where only losses are counted, they are the number shown."""
    told, number = words.said(step.step), words.number
    if step.kept is None:
        return {"step": told, "kept": number(step.excluded), "excluded": "", "reason": ""}
    return {
        "step": told,
        "kept": number(step.kept),
        "excluded": words("left_out", n=number(step.excluded)) if step.excluded else "",
        "reason": words.said(step.reason),
    }


def _reasons(words: Words, excluded: list[Row]) -> str:
    """Return how often each reason occurs, in words."""
    unknown = words("no_reason")
    counts = Counter(row.get("reason") or row.get("code") or unknown for row in excluded)
    said = [words.said(reason) + f" ({n})" for reason, n in sorted(counts.items())]
    return joined(said, ", ")


def _listed(run: Run, excluded: list[Row]) -> Table:
    """Return everything that was left out with reason and remedy, persons not named."""
    columns = [name for name in excluded[0] if name not in ("person", "patient")]
    shown = [[_cell(run, name, row) for name in columns] for row in excluded[:MOST_LISTED]]
    more = len(excluded) - len(shown)
    return table(
        run.words("left_out_list", cases=run.words.count(len(excluded), "case")),
        [run.words.heading(name) for name in columns],
        shown,
        note=run.words("more_excluded", n=run.words.number(more)) if more else "",
    )


def _cell(run: Run, column: str, row: Row) -> str:
    """Return one cell of the list, without names of persons and home folders."""
    value = row.get(column, "")
    if column in ("case", "slide"):
        return run.shown(value, row)
    return run.words.said(without_home(value))


def _labels(run: Run) -> Table | None:
    """Return how many cases and persons each class has, over all and in each fold."""
    try:
        rows = list(run.cases_by_id.values())
    except Absent:
        return None
    names = list(dict.fromkeys([*_class_order(run), *sorted({run.told(r) for r in rows})]))
    folds = sorted({row["fold"] for row in rows if row.get("fold")}, key=lambda f: (len(f), f))
    body = []
    words = run.words
    for name in [*names, None]:
        part = [row for row in rows if name is None or name == run.told(row)]
        persons = len({row["person"] for row in part if row.get("person")})
        in_fold = [words.number(sum(row.get("fold") == fold for row in part)) for fold in folds]
        told = words("all_cases") if name is None else name or words("unknown")
        body.append([told, words.number(len(part)), words.number(persons or None), *in_fold])
    what = "outcome" if run.kind == "survival" else "label"
    heads = [words(what), words("cases"), words("persons")]
    return table(
        words(f"by_{what}"),
        [*heads, *(words("fold_n", n=fold) for fold in folds)],
        body,
        numeric=range(1, 3 + len(folds)),
        note=words("one_fold"),
    )


def _class_order(run: Run) -> tuple[str, ...]:
    """Return the classes in order where predictions tell them."""
    if run.kind != "classes":
        return ()
    try:
        return run.predictions[0]
    except Absent:
        return ()
