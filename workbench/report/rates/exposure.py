"""Who was exposed: patients by year, sex and age, with the rate among each."""

from __future__ import annotations

from workbench.report.artefacts import Absent
from workbench.report.plots.bars import bars
from workbench.report.rates.blocks import Block, Drawn, figures, folded, note, shown
from workbench.report.rates.cases import bar
from workbench.report.rates.published import in_order
from workbench.report.rates.release import ALL, PATIENTS, PERSON_YEARS, Rows
from workbench.report.rates.sheet import Sheet, rate_cells, rate_table
from workbench.report.tables import Table, table

BY = ("period", "sex", "age")


def rate(sheet: Sheet) -> list[Block]:
    """Return the rate by each measure of exposure, and as it would be in a standard population."""
    words = sheet.words
    rows = [
        (words("of_measure", measure=words(f"measure_{m}"), per=words.per(row.get("per"), m)), row)
        for m in (PATIENTS, PERSON_YEARS)
        if (row := sheet.total(m)) is not None
    ]
    yearly = _of_person_years(sheet) if sheet.total(PERSON_YEARS) is None else []
    if not rows and not yearly:
        raise Absent(words("no_rate"))
    blocks = [shown(rate_table(words, words("t_rate"), words("measure"), rows))] if rows else []
    return [*blocks, *yearly, *_standardised(sheet), note(words("rate_note"))]


def _of_person_years(sheet: Sheet) -> list[Block]:
    """Return the rate per person-years of each year, where no total of them is published."""
    words, rows = sheet.words, sheet.release.margins["period"].get(sheet.code, [])
    own = [(row["period"], row) for row in rows if row["measure"] == PERSON_YEARS]
    if not own:
        return []
    caption = words(
        "of_measure",
        measure=words(f"measure_{PERSON_YEARS}"),
        per=words.per(own[0][1].get("per"), PERSON_YEARS),
    )
    return [shown(rate_table(words, caption, words("by_period"), own))]


def _standardised(sheet: Sheet) -> list[Block]:
    """Return the directly standardised rates, none where there are none."""
    words = sheet.words
    try:
        rows = sheet.release.standardised.get(sheet.code, [])
    except Absent as absent:
        return [note(words("absent", why=absent))]
    known = [row for row in rows if row["rate"] is not None]
    if not known:
        return [note(words("no_standard"))]
    per = words.per((sheet.total() or {}).get("per") or 100_000.0, PATIENTS)
    cells = [
        [
            words.known("standard", row.get("standard") or "–"),
            words.rate(row["rate"]),
            words.span(row.get("low"), row.get("high")),
            words("tiwari" if "Tiwari" in row.get("method", "") else "fay_feuer"),
        ]
        for row in known
    ]
    columns = [words("standard"), words("rate"), words("interval"), words("method")]
    return [shown(table(words("cap_standard", per=per), columns, cells, numeric=(1, 2)))]


def exposure(sheet: Sheet) -> list[Block]:
    """Return patients exposed by year, by sex and by age."""
    words, margins = sheet.words, sheet.release.margins
    found = {by: _of_patients(margins[by].get(sheet.code, [])) for by in BY}
    known = {by: rows for by, rows in found.items() if rows}
    if not known:
        raise Absent(words("no_exposure"))
    rows = [row for group in known.values() for row in group]
    hidden = any(row["exposed"] is None for row in rows)
    return [
        figures([_drawn(sheet, by, rows) for by, rows in known.items()]),
        note(words("exposure_note")),
        *([note(words("hidden_said"))] if hidden else []),
        shown(_all(sheet, known)),
        *_crossed(sheet),
    ]


def _of_patients(rows: Rows) -> Rows:
    """Return the rows that count patients."""
    return [row for row in rows if row["measure"] == PATIENTS]


def _drawn(sheet: Sheet, by: str, rows: Rows) -> Drawn:
    """Return the bars of the patients exposed."""
    words = sheet.words
    label = words("exposure_label", by=words(f"by_{by}"), name=sheet.substance.label)
    drawn = [bar(words, words.known("v", row[by]), row, "exposed") for row in rows]
    return Drawn(_title(sheet, by), bars(drawn, label=label), "", "exposure.csv")


def _title(sheet: Sheet, by: str) -> str:
    """Return what a division is called; ages may be known of one period only."""
    words, period = sheet.words, sheet.release.age_period
    if by != "age" or period == ALL:
        return words(f"by_{by}")
    return words("in_period", what=words("by_age"), period=period)


def _all(sheet: Sheet, groups: dict[str, Rows]) -> Table:
    """Return exposed, cases and rate by year, sex and age as one table."""
    words = sheet.words
    rows = [
        (words("named", what=_title(sheet, by), value=words.known("v", row[by])), row)
        for by, group in groups.items()
        for row in group
    ]
    return rate_table(words, words("t_exposure"), words("group"), rows)


def _crossed(sheet: Sheet) -> list[Block]:
    """Return two of year, sex and age together, folded."""
    words = sheet.words
    rows = _of_patients(sheet.release.crossed.get(sheet.code, []))
    if not rows:
        return []
    rows = [row for row in rows if row["exposed"] != 0 or row["cases"] != 0]
    rows.sort(key=lambda row: [in_order(row[by]) for by in BY])
    cells = [[*(words.known("v", row[by]) for by in BY), *rate_cells(words, row)] for row in rows]
    columns = ["by_period", "by_sex", "by_age", "exposed", "cases", "rate", "interval"]
    return [
        folded(table(words("cap_crossed"), [words(c) for c in columns], cells, numeric=range(3, 7)))
    ]
