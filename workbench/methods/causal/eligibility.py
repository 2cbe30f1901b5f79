"""Who may take part: time zero, the criteria in their order, and how many each left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.causal.criteria import COLUMNS, Criterion
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.schema_tables import SchemaTables, days_between
from workbench.methods.causal.table_checks import sound_tables

CHEMOTHERAPY = "L01"
METASTASIS = "distant_metastasis"
_TIME_ZERO = {
    "surgery": "no surgery recorded",
    "diagnosis": "no day of diagnosis recorded",
    "mtb": "no board meeting recorded",
}
# What is known from surgery on cannot select people before it.
_AFTER_SURGERY = ("margins", "r0_or_r1")


@dataclass(frozen=True, eq=False)
class Eligible:
    """Eligible persons.

    Attributes:
        people: One row a person, indexed by ``person_id``: columns of ``person`` and ``tumour``,
            ``zero`` (date), ``age`` (years at time zero), ``match_quality`` where linkage is known,
            ``end_day`` and ``reason`` of observation.
        flow: Steps with ``step``, ``kept``, ``excluded``, ``reason``.
        excluded: Columns ``person``, ``reason``.
        warnings: What is odd in the tables and does not stop: ``code, rows, message, remedy``.
    """

    people: pd.DataFrame
    flow: list[dict[str, object]]
    excluded: pd.DataFrame
    warnings: pd.DataFrame


def eligible_persons(tables: SchemaTables, protocol: Protocol) -> Eligible:
    """Apply a protocol's criteria one after the other.

    A person without a value for a criterion is not eligible. After the criteria, people without a
    day of follow-up after time zero are left out: whoever dies on the day of surgery has followed
    no strategy.

    Raises:
        DataError: ``known-after-time-zero``: a criterion looks at margins before surgery;
            ``no-column``: a criterion needs a column that no table has; ``no-persons``; and what
            :func:`sound_tables` finds.
    """
    _check_order(protocol)
    everybody = _people(tables, protocol)
    tables, unsound, warnings = sound_tables(tables, everybody["zero"], protocol)
    people = everybody[~everybody.index.isin(unsound["person"])]
    flow = [_step("in the tables", everybody, everybody, "")]
    if len(unsound):
        flow.append(_step("sound rows", everybody, people, "rows that contradict each other"))
    left_out: list[pd.DataFrame] = [unsound]

    def keep(name: str, rows: NDArray[np.bool_], reason: str) -> None:
        nonlocal people
        gone = people.index[~rows]
        left_out.append(pd.DataFrame({"person": gone.astype(str), "reason": reason}))
        after = people[rows]
        flow.append(_step(name, people, after, reason))
        people = after

    dated = people["zero"].notna().to_numpy()
    keep("time zero", dated, _TIME_ZERO[protocol.time_zero])
    people = people.assign(
        age=people["zero"].dt.year + (people["zero"].dt.dayofyear - 0.5) / 365.25
        - people["birth_year"].astype("float64") - 0.5,
        start_day=days_between(people["zero"], people["start"]),
        end_day=days_between(people["zero"], people["end"]),
    )  # fmt: skip
    for criterion in protocol.criteria:
        keep(criterion.text, _holds(criterion, people, tables), f"not: {criterion.text}")
    followed = (people["end_day"] > 0) & (people["start_day"] <= 0)
    keep("follow-up", followed.to_numpy(), "no follow-up after time zero")
    if not len(people):
        raise DataError(
            "nobody is eligible",
            problems=[
                Problem("no-persons", f"{step['kept']} left after '{step['step']}'")
                for step in flow
            ],
        )
    return Eligible(people, flow, pd.concat(left_out, ignore_index=True), warnings)


def _people(tables: SchemaTables, protocol: Protocol) -> pd.DataFrame:
    """Return persons with their first tumour, time zero and observation."""
    tumour = tables.tumour.sort_values("dx_date", kind="stable").drop_duplicates("person_id")
    people = tables.person.merge(tumour, on="person_id", how="inner", suffixes=("", "_tumour"))
    people = people.merge(tables.observation_period, on="person_id", how="left")
    if len(tables.linkage):
        columns = ["person_id", "match_quality"]
        people = people.merge(tables.linkage[columns], on="person_id", how="left")
    people = people.set_index("person_id").sort_index()
    if protocol.time_zero == "diagnosis":
        return people.assign(zero=people["dx_date"])
    if protocol.time_zero == "surgery":
        rows = tables.procedure[tables.procedure["kind"] == "surgery"]
    else:
        rows = tables.visit
        rows = rows[rows["kind"] == "mtb"] if "kind" in rows.columns else rows.head(0)
    return people.assign(zero=rows.groupby("person_id")["date"].min().reindex(people.index))


def _holds(criterion: Criterion, people: pd.DataFrame, tables: SchemaTables) -> NDArray[np.bool_]:
    """Say who meets a criterion."""
    if criterion.compare != "rule":
        column = COLUMNS[criterion.name]
        return criterion.holds(_column(people, column, criterion.text))
    if criterion.name == "r0_or_r1":
        return np.asarray(_column(people, "margins", criterion.text).isin(["R0", "R1"]))
    if criterion.name == "alive_at_time_zero":
        return np.asarray((people["end_day"] >= 0) & (people["start_day"] <= 0))
    if criterion.name == "no_chemo_before":
        rows = tables.drug[tables.drug["atc"].astype(str).str.startswith(CHEMOTHERAPY)]
        return np.asarray(~(tables.first_day(rows, people["zero"]) < 0))
    if criterion.name == "operated":
        rows = tables.procedure[tables.procedure["kind"] == "surgery"]
        return np.asarray(tables.first_day(rows, people["zero"]).notna())
    spread = tables.condition[tables.condition["event"] == METASTASIS]
    return np.asarray(~(tables.first_day(spread, people["zero"]) <= 0))


def _column(people: pd.DataFrame, name: str, text: str) -> pd.Series:
    if name not in people.columns:
        raise DataError(
            f"criterion '{text}' needs the column '{name}', which no table has",
            problems=[Problem("no-column", f"no column '{name}'", f"eligibility, '{text}'")],
        )
    return people[name]


def _step(name: str, before: pd.DataFrame, after: pd.DataFrame, reason: str) -> dict[str, object]:
    excluded = len(before) - len(after)
    return {"step": name, "kept": len(after), "excluded": excluded, "reason": reason}


def _check_order(protocol: Protocol) -> None:
    """Refuse to select at time zero by what only surgery shows later."""
    if protocol.time_zero == "surgery":
        return
    late = [one.text for one in protocol.criteria if one.name in _AFTER_SURGERY]
    if late:
        raise DataError(
            "a criterion looks into the future of time zero",
            problems=[
                Problem(
                    "known-after-time-zero",
                    f"'{text}' is known from surgery on, and time zero is {protocol.time_zero}",
                    "eligibility",
                    "leave it out: it would select by what the strategies change",
                )
                for text in late
            ],
        )
