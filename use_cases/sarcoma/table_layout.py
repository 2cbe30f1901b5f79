"""Cases from any table with a time and an event, its columns named by parameters."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.data import OpenedData, Table
from workbench.data.findings import Finding
from workbench.errors import DataError, Problem, UsageError, did_you_mean
from workbench.methods.causal.check_values import check_sizes

from .cells import DAYS, categories, numbers
from .listed import Listed
from .params import Params, TableParams


def list_table(data: OpenedData, params: Params) -> Listed:
    """List the cases of a table with time and event.

    Raises:
        UsageError: The table or a column does not exist, or no unit of time is stated.
        DataError: A person or a case is missing, or a case stands twice.
    """
    chosen = params.table
    card = _the_table(data, chosen)
    _check_columns(chosen, card)
    rows = data.table(card.name)
    return list_rows(rows, card.name, str(card.person or chosen.person), chosen)


def list_rows(rows: pd.DataFrame, name: str, person: str, chosen: TableParams) -> Listed:
    """List the cases of rows whose columns are known to exist."""
    case = chosen.case or person
    _check_ids(rows, name, person, case)
    time, findings = numbers(rows, chosen.time, chosen.missing, name, person)
    event, wrong = _events(rows, chosen, name, person)
    findings += wrong
    table = pd.DataFrame(
        {
            "case": rows[case].astype(str),
            "person": rows[person].astype(str),
            "time": time * DAYS[chosen.time_unit],
            "event": event,
        }
    )
    if chosen.centre:
        table["centre"] = rows[chosen.centre]
    numeric = {}
    for column in [*chosen.numeric, *chosen.log]:
        numeric[column], wrong = numbers(rows, column, chosen.missing, name, person)
        findings += wrong
    if chosen.size_mm:
        sizes = rows.assign(**{chosen.size_mm: numeric[chosen.size_mm]})
        findings += check_sizes(sizes, chosen.size_mm, name, person)
    for column in chosen.log:
        values = numeric.pop(column)
        numeric[f"log_{column}"] = np.log(values.where(values > 0))
    named = {column: categories(rows[column], chosen.missing) for column in chosen.categorical}
    index = rows.index
    return Listed(name, table, pd.DataFrame(numeric, index), pd.DataFrame(named, index), findings)


def _events(
    rows: pd.DataFrame, chosen: TableParams, name: str, person: str
) -> tuple[pd.Series, list[Finding]]:
    """Return the event as 0 and 1: by the values that mean one, or as the numbers stand."""
    if not chosen.event_values:
        return numbers(rows, chosen.event, chosen.missing, name, person)
    text = categories(rows[chosen.event], chosen.missing)
    return text.isin(chosen.event_values).astype(float).where(text.notna()), []


def _the_table(data: OpenedData, chosen: TableParams) -> Table:
    """Return the card of the table: the one named, or the only one."""
    tables = {table.name: table for table in data.card.tables}
    if chosen.name in tables:
        return tables[chosen.name]
    if not chosen.name and len(tables) == 1:
        return next(iter(tables.values()))
    hint = did_you_mean(chosen.name, tables) or f"tables: {', '.join(tables) or 'none'}"
    said = f"there is no table '{chosen.name}'" if chosen.name else "no table is named"
    raise UsageError(f"{said}; {hint}", where="use_case.params.table.name")


def _check_columns(chosen: TableParams, table: Table) -> None:
    """Refuse settings that name columns the table lacks, or no unit; all problems at once."""
    names = [field.name for field in table.fields]
    problems = []
    single = {"time": chosen.time, "event": chosen.event, "case": chosen.case,
              "centre": chosen.centre, "size_mm": chosen.size_mm}  # fmt: skip
    asked = [(key, column) for key, column in single.items() if column]
    asked += [(key, c) for key in ("numeric", "categorical", "log") for c in getattr(chosen, key)]
    for key, column in asked:
        if column not in names:
            hint = did_you_mean(column, names) or f"columns: {', '.join(names)}"
            where = f"use_case.params.table.{key}"
            problems.append(Problem("missing-column", f"no column '{column}'; {hint}", where))
    for key in ("time", "event", "time_unit"):
        if not getattr(chosen, key):
            where = f"use_case.params.table.{key}"
            problems.append(Problem("not-stated", "nothing is taken for granted here", where))
    stated = table.field(chosen.time).unit if chosen.time in names else None
    if stated and chosen.time_unit and stated != chosen.time_unit:
        message = f"the card says the unit '{stated}', the setting '{chosen.time_unit}'"
        problems.append(Problem("unit-mismatch", message, "use_case.params.table.time_unit"))
    if table.person is None and not chosen.person:
        problems.append(Problem("no-person", "no column names the person", table.name))
    if problems:
        raise UsageError("the table cannot be read as survival times", problems=problems)


def _check_ids(rows: pd.DataFrame, name: str, person: str, case: str) -> None:
    """Refuse cases that cannot be told apart."""
    again = np.flatnonzero(rows[case].duplicated())
    remedy = "name a column that is different in each row (use_case.params.table.case)"
    problems = [
        Problem(
            "duplicate-case",
            f"'{rows[case].iloc[row]}' stands twice",
            f"{name}, row {row + 1}, person {rows[person].iloc[row]}",
            remedy,
        )
        for row in again[:20]
    ]
    if problems:
        raise DataError("cases cannot be told apart", where=name, problems=problems)
