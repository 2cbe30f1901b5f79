"""Days from time zero to treatment, surgery, outcome and end of follow-up, from the tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.schema_tables import SchemaTables

RELAPSES = ("local_recurrence", "distant_metastasis")
END_OF_STUDY = "end_of_study"
_MOST_NAMED = 20
Days = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FollowUp:
    """What was seen of each eligible person; arrays ``(n,)`` as in :class:`Cohort`."""

    end_day: Days
    event: NDArray[np.int8]
    administrative: NDArray[np.bool_]
    treated_day: Days
    surgery_day: Days | None


def follow_up(tables: SchemaTables, people: pd.DataFrame, protocol: Protocol) -> FollowUp:
    """Return treatment and outcome of eligible persons.

    Follow-up ends with the outcome, death or the end of observation, the first of them. A death
    recorded after observation ended is not counted: who is found in a registry of deaths after
    having been lost would be immortal had he lived. A relapse on or before day 0 counts as none (it
    is a matter of eligibility).

    Raises:
        DataError: ``treated-before-time-zero``: the strategy's drug was given before time zero (add
            ``no_chemo_before`` to the criteria); ``treated-after-end``: first given after follow-up
            ended.
    """
    zero = people["zero"]
    observed = people["end_day"].to_numpy(dtype=float)
    death = tables.first_day(tables.death, zero).to_numpy()
    death = np.where(death <= observed, death, np.inf)
    kind = protocol.outcome.event
    rows = tables.condition[tables.condition["event"].isin(RELAPSES)]
    rows = rows[rows["date"] > rows["person_id"].map(zero)]
    relapse = tables.first_day(rows, zero).to_numpy()
    relapse = np.where(relapse <= observed, relapse, np.inf)
    outcome = {"death": death, "relapse": relapse, "relapse_or_death": np.minimum(death, relapse)}
    own = outcome[kind]
    other = death if kind == "relapse" else np.full(len(own), np.inf)
    end = np.minimum(np.minimum(own, other), observed)
    event = np.where(own <= end, 1, np.where(other <= end, 2, 0)).astype(np.int8)
    administrative = (event == 0) & (people["reason"] == END_OF_STUDY).to_numpy()
    treated = _starts(tables, people, protocol, end)
    surgery = None
    if protocol.time_zero != "surgery":
        operations = tables.procedure[tables.procedure["kind"] == "surgery"]
        surgery = tables.first_day(operations, zero).to_numpy()
        surgery = np.where((surgery >= 0) & (surgery <= end), surgery, np.nan)
    return FollowUp(end, event, administrative, treated, surgery)


def atc_of(protocol: Protocol) -> tuple[str, ...]:
    """Return the beginnings of ATC codes whose first use is the start of treatment."""
    codes = [
        one.start for one in protocol.strategies.values() if one.start not in (None, "surgery")
    ]
    return tuple(part.strip() for part in str(codes[0]).split("|"))


def _starts(tables: SchemaTables, people: pd.DataFrame, protocol: Protocol, end: Days) -> Days:
    """Return the first day of a strategy's drug, NaN where there was none under observation."""
    rows = tables.drug[tables.drug["atc"].astype(str).str.startswith(atc_of(protocol))]
    first = tables.first_day(rows, people["zero"]).to_numpy()
    # After a relapse that ends follow-up treatment goes on: that start is of no concern.
    alive = people["end_day"].to_numpy(dtype=float)
    before, after = first < 0, first > alive
    names = people.index.to_numpy()
    problems = [
        Problem(code, text, f"person {names[row]}", remedy)
        for code, found, text, remedy in (
            (
                "treated-before-time-zero",
                before,
                "the strategy's drug was given before time zero",
                "add no_chemo_before to the eligibility",
            ),
            (
                "treated-after-end",
                after,
                "the strategy's drug was first given after observation ended",
                "mend the date, or the end of observation",
            ),
        )
        for row in np.flatnonzero(found)[:_MOST_NAMED].tolist()
    ]
    if problems:
        raise DataError("treatment lies outside of follow-up", problems=problems)
    return np.where(first <= end, first, np.nan)
