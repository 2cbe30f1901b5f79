"""One long CSV of reports: a row for each case, drug and event, as CAERS has it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from workbench.errors import DataError, Problem

from .canonical import Reading
from .contracts import Column, Contract
from .delimited import Source, name_of, read_table
from .ledger import MOST_REJECTED, Ledger
from .report_tables import GRAINS, LEVELS, assemble, roles_of
from .values import ages, dates, sexes

ROLES = {"suspect": "suspect", "concomitant": "concomitant", "interacting": "interacting"}


@dataclass(frozen=True)
class LongColumns:
    """Which column holds what; None where the file has no such column.

    Attributes:
        case_id: The case.
        drug: The drug, at ``grain``.
        event: The event, at ``level``.
        grain: pack, speciality, substance or atc5.
        level: llt, pt, hlt, hlgt or soc.
        roles: Value of the role column to suspect, concomitant or interacting; without a role
            column every drug is a suspect.
        month_first: Whether dates are ``mm/dd/yyyy``.
    """

    case_id: str
    drug: str
    event: str
    received: str | None = None
    onset: str | None = None
    age: str | None = None
    age_unit: str | None = None
    sex: str | None = None
    country: str | None = None
    role: str | None = None
    grain: str = "substance"
    level: str = "pt"
    roles: tuple[tuple[str, str], ...] = tuple(ROLES.items())
    month_first: bool = False


CAERS = LongColumns(case_id="id", drug="var1", event="var2", sex="strat1", grain="speciality")
"""The layout of ``caers.csv``."""
_NAMES = (
    "case_id", "drug", "event", "received", "onset", "age", "age_unit", "sex", "country", "role",
)  # fmt: skip


def read_long(
    source: Source, columns: LongColumns, *, max_rejected: float = MOST_REJECTED
) -> Reading:
    """Read a long table of reports.

    Args:
        source: The file, or a frame of the data door.
        columns: Which column holds what.
        max_rejected: Share of rows (0 to 1) with an unknown role that stops.

    Returns:
        ``report``, ``report_drug`` and ``report_event``. Seriousness and notifier are missing.

    Raises:
        DataError: ``missing-column``, ``unknown-grain``, ``unknown-level``,
            ``too-many-unknown-codes``.
    """
    ledger = Ledger(name_of(source, "reports"), max_rejected)
    _check_settings(columns, ledger.source)
    rows = read_table(source, _contract(columns), ledger)
    received = len(rows)
    rows = rows[rows[["case_id", "drug", "event"]].notna().all(axis=1)]
    ledger.step("reports", "without case, drug or event", len(rows))
    ledger.decide("incomplete-row", "reports", received - len(rows), "left out")
    before = len(rows)
    rows = rows.drop_duplicates()
    ledger.step("reports", "the same row again", len(rows))
    ledger.decide("duplicated-row", "reports", before - len(rows), "whole rows: one is kept")
    if columns.role:
        folded = {code.lower(): role for code, role in columns.roles}
        role, known = roles_of(rows["role"], folded, "reports", ledger)
        rows = rows.assign(role=role)[known]
        ledger.step("reports", "with an unknown role", len(rows))
    else:
        ledger.decide("role-assumed", "reports", len(rows), "no column of roles: all suspect")
        rows = rows.assign(role="suspect")
    drugs = rows.assign(product=rows["drug"].str.upper(), grain=columns.grain)
    events = rows.assign(level=columns.level, term=rows["event"])
    return assemble(_reports(rows, columns, ledger), drugs, events, ledger)


def _contract(columns: LongColumns) -> Contract:
    """Return the contract of a long table: the columns the user named."""
    named = [(name, getattr(columns, name)) for name in _NAMES]
    # A name here that the user gave to no column must not find one by chance.
    return Contract(
        "reports",
        tuple(
            _Named(name, (header,)) if header else _Named(name, (), needed=False)
            for name, header in named
        ),
    )


class _Named(Column):
    """A column found by the user's name for it only."""

    def written(self) -> tuple[str, ...]:
        """Return the user's name."""
        return tuple(name.lower() for name in self.names)


def _reports(rows: pd.DataFrame, columns: LongColumns, ledger: Ledger) -> pd.DataFrame:
    """Return ``report``: what the rows of a case agree on."""
    asked = ["received", "onset", "age", "age_unit", "sex", "country"]
    grouped = rows.groupby("case_id", sort=False)[asked]
    first, several = grouped.first(), grouped.nunique() > 1
    conflicts = int(several.any(axis=1).sum())
    message = "rows of one case say different things: what they disagree on is set missing"
    ledger.decide("case-conflict", "report", conflicts, message)
    first = first.mask(several).astype(object).reset_index()
    ledger.start("report", len(first))
    order = columns.month_first
    return pd.DataFrame(
        {
            "case_id": first["case_id"],
            "received": dates(first["received"], "report", ledger, month_first=order),
            "onset": dates(first["onset"], "report", ledger, month_first=order),
            "age_years": ages(first["age"], first["age_unit"], "report", ledger),
            "sex": sexes(first["sex"], "report", ledger),
            "country": first["country"],
        }
    )


def _check_settings(columns: LongColumns, where: str) -> None:
    """Refuse a grain, a level or a role nobody knows; all at once."""
    asked = [("grain", columns.grain, GRAINS), ("level", columns.level, LEVELS)]
    asked += [("role", role, tuple(ROLES)) for _, role in columns.roles]
    problems = [
        Problem(f"unknown-{what}", f"'{value}', expected one of {', '.join(known)}", where)
        for what, value, known in asked
        if value not in known
    ]
    if problems:
        raise DataError("the columns are described wrongly", where=where, problems=problems)
