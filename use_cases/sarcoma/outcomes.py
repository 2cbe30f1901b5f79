"""Time to an outcome in days from an origin, of every person of the schema."""

from __future__ import annotations

import pandas as pd

from .reading import Tables

OUTCOMES = {
    "os": "death of any cause",
    "rfs": "local recurrence, distant metastasis or death",
    "lr": "local recurrence; death before it is a competing event",
    "dm": "distant metastasis; death before it is a competing event",
}
ORIGINS = ("surgery", "diagnosis")
_RELAPSES = {
    "rfs": ("local_recurrence", "distant_metastasis"),
    "lr": ("local_recurrence",),
    "dm": ("distant_metastasis",),
}


def origin_of(tables: Tables, origin: str) -> pd.Series:
    """Return each person's day zero: first surgery, or diagnosis; missing where there is none."""
    dates = tables.tumour.set_index("person_id")["dx_date"]
    if origin == "surgery":
        return tables.first("procedure", "surgery").reindex(dates.index)
    return dates


def outcome_table(tables: Tables, outcome: str, origin: str) -> pd.DataFrame:
    """Return one row a person: case, person, origin, time, event, competing and, if known, centre.

    ``time`` is days from the origin to the outcome, to a competing death or to the end of
    follow-up, the earliest; ``event`` is 1 where the outcome was seen, and a competing death is
    censored (a cause-specific outcome) with ``competing`` 1. Nothing is mended here: times may be
    0, negative or missing.
    """
    zero = origin_of(tables, origin)
    persons = zero.index
    death = tables.death.set_index("person_id")["date"].reindex(persons)
    last = tables.observation_period.set_index("person_id")["end"].reindex(persons)
    end = pd.concat([last, death], axis=1).min(axis=1)
    seen = death.where(death <= end)
    if outcome == "os":
        first, competing = seen, pd.Series(pd.NaT, index=persons)
    else:
        relapse = _first_relapse(tables, outcome, zero).where(lambda day: day <= end)
        first = relapse if outcome != "rfs" else pd.concat([relapse, seen], axis=1).min(axis=1)
        competing = seen.where(first.isna()) if outcome != "rfs" else pd.Series(pd.NaT, persons)
    stop = first.fillna(end)
    table = pd.DataFrame(
        {
            "case": persons.astype(str),
            "person": persons.astype(str),
            "origin": zero.to_numpy(),
            "time": (stop - zero).dt.days.to_numpy(dtype=float),
            "event": first.notna().astype(int).to_numpy(),
            "competing": competing.notna().astype(int).to_numpy(),
        }
    )
    centre = tables.tumour["centre"]
    return table.assign(centre=centre.to_numpy()) if centre.notna().any() else table


def _first_relapse(tables: Tables, outcome: str, zero: pd.Series) -> pd.Series:
    """Return the first relapse of the kinds an outcome counts, by person, whatever its date."""
    rows = tables.condition[tables.condition["event"].isin(_RELAPSES[outcome])]
    return rows.groupby("person_id")["date"].min().reindex(zero.index)
