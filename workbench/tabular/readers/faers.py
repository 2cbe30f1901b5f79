"""Quarters of FAERS in ASCII: the last version of each case, without those the FDA deleted.

``$``-separated, without quotes. Old quarters (AERS, to 2012 Q3) call the report ISR and the case
CASE. ``prod_ai`` names the active ingredients, several separated by a backslash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from workbench.errors import DataError, Problem

from .canonical import Reading
from .contracts import Contract, check_tables
from .delimited import Source, read_table
from .encodings import detect_encoding
from .faers_contracts import DEMO, DRUG, NOTIFIERS, OUTC, REAC, ROLES
from .ledger import MOST_REJECTED, Ledger
from .report_tables import assemble, chosen_reports, roles_of
from .values import ages, dates, sexes


def read_faers(
    quarters: Sequence[Mapping[str, Source]],
    *,
    deleted: Sequence[Path | str] = (),
    countries: Sequence[str] = (),
    years: tuple[int, int] | None = None,
    max_rejected: float = MOST_REJECTED,
) -> Reading:
    """Read quarters together: a case may come again in a later one.

    Args:
        quarters: ``DEMO``, ``DRUG``, ``REAC`` and, where there is one, ``OUTC`` of each quarter.
        deleted: Files with one case number a line: cases the FDA deleted.
        countries: Countries to take; none takes all.
        years: First and last year of receipt to take.
        max_rejected: Share of drug rows (0 to 1) with an unknown role that stops.

    Returns:
        ``report``, ``report_drug`` (grain substance) and ``report_event`` (level pt).

    Raises:
        DataError: ``missing-table``, ``bad-deleted-list``, ``too-many-unknown-codes``; headers,
            encodings and lines.
    """
    ledger = Ledger("FAERS", max_rejected)
    for n, quarter in enumerate(quarters, 1):
        check_tables(quarter, ["DEMO", "DRUG", "REAC"], f"quarter {n}")
    if not quarters:
        raise DataError("no quarter was given", where="FAERS", remedy="give one quarter or more")
    demo = _stacked(quarters, DEMO, ledger)
    last = _last_versions(demo, _deleted_cases(deleted), ledger)
    case = last.set_index("primaryid")["caseid"]
    report = chosen_reports(
        _reports(last, _serious(quarters, case, ledger), ledger),
        ledger,
        countries=countries,
        years=years,
    )
    drugs = _drugs(_stacked(quarters, DRUG, ledger), case, ledger)
    reactions = _stacked(quarters, REAC, ledger)
    reactions = reactions[reactions["primaryid"].isin(case.index) & reactions["pt"].notna()]
    events = pd.DataFrame(
        {"case_id": reactions["primaryid"].map(case), "level": "pt", "term": reactions["pt"]}
    )
    return assemble(report, drugs, events, ledger)


def _stacked(
    quarters: Sequence[Mapping[str, Source]], contract: Contract, ledger: Ledger
) -> pd.DataFrame:
    """Return one table of all quarters."""
    parts = [
        read_table(quarter[contract.name], contract, ledger, delimiter="$", quotes=False)
        for quarter in quarters
        if contract.name in quarter or contract is not OUTC
    ]
    if not parts:
        return pd.DataFrame(columns=["primaryid"])
    stacked = pd.concat(parts, ignore_index=True)
    ledger.stack(contract.name, len(stacked))
    return stacked


def _last_versions(demo: pd.DataFrame, deleted: set[str], ledger: Ledger) -> pd.DataFrame:
    """Return the last version of each case that was not deleted."""
    ledger.start("report", len(demo))
    named = demo[demo["caseid"].notna() & demo["primaryid"].notna()]
    ledger.step("report", "without case or report number", len(named))
    ledger.decide("no-case-number", "report", len(demo) - len(named), "left out")
    order = {
        name: pd.to_numeric(named[name], errors="coerce").fillna(-1)
        for name in ("caseversion", "fda_dt", "primaryid")
    }
    ranked = named.assign(**{f"by_{name}": values for name, values in order.items()})
    ranked = ranked.sort_values([f"by_{name}" for name in order], kind="stable")
    last = ranked.drop_duplicates("caseid", keep="last").sort_index()
    ledger.step("report", "an earlier version of its case", len(last))
    ledger.decide("earlier-version", "report", len(named) - len(last), "the last version counts")
    kept = last[~last["caseid"].isin(deleted)]
    ledger.step("report", "deleted by the FDA", len(kept))
    ledger.decide("deleted-case", "report", len(last) - len(kept), "in the deleted list")
    return kept[list(demo.columns)]


def _reports(last: pd.DataFrame, serious: pd.Series, ledger: Ledger) -> pd.DataFrame:
    """Return ``report``, one row a case."""
    notifier = last["occp_cod"].str.lower().map(NOTIFIERS)
    unknown = int((last["occp_cod"].notna() & notifier.isna()).sum())
    ledger.decide("unknown-notifier-code", "report", unknown, "the notifier is set missing")
    fallback = last["occr_country"].isna() & last["reporter_country"].notna()
    message = "the country of the event is missing: that of the reporter"
    ledger.decide("country-of-reporter", "report", int(fallback.sum()), message)
    return pd.DataFrame(
        {
            "case_id": last["caseid"],
            "received": dates(last["fda_dt"], "report", ledger),
            "onset": dates(last["event_dt"], "report", ledger),
            "age_years": ages(last["age"], last["age_cod"], "report", ledger),
            "sex": sexes(last["sex"], "report", ledger),
            "serious": serious.reindex(last["primaryid"]).to_numpy(),
            "notifier": notifier,
            "country": last["occr_country"].fillna(last["reporter_country"]),
        }
    )


def _serious(
    quarters: Sequence[Mapping[str, Source]], case: pd.Series, ledger: Ledger
) -> pd.Series:
    """Return whether each report has a serious outcome; missing where a quarter has no OUTC."""
    if not all("OUTC" in quarter for quarter in quarters):
        ledger.decide("no-outcomes", "report", len(case), "a quarter without OUTC: missing")
        return pd.Series(pd.NA, index=case.index, dtype="boolean")
    outcomes = _stacked(quarters, OUTC, ledger)
    found = outcomes.loc[outcomes["outc_cod"].notna(), "primaryid"]
    return pd.Series(case.index.isin(found), index=case.index, dtype="boolean")


def _drugs(drug: pd.DataFrame, case: pd.Series, ledger: Ledger) -> pd.DataFrame:
    """Return ``report_drug``: one row a substance of each drug of the reports kept."""
    rows = drug[drug["primaryid"].isin(case.index)].drop_duplicates(["primaryid", "drug_seq"])
    role, known = roles_of(rows["role_cod"], ROLES, "DRUG", ledger)
    rows = rows.assign(role=role, case_id=rows["primaryid"].map(case))[known]
    rows = rows.assign(product=rows["prod_ai"].str.upper().str.split("\\"))
    several = int((rows["product"].str.len() > 1).sum())
    ledger.decide("several-substances", "DRUG", several, "one row a substance of the drug")
    rows = rows.explode("product")
    rows["product"] = rows["product"].str.strip()
    message = "no active ingredient in the file: the name as written stays, without a product"
    ledger.decide("no-substance", "DRUG", int(rows["product"].isna().sum()), message)
    return rows.assign(drug=rows["drugname"], grain="substance")


def _deleted_cases(files: Sequence[Path | str]) -> set[str]:
    """Return the case numbers of the deleted lists.

    Raises:
        DataError: ``bad-deleted-list``: a line is no number.
    """
    found: set[str] = set()
    for file in map(Path, files):
        lines = file.read_text(encoding=detect_encoding(file).name).split()
        wrong = [line for line in lines if not line.isdigit()]
        if wrong:
            message = f"'{wrong[0]}' is no case number ({len(wrong)} such lines)"
            problem = Problem("bad-deleted-list", message, str(file), "one case number a line")
            raise DataError("the deleted list is unreadable", where=str(file), problems=[problem])
        found.update(lines)
    return found
