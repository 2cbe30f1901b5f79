"""Hierarchies the user brings: ATC with DDD, and events in five levels. None is shipped.

ATC levels follow from the code's length. Event terms (MedDRA, under the user's licence) come as one
row a lowest term with its parents, one column a level.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from workbench.errors import DataError, Problem, UsageError

from .contracts import Column, Contract
from .delimited import Source, read_table
from .ledger import MOST_REJECTED, Ledger, check_unique
from .report_tables import LEVELS, reject_values
from .values import numbers

ATC = Contract(
    "atc",
    (
        Column("code", ("atc", "atc_code")),
        Column("label", ("libelle", "name")),
        Column("ddd", needed=False),
        Column("unit", ("ddd_unit", "unite"), needed=False),
    ),
)
EVENTS = Contract(
    "events",
    (
        *(Column(level, needed=False) for level in LEVELS),
        Column("primary", ("primary_soc_fg",), needed=False),
    ),
)
_ATC_LEVELS = {1: r"[A-Z]", 3: r"[A-Z]\d{2}", 4: r"[A-Z]\d{2}[A-Z]", 5: r"[A-Z]\d{2}[A-Z]{2}",
               7: r"[A-Z]\d{2}[A-Z]{2}\d{2}"}  # fmt: skip
_PARENT_LENGTH = {3: 1, 4: 3, 5: 4, 7: 5}
_PRIMARY = {"y", "yes", "1", "true", "oui", "o"}


def read_atc(source: Source, ledger: Ledger) -> pd.DataFrame:
    """Return ATC classes: ``code, label, level (1 to 5), parent, ddd, unit``.

    Raises:
        DataError: ``not-an-atc-code``, ``no-parent``, ``repeated-key``, ``ddd-without-unit``: all
            kinds at once but the repeated key.
    """
    rows = read_table(source, ATC, ledger)
    check_unique(rows, ["code"], "atc", ledger.source)
    code = rows["code"].fillna("")
    length = code.str.len()
    fits = pd.Series(False, index=rows.index)
    for size, pattern in _ATC_LEVELS.items():
        fits |= (length == size) & code.str.fullmatch(pattern)
    parent = [c[: _PARENT_LENGTH[len(c)]] if len(c) in _PARENT_LENGTH else None for c in code]
    rows["parent"] = pd.Series(parent, index=rows.index, dtype="object")
    ddd = numbers(rows["ddd"])
    wrong = {
        "not-an-atc-code": (~fits, "expected A, A00, A00A, A00AA or A00AA00"),
        "no-parent": (
            fits & rows["parent"].notna() & ~rows["parent"].isin(code),
            "its class is not in the file",
        ),
        "ddd-without-unit": (rows["ddd"].notna() & (ddd.isna() | rows["unit"].isna()),
                             "a DDD is a number with a unit"),
    }  # fmt: skip
    problems = [
        Problem(kind, f"{bad.sum()} codes such as '{code[bad].iloc[0]}': {words}", "atc")
        for kind, (bad, words) in wrong.items()
        if bad.any()
    ]
    if problems:
        raise DataError("the ATC file is not usable", where=ledger.source, problems=problems)
    level = length.map({size: n for n, size in enumerate(_ATC_LEVELS, 1)})
    return rows.assign(level=level, ddd=ddd)[["code", "label", "level", "parent", "ddd", "unit"]]


@dataclass(frozen=True)
class EventHierarchy:
    """Parents of event terms.

    Attributes:
        terms: One column a level, finest first; one row a finest term and path.
        levels: The levels of the file, finest first.
    """

    terms: pd.DataFrame
    levels: tuple[str, ...]

    def lift(
        self, events: pd.DataFrame, level: str, *, max_rejected: float = MOST_REJECTED
    ) -> tuple[pd.DataFrame, Ledger]:
        """Return ``report_event`` at a coarser level: each term once in a case.

        Args:
            events: Canonical ``report_event`` with terms of the finest level of the file.
            level: The level asked for.
            max_rejected: Share of rows (0 to 1) with unknown terms that stops.

        Raises:
            UsageError: The file has no such level.
            DataError: ``too-many-unknown-codes``.
        """
        if level not in self.levels:
            known = ", ".join(self.levels)
            raise UsageError(f"the hierarchy has no level '{level}'; levels: {known}")
        ledger = Ledger("event hierarchy", max_rejected)
        finest = self.levels[0]
        rows = events[events["level"] == finest]
        ledger.start("report_event", len(rows))
        parent = self.terms.drop_duplicates(finest).set_index(finest, drop=False)[level]
        lifted = rows["term"].map(parent)
        reject_values(rows["term"], lifted.isna(), "report_event", "term", ledger)
        rows = rows.assign(term=lifted, level=level)[lifted.notna()]
        ledger.step("report_event", "the term is not in the hierarchy", len(rows))
        once = rows.drop_duplicates(["case_id", "term"])
        ledger.step("report_event", f"another term of the same {level} in the case", len(once))
        return once.reset_index(drop=True), ledger


def read_event_hierarchy(source: Source, ledger: Ledger) -> EventHierarchy:
    """Return the hierarchy of a user's file: columns among llt, pt, hlt, hlgt, soc.

    A term with several parents needs the column ``primary`` to say which path counts; the others
    are left out and counted.

    Raises:
        DataError: ``too-few-levels``, ``empty-term``, ``several-parents``.
    """
    rows = read_table(source, EVENTS, ledger)
    levels = tuple(level for level in LEVELS if rows[level].notna().any())
    problems = []
    if len(levels) < 2:
        message = f"columns of levels: {', '.join(levels) or 'none'}, expected two or more"
        problems.append(Problem("too-few-levels", message, "events"))
    empty = int(rows[list(levels)].isna().any(axis=1).sum())
    if empty:
        problems.append(Problem("empty-term", f"{empty} rows lack a level's term", "events"))
    if problems:
        raise DataError("the hierarchy is not usable", where=ledger.source, problems=problems)
    if rows["primary"].notna().any():
        kept = rows[rows["primary"].str.lower().isin(_PRIMARY)]
        ledger.step("events", "a path that is not the primary one", len(kept))
        ledger.decide("secondary-path", "events", len(rows) - len(kept), "the primary path counts")
        lost = int((~rows[levels[0]].drop_duplicates().isin(kept[levels[0]])).sum())
        ledger.decide("no-primary-path", "events", lost, "terms without a primary path: unknown")
        rows = kept
    paths = rows[list(levels)].drop_duplicates(ignore_index=True)
    _refuse_several_parents(paths, levels, ledger)
    return EventHierarchy(paths, levels)


def _refuse_several_parents(paths: pd.DataFrame, levels: tuple[str, ...], ledger: Ledger) -> None:
    """Refuse a finest term with several parents at any level: its events would be repeated."""
    problems = []
    for level in levels[1:]:
        parents = paths.groupby(levels[0])[level].nunique()
        several = parents[parents > 1]
        if len(several):
            message = (
                f"{len(several)} terms have several of {level} (such as '{several.index[0]}'), "
                "expected one"
            )
            remedy = "add the column 'primary' that says which path counts"
            problems.append(Problem("several-parents", message, f"events, column {level}", remedy))
    if problems:
        raise DataError("terms have several parents", where=ledger.source, problems=problems)
