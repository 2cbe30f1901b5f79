"""The attrition chart: what each step kept of each table and left out, with the reason in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.report.artefacts import Absent
from workbench.report.rates.blocks import Block, folded, note
from workbench.report.rates.release import Release, Rows
from workbench.report.rates.words import Words
from workbench.report.tables import table

SOURCES = ("claims", "reports", "names", "products")
MOST_CODES = 50


def flow(release: Release, words: Words) -> list[dict[str, Any]]:
    """Return a chart for each table that was read.

    Steps in a row that left nothing out are one line of what was looked for and not found.

    Raises:
        Absent: There is no flow.
    """
    rows = release.table("flow", "source", "step", "kept", "excluded", "reason", "unit", "meaning")
    charts: dict[tuple[str, str, str], Rows] = {}
    for row in rows:
        charts.setdefault((row["source"], row.get("table", ""), row["unit"]), []).append(row)
    rank = {name: place for place, name in enumerate(SOURCES)}
    ordered = sorted(charts.items(), key=lambda one: rank.get(one[0][0], len(rank)))
    return [
        {
            "title": _title(words, _table(words, source, name), words.known("unit", unit)),
            "steps": _steps(words, steps),
        }
        for (source, name, unit), steps in ordered
    ]


def rejected(release: Release, words: Words) -> list[Block]:
    """Return the codes nobody knows, the most frequent first; nothing where all are known."""
    try:
        rows = release.table("rejects", "source", "table", "column", "code", "rows", "share")
    except Absent:
        return []
    if not rows:
        return []
    rows.sort(key=lambda row: -(row["rows"] or 0.0))
    cells = [
        [
            row["code"],
            _table(words, row["source"], row["table"]),
            row["column"],
            words.count(row["rows"]),
            "–" if row["share"] is None else words.share(row["share"]),
        ]
        for row in rows[:MOST_CODES]
    ]
    columns = [words(c) for c in ("code", "table", "column", "unit_rows", "share")]
    found = folded(table(words("cap_rejected"), columns, cells, numeric=(3, 4)))
    if len(rows) <= MOST_CODES:
        return [found]
    return [found, note(words("rejected_some", shown=MOST_CODES, n=words.whole(len(rows))))]


def _title(words: Words, name: str, unit: str) -> str:
    """Return what is counted, and in what where the name does not say it."""
    if unit.casefold() in name.casefold():
        return name
    return words("flow_title", table=name, unit=unit)


def _table(words: Words, source: str, name: str) -> str:
    """Return what a table of a source holds."""
    own = f"flowof_{source}_{name}"
    known = own if own in words.texts else f"flowof_{name}"
    return words.get(known, f"{words.known('source', source)} {name}".strip())


def _steps(words: Words, rows: Rows) -> list[dict[str, Any]]:
    """Return the boxes of a chart."""
    steps: list[dict[str, Any]] = []
    for place, row in enumerate(rows):
        first, last = place == 0, place == len(rows) - 1
        if not first and row["excluded"] == 0:
            steps[-1]["checked"].append(told(words, row))
            steps[-1]["last"] = last
            continue
        steps.append(
            {
                "kept": words.count(row["kept"]),
                "first": first,
                "last": last,
                "excluded": "" if first else _gone(words, row),
                "reason": "" if first else told(words, row),
                "checked": [],
            }
        )
    return [step | {"step": words(_name(step))} for step in steps]


def _name(step: Mapping[str, Any]) -> str:
    """Return what a box holds, as the key of a text."""
    if step["first"]:
        return "flow_received"
    return "flow_counted" if step["last"] else "flow_kept"


def _gone(words: Words, row: Mapping[str, Any]) -> str:
    """Return how many a step left out."""
    if row["excluded"] is None:
        return words("left_out_hidden")
    return words("left_out", n=words.count(row["excluded"]))


def told(words: Words, row: Mapping[str, Any]) -> str:
    """Return why a step leaves something out; a reason nobody translated is told as it is.

    Reasons with a value in them, such as a year, are known by how they begin.
    """
    meaning = row["meaning"] or row["reason"]
    known = words.get(f"because_{meaning}", "")
    if known:
        return known
    begun = [
        k
        for k in words.texts
        if k.startswith("because_") and f"because_{meaning}".startswith(f"{k}-")
    ]
    if begun:
        return words("because_value", why=words(max(begun, key=len)), value=row["reason"])
    return str(row["reason"]) or str(row["step"])
