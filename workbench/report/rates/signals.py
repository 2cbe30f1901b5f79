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

RATIOS = ("prr", "ror", "ic", "bcpnn", "ebgm")
ENDS = {name: (f"{name}_low", f"{name}_high") for name in RATIOS} | {"ebgm": ("eb05", "eb95")}
NOT_IDENTIFIED = "not identified"
RULES = ("ebgm", "ic", "ror", "evans")


def signals(sheet: Sheet) -> list[Block]:
    """Return the strongest pairs of a substance with every measure."""
    words, pairs = sheet.words, sheet.release.pairs
    if sheet.code not in pairs.counts:
        raise Absent(words("no_signals"))
    n, rows = pairs.counts[sheet.code], pairs.rows.get(sheet.code, [])
    blocks = [text(words("signals_read")), *told_prior(words, sheet.release)]
    if rows:
        counts = {"n": words.whole(n.shown), "alerts": words.whole(n.alerts)}
        caption = words("cap_signals", **counts)
        blocks.append(shown(_table(words, sheet.release, caption, rows)))
    if len(rows) < n.shown:
        blocks.append(note(words("signals_some", shown=len(rows), n=words.whole(n.shown))))
    if n.hidden:
        blocks.append(note(words("signals_hidden", n=words.whole(n.hidden))))
    return [*blocks, note(_explained(words, sheet.release))]


def strongest(release: Release, words: Words) -> list[Block]:
    """Return the strongest alerts of all substances."""
    rows, n = release.pairs.strongest, release.pairs.total.alerts
    blocks = [text(words("signals_read")), *told_prior(words, release)]
    if not rows:
        return [*blocks, note(words("no_alerts"))]
    caption = words("cap_alerts", n=words.whole(n))
    blocks.append(shown(_table(words, release, caption, rows, named=True)))
    if len(rows) < n:
        blocks.append(note(words("only_some", shown=len(rows), n=words.whole(n))))
    return [*blocks, note(_explained(words, release))]


def told_prior(words: Words, release: Release) -> list[Block]:
    """Say that there is no EBGM where its prior is not identified."""
    return [notice(words("ebgm_not_identified"))] if no_prior(release) else []


def no_prior(release: Release) -> bool:
    """Return whether the run says that the prior of EBGM is not identified."""
    return release.signal_facts.get("ebgm") == NOT_IDENTIFIED


def _explained(words: Words, release: Release) -> str:
    """Return what the measures are, and the rule of an alert."""
    rule = release.signal_facts.get("alert")
    if not isinstance(rule, Mapping) or rule.get("rule") not in RULES:
        return words("signals_note")
    limit = words.share(float(rule.get("largest_q") or 1.0))
    told = words("alert_rule", rule=words(f"rule_{rule['rule']}"), q=limit)
    return f"{words('signals_note')} {told}"


def _table(
    words: Words, release: Release, caption: str, rows: Rows, *, named: bool = False
) -> Table:
    """Return event, class, counts and the measures there are."""
    ratios = [name for name in RATIOS if name in rows[0]]
    plain = [name for name in ("chi_square",) if name in rows[0]]
    columns = [
        *([words("substance")] if named else []),
        *(words(c) for c in ("event", "n", "expected")),
        *(words(f"measure_{name}") for name in (*plain, *ratios)),
        words("q"),
        *([] if named else [words("alert")]),
    ]
    cells = [
        [
            *([link(words, release.by_code[row["code"]], "substances/")] if named else []),
            _event(words, row),
            words.count(row["n"], row.get("n_low"), row.get("n_high")),
            _number(words, row.get("expected")),
            *(_number(words, row[name]) for name in plain),
            *(_with_ends(words, release, row, name) for name in ratios),
            words.chance(row.get("q")),
            *([] if named else [words("yes") if row["alert"] else "–"]),
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


def _with_ends(words: Words, release: Release, row: Mapping[str, Any], name: str) -> str:
    """Return a measure above its interval, or above the lower end where that is all."""
    value, (low, high) = row[name], ENDS[name]
    if value is None:
        missing = name == "ebgm" and no_prior(release)
        return Markup("<em>{}</em>").format(words("not_identified")) if missing else "–"
    ends = [row.get(low), row.get(high)]
    if ends[0] is None:
        return words.fixed(value)
    said = words("from", low=words.fixed(ends[0]))
    if ends[1] is not None:
        said = words("from_to", low=words.fixed(ends[0]), high=words.fixed(ends[1]))
    return Markup('{}<br><span class="quiet">{}</span>').format(words.fixed(value), said)


def _number(words: Words, value: float | None) -> str:
    """Return a number, a dash where there is none."""
    return "–" if value is None else words.figures(value)
