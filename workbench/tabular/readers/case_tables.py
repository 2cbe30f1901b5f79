"""Reports that already stand in tables like the canonical ones, typed by a data card."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from .canonical import Reading
from .contracts import Column, Contract, check_tables
from .delimited import text_of
from .ledger import MOST_REJECTED, Ledger
from .report_tables import assemble, roles_of
from .values import ages, dates, sexes

_CASE = Column("case_id")
REPORT = Contract(
    "report",
    (
        _CASE,
        Column("received"),
        Column("onset", needed=False),
        Column("age"),
        Column("age_unit"),
        Column("sex"),
        Column("serious", needed=False),
        Column("notifier", needed=False),
        Column("country", needed=False),
    ),
)
DRUG = Contract(
    "report_drug",
    (
        _CASE,
        Column("drug"),
        Column("role"),
        Column("product", needed=False),
        Column("grain", needed=False),
    ),
)
EVENT = Contract("report_event", (_CASE, Column("level"), Column("term")))
ROLES = {name: name for name in ("suspect", "concomitant", "interacting")}


def read_cases(
    sources: Mapping[str, pd.DataFrame], *, max_rejected: float = MOST_REJECTED
) -> Reading:
    """Read the tables ``report``, ``report_drug`` and ``report_event``.

    Days may be dates or text, ages come with their unit. A drug may have a code (``product`` at a
    ``grain``) or only the name as written.

    Args:
        sources: The three tables, as the data door gives them.
        max_rejected: Share of drug rows (0 to 1) with an unknown role that stops.

    Raises:
        DataError: ``missing-table``, ``missing-column``, ``repeated-key``,
            ``too-many-unknown-codes``.
    """
    ledger = Ledger("reports", max_rejected)
    check_tables(sources, ["report", "report_drug", "report_event"], ledger.source)
    cases, drugs, events = (_named(sources[c.name], c) for c in (REPORT, DRUG, EVENT))
    ledger.start("report", len(cases))
    report = pd.DataFrame(
        {
            "case_id": cases["case_id"],
            "received": _days(cases["received"], ledger),
            "onset": _days(cases["onset"], ledger),
            "age_years": ages(text_of(cases["age"]), cases["age_unit"], "report", ledger),
            "sex": sexes(cases["sex"], "report", ledger),
            "serious": cases["serious"].astype("boolean"),
            "notifier": cases["notifier"],
            "country": cases["country"],
        }
    )
    role, known = roles_of(drugs["role"], ROLES, "report_drug", ledger)
    return assemble(report, drugs.assign(role=role)[known], events, ledger)


def _named(source: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Return the columns of a contract; those the source lacks are missing throughout."""
    found = contract.resolve([str(name) for name in source.columns], contract.name, None)
    frame = source[list(found.values())].set_axis(list(found), axis=1)
    for name in (column.name for column in contract.columns if column.name not in found):
        frame[name] = pd.Series(None, dtype="object", index=frame.index)
    return frame


def _days(cells: pd.Series, ledger: Ledger) -> pd.Series:
    """Return days; text is read by the rules of all readers."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        whole: pd.Series = cells.dt.normalize().astype("datetime64[ns]")
        return whole
    return dates(text_of(cells), "report", ledger)
