"""Holds the tables of a registry against each other before anybody is called eligible."""

from __future__ import annotations

from dataclasses import fields, replace

import pandas as pd

from workbench.data.findings import Finding, settle
from workbench.methods.causal.check_dates import check_dates
from workbench.methods.causal.check_values import check_grades, check_sizes
from workbench.methods.causal.cohort import WARNING
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.schema_tables import SchemaTables


def sound_tables(
    tables: SchemaTables, zero: pd.Series, protocol: Protocol
) -> tuple[SchemaTables, pd.DataFrame, pd.DataFrame]:
    """Return the tables of persons whose rows do not contradict each other.

    Args:
        tables: The tables.
        zero: Time zero by person.
        protocol: Says in ``checks.bad_rows`` whether a contradiction stops or leaves the person
            out, and which links to claims are doubtful.

    Returns:
        The tables; columns ``person, reason`` of those left out; and warnings, one a code:
        ``code, rows, message, remedy``, of which none names a person.

    Raises:
        DataError: ``event-before-origin``, ``chemo-before-diagnosis``, ``death-contact-disagree``,
            ``duplicate-surgery``, all at once, each with its row; ``size-unit``.
    """
    findings = _findings(tables, zero, protocol)
    choice = "checks: {bad_rows: exclude} in the protocol"
    left_out = settle(findings, protocol.checks.bad_rows, "the tables of the registry", choice)
    gone = set(left_out["case"])
    if gone:
        frames = {one.name: getattr(tables, one.name) for one in fields(tables)}
        frames = {name: f[~f["person_id"].isin(gone)] for name, f in frames.items()}
        tables = SchemaTables(**frames)
    excluded = left_out.rename(columns={"case": "person"})[["person", "reason"]]
    return tables, excluded, _warnings(findings)


def _warnings(findings: list[Finding]) -> pd.DataFrame:
    """Return what is odd and does not stop, counted by its code."""
    odd = [one for one in findings if one.level == "warning"]
    rows = []
    for code in dict.fromkeys(one.problem.code for one in odd):
        same = [one for one in odd if one.problem.code == code]
        message = same[0].problem.message if same[0].case is None else ""
        rows.append((code, len(same), message, same[0].problem.remedy))
    return pd.DataFrame(rows, columns=WARNING)


def _findings(tables: SchemaTables, zero: pd.Series, protocol: Protocol) -> list[Finding]:
    """Return everything wrong; who has no time zero is left out by its own criterion."""
    first = tables.tumour.sort_values("dx_date", kind="stable").drop_duplicates("person_id")
    # Whoever had spread before time zero is not eligible: a criterion, and no contradiction.
    seen = replace(tables, tumour=first.sort_index(), condition=tables.condition.head(0))
    found = check_dates(seen, zero, protocol.checks.min_match_quality)
    found = [one for one in found if one.problem.code != "no-origin"]
    if "size_mm" in first:
        found += check_sizes(first, "size_mm", "tumour", "person_id")
    if "fnclcc_grade" in first:
        found += check_grades(first["fnclcc_grade"], "tumour")
    return found
