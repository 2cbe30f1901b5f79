"""The four tables of a BNPV-like extract: cases, effects, drugs, notifiers.

Columns by name, in French or English; which levels of the event hierarchy stand in the effects
follows from their filled columns. A case with several suspect drugs counts in each of them: sums
over drugs are of case x drug pairs, not of cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from workbench.errors import DataError, Problem

from .bnpv_contracts import CASES, DRUGS, EFFECTS, GRAINS, NOTIFIERS, ROLES, SERIOUS
from .canonical import Reading
from .contracts import check_tables
from .delimited import Source, read_table
from .ledger import MOST_REJECTED, Ledger
from .report_tables import LEVELS, assemble, chosen_reports, reject_values, roles_of
from .values import ages, dates, sexes


@dataclass(frozen=True)
class Chosen:
    """Which reports are taken; each choice is a step of the flow.

    Attributes:
        countries: As the source writes them; none takes all.
        years: First and last year of receipt; None takes all.
        kinds: Kinds of case, such as spontaneous; none takes all.
    """

    countries: Sequence[str] = ()
    years: tuple[int, int] | None = None
    kinds: Sequence[str] = ()


def read_bnpv(
    sources: Mapping[str, Source],
    chosen: Chosen | None = None,
    *,
    known_products: Sequence[str] | None = None,
    max_rejected: float = MOST_REJECTED,
) -> Reading:
    """Read the four tables.

    Args:
        sources: ``cases``, ``effects``, ``drugs``, ``notifiers``.
        chosen: Which reports; all where None.
        known_products: Codes that exist at the grain of the drugs; a filled code that is not among
            them goes to the rejects. Not checked where None.
        max_rejected: Share of drug rows (0 to 1) with unknown roles or codes that stops.

    Returns:
        ``report``, ``report_drug`` and ``report_event``, one row a level that is filled.

    Raises:
        DataError: ``missing-table``, ``missing-column``, ``no-level``, ``conflicting-case``,
            ``filter-on-empty-column``, ``too-many-unknown-codes``.
    """
    ledger = Ledger("BNPV-like", max_rejected)
    check_tables(sources, ["cases", "effects", "drugs", "notifiers"], ledger.source)
    chosen = chosen or Chosen()
    cases = _cases(read_table(sources["cases"], CASES, ledger), ledger)
    cases = _of_kinds(cases, chosen.kinds, ledger)
    report = _reports(cases, read_table(sources["notifiers"], NOTIFIERS, ledger), ledger)
    report = chosen_reports(report, ledger, countries=chosen.countries, years=chosen.years)
    drugs = _drugs(read_table(sources["drugs"], DRUGS, ledger), known_products, ledger)
    events = _events(read_table(sources["effects"], EFFECTS, ledger), ledger)
    return assemble(report, drugs, events, ledger)


def _cases(rows: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Return one row a case; whole rows that repeat are counted, rows that differ are refused."""
    ledger.start("report", len(rows))
    named = rows[rows["case_id"].notna()]
    ledger.step("report", "without a case number", len(named))
    ledger.decide("no-case-number", "report", len(rows) - len(named), "left out")
    once = named.drop_duplicates()
    ledger.step("report", "the same row again", len(once))
    ledger.decide("duplicated-row", "report", len(named) - len(once), "whole rows: one is kept")
    repeated = once[once.duplicated("case_id")]
    if len(repeated):
        names = ", ".join(f"'{case}'" for case in repeated["case_id"].head(5))
        message = f"{len(repeated)} cases stand in rows that differ: {names}"
        problem = Problem("conflicting-case", message, "cases", "keep the last version of each")
        raise DataError("a case is told twice", where=ledger.source, problems=[problem])
    return once


def _of_kinds(cases: pd.DataFrame, kinds: Sequence[str], ledger: Ledger) -> pd.DataFrame:
    """Return the cases of some kinds."""
    if not kinds:
        return cases
    if cases["kind"].isna().all():
        problem = Problem("filter-on-empty-column", "no case says its kind", "cases, column kind")
        raise DataError("a choice has no column", where=ledger.source, problems=[problem])
    kept = cases[cases["kind"].str.lower().isin([kind.lower() for kind in kinds])]
    ledger.step("report", f"of another kind than {', '.join(kinds)}", len(kept))
    return kept


def _reports(cases: pd.DataFrame, notifiers: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Return ``report``."""
    named = notifiers.dropna().drop_duplicates()
    by_case = named.groupby("case_id")["notifier"].agg(lambda kinds: " + ".join(sorted(kinds)))
    several = int(
        by_case[by_case.index.isin(cases["case_id"])].str.contains(" + ", regex=False).sum()
    )
    ledger.decide("several-notifiers", "report", several, "all are named, joined by ' + '")
    serious = cases["serious"].str.lower().map(SERIOUS)
    unknown = int((cases["serious"].notna() & serious.isna()).sum())
    ledger.decide("unknown-seriousness", "report", unknown, "seriousness is set missing")
    return pd.DataFrame(
        {
            "case_id": cases["case_id"],
            "received": dates(cases["received"], "report", ledger),
            "onset": dates(cases["onset"], "report", ledger),
            "age_years": ages(cases["age"], cases["age_unit"], "report", ledger),
            "sex": sexes(cases["sex"], "report", ledger),
            "serious": serious.astype("boolean"),
            "notifier": cases["case_id"].map(by_case),
            "country": cases["country"],
        }
    )


def _drugs(rows: pd.DataFrame, known: Sequence[str] | None, ledger: Ledger) -> pd.DataFrame:
    """Return ``report_drug``; a row without a known grain has no product."""
    role, has_role = roles_of(rows["role"], ROLES, "drugs", ledger)
    grain = rows["grain"].str.lower().map(GRAINS)
    coded = rows["product"].notna()
    reject_values(rows["grain"], coded & grain.isna(), "drugs", "grain", ledger)
    product = rows["product"].where(grain.notna())
    if known is not None:
        strange = product.notna() & ~product.isin(list(known))
        reject_values(rows["product"], strange, "drugs", "product", ledger)
        product = product.mask(strange)
    message = "no product code: the name as written stays"
    ledger.decide("uncoded-drug", "drugs", int(product.isna().sum()), message)
    return rows.assign(role=role, grain=grain, product=product)[has_role]


def _events(rows: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Return ``report_event``: one row a filled level of each effect.

    Raises:
        DataError: ``no-level``: no column of a level is filled.
    """
    filled = [level for level in LEVELS if rows[level].notna().any()]
    if not filled and len(rows):
        message = f"no column of a level is filled, expected some of {', '.join(LEVELS)}"
        problem = Problem("no-level", message, "effects", "name the columns by their level")
        raise DataError("the effects have no terms", where=ledger.source, problems=[problem])
    empty = int(rows[filled].isna().all(axis=1).sum()) if filled else 0
    ledger.decide("effect-without-term", "effects", empty, "no level is filled: left out")
    long = rows.melt("case_id", filled, "level", "term")
    return long[long["term"].notna()]
