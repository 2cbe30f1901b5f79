"""Data flow: how many came in, how many were left out and why, and who is in which fold."""

from __future__ import annotations

from collections import Counter
from typing import Any

from workbench.methods.survival.disclosure import LEAST
from workbench.report.artefacts import Absent, Row
from workbench.report.forms import FlowStep
from workbench.report.languages import Words
from workbench.report.run import Run
from workbench.report.sections.joined_steps import joined as joined_steps
from workbench.report.tables import Table, joined, table
from workbench.report.words import without_home

MOST_LISTED = 200


def flow(run: Run) -> dict[str, Any]:
    """Return the steps, the reasons, the list of what was left out, and the cases by label.

    A run of survival follows persons: steps of fewer than eleven are joined, and nobody is listed.
    """
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
    persons = run.kind == "survival"
    labels = _labels(run)
    if not steps and not labels and len(missing) == 2:
        raise Absent(" and ".join(missing))
    return {
        "steps": _joined(run.words, steps) if persons else [_step(run.words, s) for s in steps],
        "missing": [run.words.said(why) for why in missing],
        "excluded": _listed(run, excluded) if excluded and not persons else None,
        "reasons": _reasons(run.words, excluded) if not persons else "",
        "in_file": bool(excluded) and persons,
        "labels": labels,
    }


def _joined(words: Words, steps: list[FlowStep]) -> list[dict[str, str]]:
    """Return the steps as text, those that leave out fewer than eleven persons with the next."""
    counted = [step for step in steps if step.kept is None]
    told = [
        _step(words, step) | ({"kept": f"<{LEAST}"} if 0 < step.excluded < LEAST else {})
        for step in counted
    ]
    for group in joined_steps([step for step in steps if step.kept is not None]):
        gone = sum(step.excluded for step in group)
        n = f"<{LEAST}" if gone < LEAST else words.number(gone)
        told.append(
            {
                "step": joined([words.said(step.step) for step in group], " + "),
                "kept": words.number(group[-1].kept),
                "excluded": words("left_out", n=n) if gone else "",
                "reason": joined(
                    [words.said(s.reason) for s in group if s.excluded], words("semicolon")
                ),
            }
        )
    return told


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
    words = run.words
    names = list(dict.fromkeys([*_class_order(run), *sorted({run.told(r) for r in rows})]))
    folds = sorted({row["fold"] for row in rows if row.get("fold")}, key=lambda f: (len(f), f))
    parts = {name: [row for row in rows if run.told(row) == name] for name in names}
    counts = {
        n: [sum(r.get("fold") == f for r in part) for f in folds] for n, part in parts.items()
    }
    few = run.kind == "survival" and any(0 < n < LEAST for row in counts.values() for n in row)
    if few:
        folds = []
    body = [
        [
            name or words("unknown"),
            *_sizes(words, part, hidden=run.kind == "survival" and 0 < _least(parts) < LEAST),
            *(words.number(n) for n in counts[name][: len(folds)]),
        ]
        for name, part in parts.items()
    ]
    everybody = [words.number(sum(row.get("fold") == fold for row in rows)) for fold in folds]
    body.append([words("all_cases"), *_sizes(words, rows, hidden=False), *everybody])
    what = "outcome" if run.kind == "survival" else "label"
    return table(
        words(f"by_{what}"),
        [words(what), words("cases"), words("persons"), *(words("fold_n", n=f) for f in folds)],
        body,
        numeric=range(1, 3 + len(folds)),
        note=words("few_in_folds" if few else "one_fold") if few or folds else "",
    )


def _least(parts: dict[str, list[Row]]) -> int:
    """Return the size of the smallest part."""
    return min(len(part) for part in parts.values())


def _sizes(words: Words, part: list[Row], *, hidden: bool) -> list[str]:
    """Return cases and persons; both hidden where one part is so small that it gives the others."""
    persons = len({row["person"] for row in part if row.get("person")})
    if hidden:
        return [f"<{LEAST}" if len(part) < LEAST else "–"] * 2
    return [words.number(len(part)), words.number(persons or None)]


def _class_order(run: Run) -> tuple[str, ...]:
    """Return the classes in order where predictions tell them."""
    if run.kind != "classes":
        return ()
    try:
        return run.predictions[0]
    except Absent:
        return ()
