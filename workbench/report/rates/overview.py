"""The report's first lines, the attrition chart, and what changed since the last refresh."""

from __future__ import annotations

from collections import Counter
from typing import Any

from workbench.report.artefacts import Absent
from workbench.report.rates.blocks import Block, folded, note, shown, text
from workbench.report.rates.conventions import notices, periods_of
from workbench.report.rates.release import PATIENTS, Release, Rows
from workbench.report.rates.words import Words
from workbench.report.tables import table

SOURCES = ("claims", "reports", "products")
MOST_CHANGES = 200
CHANGED = ("new", "gone", "changed", "revised-coding")


def overview(release: Release, words: Words) -> dict[str, Any]:
    """Return title, one sentence, what to read next, and what to know first."""
    totals = [rows[PATIENTS] for rows in release.totals.values() if PATIENTS in rows]
    hidden = sum(row["rate"] is None and bool(row.get("masked")) for row in totals)
    meaning = [words("r_unit")]
    if hidden:
        threshold = float(release.conventions.get("threshold") or 11)
        meaning.append(words("r_hidden", n=words.whole(hidden), threshold=words.whole(threshold)))
    alerts = _alerts(release)
    if alerts is not None:
        meaning.append(words("r_alerts", pairs=words.whole(alerts[0]), n=words.whole(alerts[1])))
    return {
        "title": str(release.facts.get("title") or words("page")),
        "asked": words("r_asked"),
        "sentence": words(
            "r_sentence",
            n=words.whole(len(release.substances)),
            classes=words.whole(len(release.groups)),
            periods=periods_of(release, words),
            rates=words.whole(len(totals) - hidden),
        ),
        "meaning": meaning,
        "notices": notices(release, words),
    }


def _alerts(release: Release) -> tuple[int, int] | None:
    """Return pairs and alerts of all substances, None where pairs were not scored."""
    try:
        found = list(release.pairs.values())
    except Absent:
        return None
    return sum(n for n, _ in found), sum(n for _, n in found)


def flow(release: Release, words: Words) -> list[dict[str, Any]]:
    """Return a chart for each source and unit: what each step kept and left out, and why."""
    rows = release.table("flow", "source", "step", "kept", "excluded", "reason", "unit", "meaning")
    charts: dict[tuple[str, str], Rows] = {}
    for row in rows:
        charts.setdefault((row["source"], row["unit"]), []).append(row)
    rank = {name: place for place, name in enumerate(SOURCES)}
    ordered = sorted(charts.items(), key=lambda one: rank.get(one[0][0], len(rank)))
    return [
        {
            "title": words(
                "flow_title",
                source=words.known("source", source),
                unit=words.known("unit", unit),
            ),
            "steps": [_step(words, row, unit) for row in steps],
        }
        for (source, unit), steps in ordered
    ]


def _step(words: Words, row: dict[str, Any], unit: str) -> dict[str, Any]:
    """Return one step in words."""
    gone = row["excluded"]
    hidden = gone is None
    return {
        "kept": words.count(row["kept"]),
        "step": words.known("step", row["step"]),
        "excluded": words("left_out", n=words.count(gone)) if hidden or gone else "",
        "reason": words.known("reason", row["reason"]),
        "meaning": words.get(f"flow_{row['meaning']}", ""),
        "unit": words.known("unit", unit),
    }


def changes(release: Release, words: Words) -> list[Block]:
    """Return what is new, gone or different, by table; the first of them one by one."""
    if not (release.folder / "tables" / "changes.csv").is_file():
        return [note(words("no_earlier"))]
    rows = release.table("changes", "table", "key", "before", "after", "what")
    if not rows:
        return [note(words("no_changes"))]
    counts = Counter((row["table"], row["what"]) for row in rows)
    kinds = [*CHANGED, *sorted({row["what"] for row in rows} - set(CHANGED))]
    kinds = [kind for kind in kinds if any(what == kind for _, what in counts)]
    tables = list(dict.fromkeys(row["table"] for row in rows))
    summary = table(
        words("cap_changes_counted"),
        [words("table"), *(words.known("what", kind) for kind in kinds)],
        [
            [words.known("table", name), *(words.whole(counts[name, kind]) for kind in kinds)]
            for name in tables
        ],
        numeric=range(1, len(kinds) + 1),
    )
    cells = [
        [
            words.known("table", row["table"]),
            row["key"],
            words.known("what", row["what"]),
            _told(words, row["before"]),
            _told(words, row["after"]),
        ]
        for row in rows[:MOST_CHANGES]
    ]
    columns = ["table", "key", "what", "before", "after"]
    each = table(words("cap_changes"), [words(c) for c in columns], cells, numeric=(3, 4))
    more = len(rows) - len(cells)
    rest = [note(words("changes_more", n=words.whole(more)))] if more else []
    return [text(words("changes_read")), shown(summary), folded(each), *rest]


def _told(words: Words, value: str) -> str:
    """Return a published value of a change as the language writes numbers."""
    if value == "":
        return "–"
    try:
        return words.figures(float(value)) if "." in value else words.whole(float(value))
    except ValueError:
        return words.known("v", value)
