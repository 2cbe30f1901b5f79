"""Checks of dates that contradict each other, on the tables of the schema."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from workbench.data.findings import Finding, rows_of

DUPLICATE_DAYS = 7  # a wide re-excision comes later
CYTOTOXIC = "L01"


class DatedTables(Protocol):
    """The tables whose dates are compared; one that a data set lacks is empty."""

    @property
    def tumour(self) -> pd.DataFrame:
        """Columns ``person_id``, ``dx_date``."""

    @property
    def procedure(self) -> pd.DataFrame:
        """Columns ``person_id``, ``date``, ``kind``."""

    @property
    def drug(self) -> pd.DataFrame:
        """Columns ``person_id``, ``date``, ``atc``."""

    @property
    def condition(self) -> pd.DataFrame:
        """Columns ``person_id``, ``date``, ``event``."""

    @property
    def death(self) -> pd.DataFrame:
        """Columns ``person_id``, ``date``."""

    @property
    def observation_period(self) -> pd.DataFrame:
        """Columns ``person_id``, ``end``, ``reason``."""

    @property
    def linkage(self) -> pd.DataFrame:
        """Columns ``person_id``, ``match_quality``."""


def check_dates(tables: DatedTables, origin: pd.Series, min_match_quality: float) -> list[Finding]:
    """Return everything wrong between the dates of the tables.

    Args:
        tables: The tables.
        origin: Day zero by person, missing where there is none.
        min_match_quality: Least quality of a link to claims, 0 to 1.
    """
    return [
        *_no_origin(tables, origin),
        *_before_origin(tables, origin),
        *_chemo_before_diagnosis(tables),
        *_death_and_contact(tables),
        *_duplicate_surgery(tables),
        *_doubtful_links(tables, min_match_quality),
    ]


def _days(dates: pd.Series) -> list[str]:
    """Return dates as text."""
    return [str(day) for day in dates.dt.strftime("%Y-%m-%d").fillna("none")]


def _against(rows: pd.DataFrame, dates: pd.Series) -> pd.Series:
    """Return, for each row, its person's date."""
    return rows["person_id"].map(dates)


def _no_origin(tables: DatedTables, origin: pd.Series) -> list[Finding]:
    """Find persons without an operation, where time counts from surgery."""
    rows = tables.tumour[_against(tables.tumour, origin).isna()]
    messages = ["there is no surgery to count time from"] * len(rows)
    remedy = "add the operation, or count from diagnosis"
    return rows_of("exclude", "no-origin", "tumour", rows, messages, remedy)


def _before_origin(tables: DatedTables, origin: pd.Series) -> list[Finding]:
    """Find deaths, relapses and last contacts before day zero."""
    found = []
    relapses = tables.condition[
        tables.condition["event"].isin(["local_recurrence", "distant_metastasis"])
    ]
    for name, table, column in (
        ("death", tables.death, "date"),
        ("observation_period", tables.observation_period, "end"),
        ("condition", relapses, "date"),
    ):
        rows = table[table[column] < _against(table, origin)]
        zero = _days(_against(rows, origin))
        messages = [f"{column} {day} is before the origin {start}"
                    for day, start in zip(_days(rows[column]), zero, strict=True)]  # fmt: skip
        remedy = "compare both dates with the record: one is wrong"
        found += rows_of("error", "event-before-origin", name, rows, messages, remedy)
    return found


def _chemo_before_diagnosis(tables: DatedTables) -> list[Finding]:
    """Find cytotoxic drugs dated before the diagnosis."""
    drug = tables.drug
    diagnosed = _against(drug, tables.tumour.set_index("person_id")["dx_date"])
    rows = drug[drug["atc"].str.startswith(CYTOTOXIC, na=False) & (drug["date"] < diagnosed)]
    dates = zip(rows["atc"], _days(rows["date"]), _days(diagnosed[rows.index]), strict=True)
    messages = [f"{atc} on {day} is before the diagnosis {start}" for atc, day, start in dates]
    remedy = "an earlier cancer makes the person ineligible; otherwise mend the date or the link"
    return rows_of("error", "chemo-before-diagnosis", "drug", rows, messages, remedy)


def _death_and_contact(tables: DatedTables) -> list[Finding]:
    """Find where the death and the end of follow-up do not agree."""
    period = tables.observation_period
    died = _against(period, tables.death.set_index("person_id")["date"])
    said = period["reason"] == "death"
    wrong = (died.notna() & (died != period["end"])) | (said & died.isna())
    rows = period[wrong]
    dates = zip(_days(rows["end"]), rows["reason"], _days(died[wrong]), strict=True)
    messages = [f"follow-up ends {end} ({reason}), death is {day}" for end, reason, day in dates]
    remedy = "let follow-up end on the day of death, with the reason 'death', or mend the death"
    return rows_of("error", "death-contact-disagree", "observation_period", rows, messages, remedy)


def _duplicate_surgery(tables: DatedTables) -> list[Finding]:
    """Find the same operation entered twice: two within a week."""
    surgery = tables.procedure[tables.procedure["kind"] == "surgery"]
    surgery = surgery.sort_values(["person_id", "date"], kind="stable")
    gap = surgery.groupby("person_id")["date"].diff().dt.days
    rows = surgery[gap <= DUPLICATE_DAYS].sort_index()
    gaps = zip(_days(rows["date"]), gap[rows.index], strict=True)
    messages = [f"surgery {day} follows another by {days:.0f} days" for day, days in gaps]
    remedy = "keep one row an operation"
    return rows_of("error", "duplicate-surgery", "procedure", rows, messages, remedy)


def _doubtful_links(tables: DatedTables, least: float) -> list[Finding]:
    """Find persons whose claims may be someone else's, or were not found."""
    rows = tables.linkage[~(tables.linkage["match_quality"] >= least)]
    messages = [f"match quality is {quality}, expected {least:g} or more"
                for quality in rows["match_quality"].tolist()]  # fmt: skip
    remedy = "leave the person out of questions about treatment; survival needs no claims"
    return rows_of("warning", "low-match-quality", "linkage", rows, messages, remedy)
