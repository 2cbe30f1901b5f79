"""What all readers of reports share: rows without a case, roles, repeats, dates, chosen reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from workbench.errors import DataError, Problem

from .canonical import Reading, canonical
from .ledger import Ledger, check_unique

LEVELS = ("llt", "pt", "hlt", "hlgt", "soc")
"""Levels of an event hierarchy, finest first."""
GRAINS = ("pack", "speciality", "substance", "atc5")


def assemble(
    report: pd.DataFrame, drugs: pd.DataFrame, events: pd.DataFrame, ledger: Ledger
) -> Reading:
    """Return the three canonical tables of reports, checked against each other.

    Rows of drugs and events whose case is no report are left out and counted; so are repeats within
    a case. Reports that name no drug or no event stay, and are counted.

    Raises:
        DataError: ``repeated-key``: a case stands twice.
    """
    check_unique(report, ["case_id"], "report", ledger.source)
    report = report.assign(onset=_onset(report, ledger))
    drugs = _of_cases(drugs, report, "report_drug", ledger)
    drugs = _once(drugs, ["case_id", "drug", "product", "grain", "role"], "report_drug", ledger)
    events = _of_cases(events, report, "report_event", ledger)
    events = _once(events, ["case_id", "level", "term"], "report_event", ledger)
    for name, rows in (("drug", drugs), ("event", events)):
        empty = int((~report["case_id"].isin(rows["case_id"])).sum())
        ledger.decide(f"no-{name}", "report", empty, f"reports that name no {name}: kept")
    none = int(report["received"].isna().sum())
    ledger.decide("no-received-date", "report", none, "no day of receipt: kept, in no period")
    tables = {"report": report, "report_drug": drugs, "report_event": events}
    return Reading({name: canonical(rows, name) for name, rows in tables.items()}, ledger)


def chosen_reports(
    report: pd.DataFrame,
    ledger: Ledger,
    *,
    countries: Sequence[str] = (),
    years: tuple[int, int] | None = None,
) -> pd.DataFrame:
    """Return the reports of some countries and years of receipt; each choice is a step.

    Args:
        report: Columns ``country`` and ``received`` among others.
        ledger: Where the steps go, under ``report``.
        countries: As the source writes them; none takes all.
        years: First and last year of receipt.

    Raises:
        DataError: ``filter-on-empty-column``: the source says the country or the day of no report.
    """
    for column, wanted in (("country", bool(countries)), ("received", years is not None)):
        if wanted and len(report) and report[column].isna().all():
            message = f"no report says its {column}, so none can be chosen by it"
            problem = Problem("filter-on-empty-column", message, f"report, column {column}")
            remedy = "give the column, or choose all reports"
            raise DataError(
                "a choice has no column", where=ledger.source, problems=[problem], remedy=remedy
            )
    if countries:
        folded = [country.lower() for country in countries]
        report = report[report["country"].str.lower().isin(folded)]
        ledger.step("report", f"from another country than {', '.join(countries)}", len(report))
    if years is not None:
        report = report[report["received"].dt.year.between(*years)]
        ledger.step("report", f"received outside {years[0]} to {years[1]}", len(report))
    return report


def roles_of(
    cells: pd.Series, roles: Mapping[str, str], table: str, ledger: Ledger
) -> tuple[pd.Series, pd.Series]:
    """Return the role of each row and which rows have one; unknown codes go to the rejects.

    Raises:
        DataError: ``too-many-unknown-codes``.
    """
    role: pd.Series = cells.str.lower().map(dict(roles)).astype(object)
    reject_values(cells, role.isna(), table, "role", ledger)
    return role, role.notna()


def reject_values(
    cells: pd.Series, wrong: pd.Series, table: str, column: str, ledger: Ledger
) -> None:
    """Count the values of a column nobody knows, by rows.

    Raises:
        DataError: ``too-many-unknown-codes``.
    """
    codes = cells[wrong].fillna("(empty)").value_counts().rename_axis("code")
    frame = codes.reset_index(name="rows")
    frame["volume"] = frame["rows"].astype(float)
    ledger.reject(table, column, frame, float(len(cells)))


def _onset(report: pd.DataFrame, ledger: Ledger) -> pd.Series:
    """Return the days of onset; one after the day of receipt is missing and counted."""
    onset: pd.Series = report["onset"]
    later = onset > report["received"]
    message = "onset after receipt: the onset is set missing"
    ledger.decide("reversed-dates", "report", int(later.sum()), message)
    return onset.mask(later)


def _of_cases(rows: pd.DataFrame, report: pd.DataFrame, table: str, ledger: Ledger) -> pd.DataFrame:
    """Return the rows of the reports that are kept."""
    ledger.start(table, len(rows))
    kept = rows[rows["case_id"].isin(report["case_id"])]
    ledger.step(table, "of a case that is no report, or was left out", len(kept))
    ledger.decide("orphan-row", table, len(rows) - len(kept), "their case is not in report")
    return kept


def _once(rows: pd.DataFrame, key: list[str], table: str, ledger: Ledger) -> pd.DataFrame:
    """Return each row of a case once."""
    kept = rows.drop_duplicates(key)
    ledger.step(table, "the same again in one case", len(kept))
    ledger.decide("repeated-pair", table, len(rows) - len(kept), "counted once in its case")
    return kept
