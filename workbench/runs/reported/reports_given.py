"""The reports of a data set, each by the reader that the plan names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import DataError, Problem, UsageError, did_you_mean
from workbench.runs.reported.plan import RatesPlan
from workbench.runs.reported.tables_given import tables_of
from workbench.tabular.readers.bnpv import read_bnpv
from workbench.tabular.readers.canonical import Reading
from workbench.tabular.readers.case_tables import read_cases
from workbench.tabular.readers.faers import read_faers
from workbench.tabular.readers.long_reports import LongColumns, read_long

if TYPE_CHECKING:
    from workbench.data.door import OpenedData

_NEEDED = {
    "canonical": ("report", "report_drug", "report_event"),
    "bnpv": ("cases", "effects", "drugs", "notifiers"),
    "faers": ("DEMO", "DRUG", "REAC"),
}
_WHERE = "rates.sources.reports"


def reading_of(opened: OpenedData, plan: RatesPlan) -> Reading:
    """Return what the plan's reader of reports makes of its tables.

    Raises:
        UsageError: ``missing-table``, ``unknown-table``, ``repeated-table``, ``missing-file``,
            ``unknown-key``: the sources are not in the data set.
        DataError: A table breaks the card or its reader's contract.
    """
    source, most = plan.sources.reports, plan.coding.max_rejected
    if source.reader == "long":
        table = source.tables.get("reports", "reports")
        tables_of(opened, source.tables, ("reports",))
        return read_long(opened.table(table), _long_columns(source.columns), max_rejected=most)
    if source.reader == "faers":
        quarters, deleted = _quarters(opened, plan), _deleted(opened, source.deleted)
        frames = [{n: opened.table(table) for n, table in one.items()} for one in quarters]
        return read_faers(frames, deleted=deleted, max_rejected=most)
    names = tables_of(opened, source.tables, _NEEDED[source.reader])
    given = {name: opened.table(table) for name, table in names.items()}
    read = read_cases if source.reader == "canonical" else read_bnpv
    return read(given, max_rejected=most)


def _quarters(opened: OpenedData, plan: RatesPlan) -> list[dict[str, str]]:
    """Return the tables of each quarter; one quarter where the plan names none.

    Raises:
        UsageError: Of every quarter at once; ``repeated-table`` where two take the same table, as
            its rows would count twice.
    """
    source = plan.sources.reports
    found: list[dict[str, str]] = []
    problems: list[Problem] = []
    for quarter in source.quarters or (source.tables,):
        try:
            found.append(tables_of(opened, quarter, _NEEDED["faers"], ("OUTC",)))
        except UsageError as error:
            problems += error.problems
    times = Counter(table for one in found for table in one.values())
    problems += [
        Problem("repeated-table", f"the table '{table}' is taken {n} times", f"{_WHERE}.quarters",
                "name DEMO, DRUG, REAC and OUTC of each quarter")
        for table, n in times.items() if n > 1
    ]  # fmt: skip
    if problems:
        raise UsageError("the quarters are not in the data set", problems=problems)
    return found


def _deleted(opened: OpenedData, files: tuple[str, ...]) -> list[Path]:
    """Return the deleted lists, files of the data set.

    Raises:
        UsageError: ``missing-file``: all at once.
    """
    found: list[Path] = []
    problems: list[Problem] = []
    for file in files:
        try:
            found.append(opened.path(file))
        except DataError as error:
            words = "the data set has no such file beside its tables"
            problems.append(
                Problem("missing-file", f"'{file}': {words}", f"{_WHERE}.deleted", error.remedy)
            )
    if problems:
        raise UsageError("the deleted lists are not in the data set", problems=problems)
    return found


def _long_columns(columns: Mapping[str, str]) -> LongColumns:
    """Return the columns of a long table.

    Raises:
        UsageError: ``unknown-key``, ``missing-key``: all at once.
    """
    known = [one.name for one in fields(LongColumns) if one.name not in ("roles", "month_first")]
    where = f"{_WHERE}.columns"
    problems = [
        Problem("unknown-key", f"a long table has no '{n}'; {did_you_mean(n, known)}", where)
        for n in columns
        if n not in known
    ]
    problems += [
        Problem("missing-key", f"say which column is the {n}", where)
        for n in ("case_id", "drug", "event")
        if n not in columns
    ]
    if problems:
        raise UsageError("the columns of the reports are named wrongly", problems=problems)
    texts: dict[str, Any] = dict(columns)
    return LongColumns(**texts)
