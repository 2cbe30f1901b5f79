"""What a sheet says first: the rate with its interval in plain words, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.report.artefacts import Absent
from workbench.report.rates.conventions import interval_of, notices, periods_of
from workbench.report.rates.release import PATIENTS, PERSON_YEARS
from workbench.report.rates.sheet import Sheet
from workbench.report.rates.trend import told_trend


def headline(sheet: Sheet) -> dict[str, Any]:
    """Return title, the one sentence, what follows from it, and what to know first."""
    words, substance = sheet.words, sheet.substance
    return {
        "title": substance.label,
        "asked": words(
            "sheet_asked" if substance.code != substance.label else "sheet_asked_name",
            code=substance.code,
            group=substance.group_label,
        ),
        "sentence": sentence(sheet),
        "meaning": [
            *_years(sheet),
            *_class(sheet),
            *_time(sheet),
            *_signals(sheet),
            *_first(sheet),
        ],
        "notices": notices(sheet.release, words),
    }


def sentence(sheet: Sheet) -> str:
    """Return cases, exposed and rate with its interval."""
    words, row = sheet.words, sheet.total()
    if row is None:
        row = sheet.total(PERSON_YEARS)
    if row is None:
        return words("s_no_rate")
    said = {
        "name": sheet.substance.label,
        "periods": periods_of(sheet.release, words),
        "cases": words.count(row["cases"], row.get("cases_low"), row.get("cases_high")),
        "exposed": words.count(row["exposed"], row.get("exposed_low"), row.get("exposed_high")),
        "unit": words("unit_patients" if row["measure"] == PATIENTS else "unit_person_years"),
        "per": words.per(row.get("per"), row["measure"]),
        "interval": interval_of(sheet.release, words),
        "rate": words.rate(row["rate"]) if row["rate"] is not None else "",
        "ends": words.span(row.get("low"), row.get("high")),
    }
    if row.get("masked") or row["cases"] is None or row["exposed"] is None:
        # Ranges stand in a sentence here: without their marks.
        return _hidden(sheet, row, said)
    if row["rate"] is None:
        return words("s_nobody", **said)
    if row["cases"] == 0:
        return words("s_none", high=words.rate(row.get("high")), **said)
    each = row["exposed"] / row["cases"]
    one_in = words.fixed(each, 0 if each >= 10 else 1)
    return words("s_rate" if row["measure"] == PATIENTS else "s_rate_years", one_in=one_in, **said)


def _hidden(sheet: Sheet, row: Mapping[str, Any], said: Mapping[str, str]) -> str:
    """Return the sentence of a hidden rate: what each part may be."""
    words = sheet.words
    ranges = {
        name: words.count(row[name])
        if row[name] is not None
        else words.between(row.get(f"{name}_low"), row.get(f"{name}_high"), words.whole)
        for name in ("cases", "exposed")
    }
    between = words.between(row.get("rate_low"), row.get("rate_high"), words.figures)
    known = row.get("rate_low") is not None or row.get("rate_high") is not None
    return words("s_hidden" if known else "s_hidden_rate", **{**said, **ranges}, between=between)


def _years(sheet: Sheet) -> list[str]:
    """Return the rate per person-years, beside that of patients."""
    row, words = sheet.total(PERSON_YEARS), sheet.words
    if row is None or row["rate"] is None or sheet.total() is None:
        return []
    per = words.per(row.get("per"), PERSON_YEARS)
    ends = words.span(row.get("low"), row.get("high"))
    return [words("m_years", rate=words.rate(row["rate"]), ends=ends, per=per)]


def _class(sheet: Sheet) -> list[str]:
    """Return how the substance stands in its class."""
    words = sheet.words
    try:
        row = sheet.release.classes.get(sheet.code)
    except Absent:
        return []
    if row is None or row.get("ratio") is None:
        return []
    low, high = row.get("low"), row.get("high")
    if low is None or high is None:
        key = "m_class"
    else:
        key = "m_class_more" if low > 1 else "m_class_less" if high < 1 else "m_class_same"
    return [
        words(
            key,
            group=sheet.substance.group_label,
            ratio=words.rate(row["ratio"]),
            ends=words.span(low, high),
        )
    ]


def _first(sheet: Sheet) -> list[str]:
    """Return the first months of dispensing and reporting, where both are told."""
    one = sheet.substance
    if not (one.first_dispensed and one.first_report):
        return []
    return [sheet.words("m_first", dispensed=one.first_dispensed, reported=one.first_report)]


def _time(sheet: Sheet) -> list[str]:
    """Return how reporting went over time."""
    return told_trend(sheet, sheet.release.trends.get(sheet.code) or {})


def _signals(sheet: Sheet) -> list[str]:
    """Return how many pairs meet the alert rule."""
    words = sheet.words
    try:
        n = sheet.release.pairs.counts.get(sheet.code)
    except Absent:
        return []
    if n is None or not n.shown:
        return []
    if not n.alerts:
        return [words("m_no_alert", pairs=words.whole(n.shown))]
    key = "m_alert" if n.alerts == 1 else "m_alerts"
    return [words(key, n=words.whole(n.alerts), pairs=words.whole(n.shown))]
