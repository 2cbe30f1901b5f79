"""The cases of a substance: severity, system organ class, notifier, sex and age."""

from __future__ import annotations

from typing import Any

from workbench.report.plots.bars import Bar, bars
from workbench.report.rates.blocks import Block, Drawn, figures, folded, note
from workbench.report.rates.published import in_order
from workbench.report.rates.release import Rows
from workbench.report.rates.sheet import Sheet
from workbench.report.rates.words import Words
from workbench.report.tables import Table, table

BY = ("severity", "notifier", "sex", "age")
MOST_CLASSES = 30
SEVERITY = {"serious": 0, "not serious": 1}


def cases(sheet: Sheet) -> list[Block]:
    """Return one picture for each way the cases are divided, and all counts as a table."""
    words = sheet.words
    rows = [row for row in sheet.rows(sheet.release.cases, "no_cases") if row["by"] in BY]
    groups = {by: ordered(by, [row for row in rows if row["by"] == by]) for by in BY}
    found = {by: group for by, group in groups.items() if group}
    drawn = [_drawn(sheet, by, group) for by, group in found.items()]
    hidden = any(row["cases"] is None for row in rows)
    return [
        figures(drawn),
        *([note(words("hidden_said"))] if hidden else []),
        folded(counted(words, words("t_cases"), found)),
    ]


def organ_classes(sheet: Sheet) -> list[Block]:
    """Return the cases by system organ class, the most frequent first."""
    words = sheet.words
    rows = ordered("soc", [r for r in sheet.release.cases.get(sheet.code, []) if r["by"] == "soc"])
    rows = rows or sheet.rows({}, "no_soc")
    drawn = [row for row in rows if row["cases"] != 0]
    blocks = [note(words("soc_note"))]
    if drawn:
        blocks.insert(0, figures([_drawn(sheet, "soc", drawn[:MOST_CLASSES])]))
    if len(drawn) > MOST_CLASSES:
        blocks.append(note(words("only_some", shown=MOST_CLASSES, n=len(drawn))))
    if len(drawn) < len(rows):
        blocks.append(note(words("soc_zero")))
    return [*blocks, folded(counted(words, words("t_soc"), {"soc": rows}))]


def ordered(by: str, rows: Rows) -> Rows:
    """Return classes by their count, hidden ones last; serious ones and young ages first."""
    if by == "soc":
        return sorted(rows, key=lambda row: (row["cases"] is None, -(row["cases"] or 0.0)))
    if by == "severity":
        return sorted(rows, key=lambda row: SEVERITY.get(row["value"], len(SEVERITY)))
    return sorted(rows, key=lambda row: in_order(row["value"])) if by == "age" else rows


def counted(words: Words, caption: str, groups: dict[str, Rows]) -> Table:
    """Return counts as a table: by what, value, cases."""
    cells = [
        [words(f"by_{by}"), words.known("v", row["value"]), _count(words, row)]
        for by, rows in groups.items()
        for row in rows
    ]
    return table(caption, [words("by"), words("value"), words("cases")], cells, numeric=(2,))


def bar(words: Words, label: str, row: dict[str, Any], column: str) -> Bar:
    """Return a count as a bar; a hidden one with its range."""
    value, low, high = row[column], row.get(f"{column}_low"), row.get(f"{column}_high")
    written = words.whole(value) if value is not None else words.between(low, high, words.whole)
    return Bar(label, value, written, low, high)


def _drawn(sheet: Sheet, by: str, rows: Rows) -> Drawn:
    """Return the bars of one way the cases are divided."""
    words = sheet.words
    label = words("cases_label", by=words(f"by_{by}"), name=sheet.substance.label)
    drawn = [bar(words, words.known("v", row["value"]), row, "cases") for row in rows]
    title = words(f"by_{by}") if by != "soc" else ""
    return Drawn(title, bars(drawn, label=label), "", "cases.csv")


def _count(words: Words, row: dict[str, Any]) -> str:
    """Return the cases of a row."""
    return words.count(row["cases"], row.get("cases_low"), row.get("cases_high"))
