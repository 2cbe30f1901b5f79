"""Pairs of a substance and an event that are reported more often than expected: every measure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from workbench.report.artefacts import Absent
from workbench.report.rates.blocks import Block, note, notice, shown, text
from workbench.report.rates.comparison import link
from workbench.report.rates.release import Release, Rows
from workbench.report.rates.sheet import Sheet
from workbench.report.rates.words import Words
from workbench.report.tables import Table, table

RATIOS = {name: (f"{name}_low", f"{name}_high") for name in ("prr", "ror", "ic")}
EBGM = ("ebgm", "eb05", "eb95")
NOT_IDENTIFIED = ("not identified", "not-identified")


def signals(sheet: Sheet) -> list[Block]:
    """Return the strongest pairs of a substance with every measure."""
    words = sheet.words
    rows = sheet.rows(sheet.release.signals, "no_signals")
    n, alerts = sheet.release.pairs[sheet.code]
    blocks = [text(words("signals_read")), *told_prior(words, sheet.release)]
    caption = words("cap_signals", n=words.whole(n), alerts=words.whole(alerts))
    blocks.append(shown(_table(words, sheet.release, caption, rows)))
    if len(rows) < n:
        blocks.append(note(words("signals_some", shown=len(rows), n=words.whole(n))))
    return [*blocks, note(words("signals_note"))]


def strongest(release: Release, words: Words) -> list[Block]:
    """Return the strongest alerts of all substances."""
    rows = release.strongest
    n = sum(alerts for _, alerts in release.pairs.values())
    blocks = [text(words("signals_read")), *told_prior(words, release)]
    if not rows:
        return [*blocks, note(words("no_alerts"))]
    caption = words("cap_alerts", n=words.whole(n))
    blocks.append(shown(_table(words, release, caption, rows, named=True)))
    if len(rows) < n:
        blocks.append(note(words("only_some", shown=len(rows), n=words.whole(n))))
    return [*blocks, note(words("signals_note"))]


def told_prior(words: Words, release: Release) -> list[Block]:
    """Say that there is no EBGM where its prior is not identified."""
    return [notice(words("ebgm_not_identified"))] if no_prior(release) else []


def no_prior(release: Release) -> bool:
    """Return whether the run says that the prior of EBGM is not identified."""
    found = release.signal_facts.get("ebgm", release.signal_facts.get("prior"))
    status = found.get("status") if isinstance(found, Mapping) else found
    return status in NOT_IDENTIFIED


def _table(
    words: Words, release: Release, caption: str, rows: Rows, *, named: bool = False
) -> Table:
    """Return event, class, counts and the measures there are."""
    ratios = [name for name in RATIOS if name in rows[0]]
    ebgm = "ebgm" in rows[0] or no_prior(release)
    columns = [
        *([words("substance")] if named else []),
        *(words(c) for c in ("event", "n", "expected")),
        *(words(f"measure_{name}") for name in ratios),
        *([words("measure_ebgm")] if ebgm else []),
        words("q"),
        words("alert"),
    ]
    cells = [
        [
            *([link(words, release.by_code[row["code"]], "substances/")] if named else []),
            _event(words, row),
            words.count(row["n"], row.get("n_low"), row.get("n_high")),
            _value(words, row, row.get("expected")),
            *(_with_ends(words, row, name, *RATIOS[name]) for name in ratios),
            *([_ebgm(words, release, row)] if ebgm else []),
            _value(words, row, row.get("q")),
            words("yes") if row["_alert"] else "–",
        ]
        for row in rows
    ]
    start = 2 if named else 1
    return table(caption, columns, cells, numeric=range(start, len(columns)))


def _event(words: Words, row: Mapping[str, Any]) -> str:
    """Return an event above its organ class."""
    name, organ = words.known("v", row["event"]), words.known("v", row.get("soc") or "")
    if not organ or organ == name:
        return name
    return Markup('{}<br><span class="quiet">{}</span>').format(name, organ)


def _with_ends(words: Words, row: Mapping[str, Any], name: str, low: str, high: str) -> str:
    """Return a measure with what is known of its interval."""
    value = row.get(name)
    if value is None:
        return _value(words, row, None)
    ends = [row.get(low), row.get(high)]
    if ends[0] is None:
        return words.fixed(value)
    if ends[1] is None:
        return words("with_low", value=words.fixed(value), low=words.fixed(ends[0]))
    return f"{words.fixed(value)} ({words.fixed(ends[0])}–{words.fixed(ends[1])})"


def _ebgm(words: Words, release: Release, row: Mapping[str, Any]) -> str:
    """Return EBGM with EB05 and EB95, or that it is not identified."""
    if row.get("ebgm") is None and not row.get("masked") and no_prior(release):
        return Markup("<em>{}</em>").format(words("not_identified"))
    return _with_ends(words, row, *EBGM)


def _value(words: Words, row: Mapping[str, Any], value: float | None) -> str:
    """Return a number; a hidden one is said to be hidden."""
    if value is None:
        return words.count(None) if row.get("masked") else "–"
    return words.figures(value)


def has_signals(release: Release) -> bool:
    """Return whether the run scored pairs."""
    try:
        return bool(release.pairs)
    except Absent:
        return False
