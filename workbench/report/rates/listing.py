"""The list of all substances: read as it is, and sorted and searched where scripts may run."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup

from workbench.report.artefacts import Absent
from workbench.report.rates.comparison import sheet_name
from workbench.report.rates.release import PATIENTS, Release
from workbench.report.rates.sheet import rate_cells
from workbench.report.rates.substance import Substance
from workbench.report.rates.trend import flags_of
from workbench.report.rates.words import Words
from workbench.report.render import TEMPLATES


@dataclass(frozen=True)
class Cell:
    """One cell of the list.

    Attributes:
        written: What is read.
        sort: What it is sorted by; empty goes last.
    """

    written: str
    sort: str = ""


@dataclass(frozen=True)
class Listed:
    """One line of the list.

    Attributes:
        label: Name of the substance.
        page: Its sheet.
        find: What a search looks through.
        group: Code of its class.
        cells: The other columns.
    """

    label: str
    page: str
    find: str
    group: str
    cells: list[Cell]


def listing(release: Release, words: Words) -> dict[str, Any]:
    """Return columns, lines and classes of the list."""
    columns = ["class", "exposed", "cases", "rate", "interval", "ratio"]
    extra = [name for name in ("alerts", "stands_out") if _has(release, name)]
    groups = {one.group: one.group_label for one in release.substances}
    return {
        "columns": [words(c) for c in (*columns, *extra)],
        "numeric": range(1, 7 if "alerts" in extra else 6),
        "unsorted": {words("interval")},
        "lines": [_line(release, words, one, extra) for one in release.substances],
        "groups": sorted(groups.items(), key=lambda one: one[1]),
    }


def _has(release: Release, name: str) -> bool:
    """Return whether a column can be filled."""
    try:
        return bool(release.pairs.counts if name == "alerts" else release.trends)
    except Absent:
        return False


def _line(release: Release, words: Words, one: Substance, extra: list[str]) -> Listed:
    """Return one substance."""
    row = release.totals.get(one.code, {}).get(PATIENTS)
    if row is None:
        cells = [Cell("–")] * 4
    else:
        ends = (row["exposed"], row["cases"], row["rate"], None)
        cells = [
            Cell(written, _key(value))
            for written, value in zip(rate_cells(words, row), ends, strict=True)
        ]
    cells = [Cell(one.group_label, one.group_label), *cells, _ratio(release, words, one)]
    if "alerts" in extra:
        counts = release.pairs.counts.get(one.code)
        n = counts.alerts if counts else 0
        cells.append(Cell(words.whole(n) if n else "–", str(n)))
    if "stands_out" in extra:
        flags = flags_of(release.trends.get(one.code) or {})
        said = ", ".join(dict.fromkeys(words.known("flag", flag) for flag, _ in flags.values()))
        cells.append(Cell(said or "–", said))
    find = f"{one.label} {one.code} {one.group} {one.group_label}"
    return Listed(one.label, f"substances/{sheet_name(words, one)}", find, one.group, cells)


def _ratio(release: Release, words: Words, one: Substance) -> Cell:
    """Return observed over expected within the class."""
    try:
        row = release.classes.get(one.code, {})
    except Absent:
        row = {}
    ratio = row.get("ratio")
    if ratio is None:
        return Cell(words.count(None) if row.get("masked") else "–")
    return Cell(words.fixed(ratio), _key(ratio))


def _key(value: float | None) -> str:
    """Return what a number is sorted by."""
    return "" if value is None else f"{value:.10g}"


@cache
def script() -> Markup:
    """Return the script that sorts and searches the list; it is ours and asks for nothing."""
    return Markup((TEMPLATES / "rates_list.js").read_text(encoding="utf-8"))


@cache
def script_digest() -> str:
    """Return the digest by which the page lets this script run, and no other."""
    digest = hashlib.sha256(script().encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
