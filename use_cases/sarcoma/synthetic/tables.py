"""The tables of a simulated cohort, as a registry and claims would hold them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .dated import condition, dates, drug, procedure, rows, visit
from .gaps import lose
from .histology import HISTOLOGIES
from .knobs import Knobs
from .observed import Observed, observe
from .persons import REGIONS, SITE_SHARES, SITES, draw_persons
from .streams import Streams

_MORPHOLOGY = np.array([h.morphology for h in HISTOLOGIES.values()])


def draw_tables(knobs: Knobs, seed: int) -> dict[str, pd.DataFrame]:
    """Return the tables of a cohort by name.

    Args:
        knobs: Settings; all grades and margins are drawn, eligibility is the protocol's.
        seed: The same gives the same tables.
    """
    streams = Streams(seed)
    seen = observe(draw_persons(knobs.n, knobs, streams), knobs, streams)
    ids = np.array([f"P{number:06d}" for number in range(1, knobs.n + 1)])
    return {
        "person": _person(seen, ids, streams),
        "tumour": lose(_tumour(seen, ids, streams), seen.persons, knobs, streams),
        "procedure": procedure(seen, ids, streams),
        "drug": drug(seen, ids),
        "visit": visit(seen, ids, streams),
        "condition": condition(seen, ids, streams),
        "death": _death(seen, ids, streams),
        "observation_period": _observation(seen, ids),
        "linkage": _linkage(seen, ids, streams),
    }


def some_persons(tables: dict[str, pd.DataFrame], limit: int) -> dict[str, pd.DataFrame]:
    """Return the rows of at most ``limit`` persons, with and without a death in turn."""
    persons = tables["person"]["person_id"]
    turn = persons.groupby(persons.isin(tables["death"]["person_id"])).cumcount()
    kept = set(persons[turn.sort_values(kind="stable").index[:limit]])
    return {
        name: table[table["person_id"].isin(kept)].reset_index(drop=True)
        for name, table in tables.items()
    }


def _person(seen: Observed, ids: np.ndarray, streams: Streams) -> pd.DataFrame:
    """Return sex, birth year and region."""
    who = seen.persons
    born = 2010 + who.diagnosis / 365.25 - who.age_years
    region = streams("region").integers(1, REGIONS + 1, len(ids))
    return pd.DataFrame(
        {
            "person_id": ids,
            "sex": np.where(who.female == 1, "female", "male"),
            "birth_year": np.floor(born).astype(np.int64),
            "region": np.char.add("R", np.char.zfill(region.astype(str), 2)),
        }
    )


def _tumour(seen: Observed, ids: np.ndarray, streams: Streams) -> pd.DataFrame:
    """Return the tumour as pathology and radiology describe it."""
    who = seen.persons
    edges = np.cumsum(SITE_SHARES)[:-1]
    site = np.searchsorted(edges, streams("site").random(len(ids)), side="right")
    margins = np.array(["R0", "R1", "R2"])[who.margin]
    discussed = streams("board").random(len(ids)) < np.where(who.expert == 1, 0.75, 0.2)
    return pd.DataFrame(
        {
            "person_id": ids,
            "dx_date": dates(seen, who.diagnosis - seen.zero, slice(None)),
            "site": np.array(SITES)[site],
            "histology_icdo3": _MORPHOLOGY[who.histology],
            "fnclcc_grade": pd.array(who.grade, dtype="Int64"),
            "size_mm": who.size_mm,
            "depth": np.where(who.deep == 1, "deep", "superficial"),
            "margins": np.where(np.isfinite(seen.surgery), margins, "RX"),
            "mtb_before": discussed,
            "expert_centre": who.expert == 1,
            "centre": [f"C{number + 1:02d}" for number in who.centre],
        }
    )


def _death(seen: Observed, ids: np.ndarray, streams: Streams) -> pd.DataFrame:
    """Return deaths; recent causes are not known yet, as in national claims."""
    random = streams("cause").random(len(ids))
    cause = np.where(random < 0.8, "sarcoma", "other")
    recent = seen.zero + seen.end_day > 4380
    cause = np.where(recent, "unknown", cause)
    return rows(seen, ids, np.where(seen.died, seen.end_day, np.inf), cause=cause)


def _observation(seen: Observed, ids: np.ndarray) -> pd.DataFrame:
    """Return from when to when each person was followed."""
    reason = np.select([seen.died, seen.administrative], ["death", "end_of_study"], "lost")
    return pd.DataFrame(
        {
            "person_id": ids,
            "start": dates(seen, seen.persons.diagnosis - seen.zero, slice(None)),
            "end": dates(seen, seen.end_day, slice(None)),
            "reason": reason,
        }
    )


def _linkage(seen: Observed, ids: np.ndarray, streams: Streams) -> pd.DataFrame:
    """Return whose claims were found: half of the lost have none, half a doubtful match."""
    random = streams("match quality").random((2, len(ids)))
    doubtful = ~seen.linked & (random[0] < 0.5)
    claims = np.where(seen.linked | doubtful, np.char.replace(ids, "P", "S"), "")
    low = np.where(doubtful, 0.4 + 0.3 * random[1], 0)
    quality = np.where(seen.linked, 1 - 0.05 * random[1], low)
    return pd.DataFrame(
        {
            "person_id": ids,
            "claims_id": claims,
            "match_quality": quality.round(3),
            "method": np.where(claims == "", "none", "deterministic"),
        }
    )
