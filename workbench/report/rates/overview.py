"""The report's first lines, and what changed since the last refresh."""

from __future__ import annotations

from collections import Counter
from typing import Any

from workbench.report.artefacts import Absent
from workbench.report.rates.blocks import Block, folded, note, shown, text
from workbench.report.rates.conventions import notices, periods_of
from workbench.report.rates.release import ALL, PATIENTS, Release
from workbench.report.rates.words import Words
from workbench.report.tables import table

MOST_CHANGES = 200
SEPARATOR = "|"
CHANGED = ("new", "gone", "changed", "revised-coding")


def overview(release: Release, words: Words) -> dict[str, Any]:
    """Return title, one sentence, what to read next, and what to know first."""
    totals = [rows[PATIENTS] for rows in release.totals.values() if PATIENTS in rows]
    hidden = sum(row["rate"] is None and bool(row.get("masked")) for row in totals)
    meaning = [words("r_unit")]
    if hidden:
        threshold = float(release.conventions.get("threshold") or 11)
        meaning.append(words("r_hidden", n=words.whole(hidden), threshold=words.whole(threshold)))
    else:
        masked, cells = release.hidden
        if masked:
            meaning.append(words("r_cells", n=words.whole(masked), cells=words.whole(cells)))
    meaning += _alerts(release, words)
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


def _alerts(release: Release, words: Words) -> list[str]:
    """Return how many pairs meet the alert rule, nothing where pairs were not scored."""
    try:
        total = release.pairs.total
    except Absent:
        return []
    return [words("r_alerts", pairs=words.whole(total.shown), n=words.whole(total.alerts))]


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
    rows.sort(key=lambda row: (row["what"] == "changed", -_whole(row["key"])))
    tables = sorted({row["table"] for row in rows})
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
            _named(release, words, row["key"]),
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


def _whole(key: str) -> int:
    """Return over how many dimensions a cell is a total: totals are told first."""
    return key.split(SEPARATOR).count(ALL)


def _named(release: Release, words: Words, key: str) -> str:
    """Return a cell in words: its substance by name, without what it is a total of."""
    parts = [part for part in key.split(SEPARATOR) if part not in (ALL, "substance")]
    known = release.by_code
    told = [known[one].label if one in known else words.known("v", one) for one in parts]
    return " · ".join(told)


def _told(words: Words, value: str) -> str:
    """Return a published value of a change as the language writes numbers."""
    if value == "":
        return "–"
    try:
        return words.figures(float(value)) if "." in value else words.whole(float(value))
    except ValueError:
        return words.known("v", value)
