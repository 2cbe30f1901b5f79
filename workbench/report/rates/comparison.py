"""A substance among those of its class: observed over expected, and rates drawn together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from workbench.report.artefacts import Absent
from workbench.report.plots.ratios import Ratio, ratios
from workbench.report.rates.blocks import Block, Drawn, figures, note, shown, text
from workbench.report.rates.sheet import Sheet
from workbench.report.rates.substance import Substance
from workbench.report.rates.words import Words
from workbench.report.tables import Table, table

MOST_ROWS = 24
ALPHA = 0.05
"""Below it the test of the class says that its rates differ, as in the tables."""
NOT_IDENTIFIED = "not identified"
Member = tuple[Substance, Mapping[str, Any]]


def comparison(sheet: Sheet) -> list[Block]:
    """Return the members of the class beside each other, this substance marked."""
    words, own = sheet.words, sheet.substance
    if sheet.code not in sheet.release.classes:
        raise Absent(words(_why_not(sheet)))
    members = _members(sheet)
    verdict = sheet.release.verdicts.get(own.group) or {}
    blocks = [text(words("class_read", group=own.group_label, within=_within(words, verdict)))]
    if len(members) == 1:
        blocks.append(note(words("class_alone")))
    else:
        near = _near(members, own)
        blocks.append(figures([_drawn(sheet, near)]))
        if len(near) < len(members):
            blocks.append(note(words("only_some", shown=len(near), n=len(members))))
    return [*blocks, shown(_table(words, own, members)), *_told(words, verdict)]


def _why_not(sheet: Sheet) -> str:
    """Return why a substance is compared with nobody, as the key of a text."""
    total = sheet.total() or {}
    if total.get("masked"):
        return "class_hidden"
    few = (sheet.release.verdicts.get(sheet.substance.group) or {}).get("compared") is False
    return "class_few" if few else "no_class"


def _within(words: Words, verdict: Mapping[str, Any]) -> str:
    """Return what the patients of the class are alike in, when cases are expected from them."""
    strata = [name for name in verdict.get("strata", ()) if name in ("period", "sex", "age")]
    if not strata:
        return words("within_nothing")
    return words("within", strata=words.listed([words(f"same_{name}") for name in strata]))


def _members(sheet: Sheet) -> list[Member]:
    """Return the class with its rows, the highest ratio first, hidden ones last."""
    rows = sheet.release.classes
    members = [
        (one, rows[one.code])
        for one in sheet.release.groups[sheet.substance.group]
        if one.code in rows
    ]
    return sorted(members, key=lambda one: (_ratio(one) is None, -(_ratio(one) or 0.0)))


def _near(members: list[Member], own: Substance) -> list[Member]:
    """Return the members drawn: all, or those about the substance where there are many."""
    if len(members) <= MOST_ROWS:
        return members
    place = next(i for i, (one, _) in enumerate(members) if one.code == own.code)
    start = min(max(place - MOST_ROWS // 2, 0), len(members) - MOST_ROWS)
    return members[start : start + MOST_ROWS]


def _ratio(member: Member) -> float | None:
    """Return observed over expected."""
    ratio = member[1].get("ratio")
    return None if ratio is None else float(ratio)


def _drawn(sheet: Sheet, members: list[Member]) -> Drawn:
    """Return the ratios with their intervals."""
    words, own = sheet.words, sheet.substance
    rows = [
        Ratio(
            one.label,
            _ratio((one, row)),
            row.get("low"),
            row.get("high"),
            _written(words, row),
            own=one.code == own.code,
        )
        for one, row in members
    ]
    label = words("class_label", name=own.label, group=own.group_label)
    picture = ratios(rows, axis=words("ratio_axis"), label=label)
    return Drawn("", words.plot(picture), words("class_caption"), "comparison.csv")


def _written(words: Words, row: Mapping[str, Any]) -> str:
    """Return ratio and interval, short."""
    if row.get("ratio") is None:
        return words("hidden") if row.get("masked") else "–"
    low, high = row.get("low"), row.get("high")
    if low is None or high is None:
        return words.figures(row["ratio"])
    return f"{words.fixed(row['ratio'])} ({words.fixed(low)}–{words.fixed(high)})"


def _table(words: Words, own: Substance, members: list[Member]) -> Table:
    """Return observed, expected, ratio and shrunken rate of each member."""
    columns = ["substance", "observed", "expected", "ratio", "interval", "shrunken", "interval"]
    cells = [
        [
            _name(words, own, one),
            words.count(row.get("observed"), row.get("observed_low"), row.get("observed_high")),
            _or_hidden(words, row, "expected"),
            _or_hidden(words, row, "ratio"),
            words.span(row.get("low"), row.get("high")),
            _or_hidden(words, row, "shrunken"),
            words.span(row.get("shrunken_low"), row.get("shrunken_high")),
        ]
        for one, row in members
    ]
    caption = words("cap_class", group=own.group_label)
    return table(caption, [words(c) for c in columns], cells, numeric=range(1, 7))


def _or_hidden(words: Words, row: Mapping[str, Any], name: str) -> str:
    """Return a number; a hidden one is said to be hidden, one that is not identified a dash."""
    value = row.get(name)
    if value is None:
        return words.count(None) if row.get("masked") else "–"
    return words.figures(value)


def _name(words: Words, own: Substance, one: Substance) -> str:
    """Return the name of a member, linked to its sheet unless this is its own."""
    if one.code == own.code:
        return Markup("<strong>{}</strong>").format(one.label)
    return link(words, one)


def link(words: Words, one: Substance, folder: str = "") -> Markup:
    """Return a substance's name as a link to its sheet in the same language."""
    return Markup('<a href="{}">{}</a>').format(f"{folder}{sheet_name(words, one)}", one.label)


def sheet_name(words: Words, one: Substance) -> str:
    """Return the file name of a sheet in a language."""
    return f"{one.file}{'.fr' if words.language == 'fr' else ''}.html"


def _told(words: Words, verdict: Mapping[str, Any]) -> list[Block]:
    """Return what is known of the spread within the class, and of its prior."""
    found, p, spread = [], verdict.get("p_value"), verdict.get("heterogeneity")
    if p is not None:
        key = "class_differs" if p < ALPHA else "class_alike"
        found.append(note(words(key, spread=words.fixed(spread))))
    if verdict.get("prior") == NOT_IDENTIFIED:
        found.append(note(words("class_no_prior")))
    return found
