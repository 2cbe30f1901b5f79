"""Reporting over time since launch: the rate of each period, its change, stimulated reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.report.plots.rate_trend import Period, rate_trend
from workbench.report.rates.blocks import Block, Drawn, figures, listed, shown
from workbench.report.rates.release import PATIENTS, Rows
from workbench.report.rates.sheet import Sheet, rate_cell
from workbench.report.rates.words import Words
from workbench.report.tables import Table, table

STANDS_OUT = ("stimulated", "spike")
LAUNCHED = "years since launch"
ALPHA = 0.05
"""A change of level less likely than this by chance is told."""


def trend(sheet: Sheet) -> list[Block]:
    """Return the rates over time and what is said of them."""
    words = sheet.words
    rows = _with_bounds(sheet, sheet.rows(sheet.release.trend, "no_trend"))
    verdict = sheet.release.trends.get(sheet.code) or {}
    said = told_trend(sheet, verdict)
    return [
        listed(said or [words("trend_unknown")]),
        figures([_drawn(sheet, rows, verdict)]),
        shown(_table(words, rows, flags_of(verdict))),
    ]


def _with_bounds(sheet: Sheet, rows: Rows) -> Rows:
    """Return the periods with what is known of hidden numbers, from the table of rates."""
    margins = sheet.release.margins["period"].get(sheet.code, [])
    known = {row["period"]: row for row in margins if row["measure"] == PATIENTS}
    bounds = [f"{name}_{end}" for name in ("exposed", "cases", "rate") for end in ("low", "high")]
    return [
        {**{name: known.get(row["period"], {}).get(name) for name in bounds}, **row} for row in rows
    ]


def told_trend(sheet: Sheet, verdict: Mapping[str, Any]) -> list[str]:
    """Return trend, change and stimulated periods in sentences; nothing where nothing is known."""
    words, found = sheet.words, []
    ratio, low, high = (verdict.get(k) for k in ("ratio", "low", "high"))
    if ratio is not None and low is not None and high is not None:
        key = "tr_falls" if high < 1 else "tr_rises" if low > 1 else "tr_open"
        ends = words("from_to", low=words.fixed(low), high=words.fixed(high))
        told = words(key, ratio=words.fixed(ratio), ends=ends)
        # Falling after a launch is usual; falling over the years, launch unknown, is not.
        launched = key == "tr_falls" and verdict.get("time") == LAUNCHED
        found.append(f"{told} {words('tr_usual')}" if launched else told)
    change = change_of(verdict)
    if change:
        found.append(words("tr_change", period=change))
    flags = flags_of(verdict)
    for flag in STANDS_OUT:
        periods = [period for period, (own, _) in flags.items() if own == flag]
        if periods:
            found.append(words(f"tr_{flag}", period=words.listed(periods)))
    return found


def flags_of(verdict: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return the periods that stand out with flag and reason."""
    rows = verdict.get("stimulated")
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        return {}
    return {
        str(row["period"]): (str(row["flag"]), str(row.get("reason", "")))
        for row in rows
        if isinstance(row, Mapping) and row.get("flag") in STANDS_OUT and "period" in row
    }


def change_of(verdict: Mapping[str, Any]) -> str:
    """Return the first period of another level, empty where no change stands out."""
    change = verdict.get("change_point")
    if not isinstance(change, Mapping) or not change.get("p", 1.0) < ALPHA:
        return ""
    return str(change.get("first_after", ""))


def _drawn(sheet: Sheet, rows: Rows, verdict: Mapping[str, Any]) -> Drawn:
    """Return the plot of the rates."""
    words, flags = sheet.words, flags_of(verdict)
    per = words.per(_per(sheet), PATIENTS)
    periods = [
        Period(
            row["period"],
            row["rate"],
            row.get("low") if row["rate"] is not None else row.get("rate_low"),
            row.get("high") if row["rate"] is not None else row.get("rate_high"),
            flagged=row["period"] in flags,
            said=f"{row['period']}: {_plain(words, row)}",
        )
        for row in rows
    ]
    picture = rate_trend(
        periods,
        y_axis=words("rate_axis", per=per),
        label=words("trend_label", name=sheet.substance.label, first=rows[0]["period"]),
        change_after=change_of(verdict) or None,
        flag=words("flag_word"),
    )
    return Drawn("", words.plot(picture), words("trend_caption"), "trend.csv")


def _per(sheet: Sheet) -> float:
    """Return what the rates are per."""
    row = sheet.total() or {}
    return float(row.get("per") or 100_000)


def _plain(words: Words, row: Mapping[str, Any]) -> str:
    """Return the rate of a period in words without marks."""
    return words("hidden") if row["rate"] is None else words.rate(row["rate"])


def _table(words: Words, rows: Rows, flags: Mapping[str, tuple[str, str]]) -> Table:
    """Return cases, exposed, rate and interval of each period."""
    columns = ["period", "since_launch", "exposed", "cases", "rate", "interval", "stands_out"]
    cells = [
        [
            row["period"],
            words.fixed(row.get("since_launch_years"), 1),
            words.count(row.get("exposed"), row.get("exposed_low"), row.get("exposed_high")),
            words.count(row.get("cases"), row.get("cases_low"), row.get("cases_high")),
            rate_cell(words, row),
            words.span(row.get("low"), row.get("high")),
            words.known("flag", flags[row["period"]][0]) if row["period"] in flags else "–",
        ]
        for row in rows
    ]
    return table(words("t_trend"), [words(c) for c in columns], cells, numeric=range(1, 6))
