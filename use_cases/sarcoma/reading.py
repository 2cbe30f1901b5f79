"""Reads the tables of the schema through the data door and holds its card against the contracts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from workbench.data import DataCard, OpenedData, Table
from workbench.errors import DataError, Problem, did_you_mean

from .contracts import CONTRACTS, Contract

_LIKE = {"category": "string"}  # types that read alike


@dataclass(frozen=True)
class Tables:
    """The tables of a cohort, typed by their contracts; a table a data set lacks is empty."""

    person: pd.DataFrame
    tumour: pd.DataFrame
    procedure: pd.DataFrame
    drug: pd.DataFrame
    visit: pd.DataFrame
    condition: pd.DataFrame
    death: pd.DataFrame
    observation_period: pd.DataFrame
    linkage: pd.DataFrame

    def first(self, table: str, kind: str) -> pd.Series:
        """Return the first date of a kind of row, by person."""
        rows: pd.DataFrame = getattr(self, table)
        return rows.loc[rows["kind"] == kind].groupby("person_id")["date"].min()


def read_tables(data: OpenedData) -> Tables:
    """Return the tables of an opened data set.

    Raises:
        DataError: The card breaks the contracts, with every problem: ``missing-table``,
            ``missing-column``, ``unit-mismatch``, ``type-mismatch``, ``person-column``.
    """
    problems = list(card_problems(data.card))
    if problems:
        raise DataError(
            "the data card is not that of a sarcoma cohort",
            where=str(data.folder / "card.yaml"),
            problems=problems,
            remedy="see the tables in use_cases/sarcoma/README.md, or choose another layout "
            "(use_case.params.layout=table)",
        )
    known = {table.name for table in data.card.tables}
    return Tables(**{c.name: _frame(data, c) if c.name in known else _empty(c) for c in CONTRACTS})


def card_problems(card: DataCard) -> Iterator[Problem]:
    """Yield where a card breaks the contracts."""
    tables = {table.name: table for table in card.tables}
    for contract in CONTRACTS:
        if contract.name in tables:
            yield from _table_problems(contract, tables[contract.name])
        elif contract.needed:
            hint = did_you_mean(contract.name, tables) or f"tables: {', '.join(tables) or 'none'}"
            yield Problem("missing-table", f"there is no table '{contract.name}'; {hint}", "tables")


def _table_problems(contract: Contract, table: Table) -> Iterator[Problem]:
    """Yield where one table breaks its contract."""
    fields = {field.name: field for field in table.fields}
    if "person_id" in fields and table.person != "person_id":
        message = "the person must stand in the column 'person_id', with the role 'person'"
        yield Problem("person-column", message, f"table {contract.name}")
    for expected in contract.fields:
        where = f"table {contract.name}, column {expected.name}"
        found = fields.get(expected.name)
        if found is None:
            if expected.name not in contract.optional:
                message = f"the column is missing; {did_you_mean(expected.name, fields)}"
                yield Problem("missing-column", message.rstrip("; "), where)
            continue
        if _LIKE.get(found.type, found.type) != _LIKE.get(expected.type, expected.type):
            message = f"the card says {found.type}, expected {expected.type}"
            yield Problem("type-mismatch", message, where, "change the type in the card")
        if found.unit != expected.unit and expected.unit is not None:
            message = f"the unit is {found.unit or 'not stated'}, expected {expected.unit}"
            yield Problem("unit-mismatch", message, where, f"write the values in {expected.unit}")


def _frame(data: OpenedData, contract: Contract) -> pd.DataFrame:
    """Return a table with all columns of its contract; what a data set lacks is missing."""
    frame = data.table(contract.name)
    return frame.reindex(columns=[field.name for field in contract.fields])


def _empty(contract: Contract) -> pd.DataFrame:
    """Return a table without rows."""
    kinds = {
        "number": "float64",
        "integer": "Int64",
        "date": "datetime64[ns]",
        "boolean": "boolean",
    }
    columns = {f.name: pd.Series([], dtype=kinds.get(f.type, "object")) for f in contract.fields}
    return pd.DataFrame(columns)
