"""The tables of a simulated cohort, as a registry and claims would hold them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .gaps import lose
from .histology import HISTOLOGIES
from .knobs import Knobs
from .observed import Observed, observe
from .persons import REGIONS, SITE_SHARES, SITES, draw_persons
from .streams import Streams

Days = NDArray[Any]
_FIRST_DAY = np.datetime64("2010-01-01")
_MORPHOLOGY = np.array([h.morphology for h in HISTOLOGIES.values()])
_CYCLE_DAYS = 21
_CYCLES = 5
_REGIMEN = (("L01DB01", "hospital"), ("L01AA06", "hospital"))  # doxorubicin, ifosfamide


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
        "procedure": _procedure(seen, ids, streams),
        "drug": _drug(seen, ids),
        "visit": _visit(seen, ids, streams),
        "condition": _condition(seen, ids, streams),
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


def _date(seen: Observed, day: Days | float, rows: NDArray[np.bool_] | slice) -> pd.Series:
    """Return days from time zero as ISO dates."""
    days = np.broadcast_to(np.asarray(day, dtype=float), seen.zero.shape)[rows] + seen.zero[rows]
    dates = _FIRST_DAY + days.astype(np.int64).astype("timedelta64[D]")
    return pd.Series(np.datetime_as_string(dates, unit="D"), dtype="object")


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
            "dx_date": _date(seen, who.diagnosis - seen.zero, slice(None)),
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


def _rows(seen: Observed, ids: np.ndarray, day: Days | float, **columns: Any) -> pd.DataFrame:
    """Return a row for each person whose day falls within follow-up; columns are constants."""
    days = np.broadcast_to(np.asarray(day, dtype=float), seen.end_day.shape)
    rows = days <= seen.end_day
    table = pd.DataFrame({"person_id": ids[rows], "date": _date(seen, days, rows)})
    return table.assign(**{n: v[rows] if np.ndim(v) else v for n, v in columns.items()})


def _numbered(parts: list[pd.DataFrame], name: str, letter: str) -> pd.DataFrame:
    """Return rows of several kinds in order of person and date, numbered."""
    table = pd.concat(parts, ignore_index=True)
    table = table.sort_values(["person_id", "date"], kind="stable", ignore_index=True)
    return table.assign(**{name: [f"{letter}{number:07d}" for number in range(1, len(table) + 1)]})


def _procedure(seen: Observed, ids: np.ndarray, streams: Streams) -> pd.DataFrame:
    """Return biopsy, surgery and radiotherapy."""
    irradiated = streams("radiotherapy").random(len(ids)) < 0.35 + 0.2 * seen.persons.deep
    after = streams("radiotherapy day").integers(35, 110, len(ids))
    radiotherapy = np.where(irradiated, seen.surgery + after, np.inf)
    parts = [
        _rows(seen, ids, (seen.persons.diagnosis - seen.zero).astype(float), kind="biopsy"),
        _rows(seen, ids, seen.surgery, kind="surgery"),
        _rows(seen, ids, radiotherapy, kind="rt"),
    ]
    return _numbered(parts, "procedure_id", "X")


def _drug(seen: Observed, ids: np.ndarray) -> pd.DataFrame:
    """Return the cycles of doxorubicin and ifosfamide; none where claims are not linked."""
    start = np.where(seen.linked & np.isfinite(seen.treated_day), seen.treated_day, np.inf)
    parts = [
        _rows(seen, ids, start + _CYCLE_DAYS * cycle, atc=atc, source=source, quantity=1.0, days=1)
        for cycle in range(_CYCLES)
        for atc, source in _REGIMEN
    ]
    return _numbered(parts, "drug_id", "D")


def _visit(seen: Observed, ids: np.ndarray, streams: Streams) -> pd.DataFrame:
    """Return visits with performance status: before time zero, at a complication, once a year."""
    ecog = seen.persons.ecog
    now = ecog + seen.worse_ecog * (seen.complication <= seen.end_day)
    before = -np.floor(streams("visit").uniform(1, 8, len(ids)))
    parts = [
        _rows(seen, ids, before, kind="consultation", ecog=ecog),
        _rows(seen, ids, seen.complication, kind="stay", ecog=ecog + seen.worse_ecog),
        *(_rows(seen, ids, 365.0 * year, kind="consultation", ecog=now) for year in range(1, 6)),
    ]
    table = _numbered(parts, "visit_id", "V")
    return table.assign(ecog=table["ecog"].astype("int64"))


def _condition(seen: Observed, ids: np.ndarray, streams: Streams) -> pd.DataFrame:
    """Return complications, fractures and relapses.

    Most who die had metastases before; some relapses are cured, in proportion to grade.
    """
    random = streams("relapse").random((4, len(ids)))
    fatal = seen.died & (random[0] < 0.85) & (seen.end_day > 60)
    far = np.where(fatal, np.maximum(np.ceil(seen.end_day * (0.35 + 0.5 * random[1])), 30), np.inf)
    local = random[2] < 0.05 + 0.05 * seen.persons.margin
    near = np.where(local, np.ceil(120 + 1500 * random[3]), np.inf)
    parts = [
        _rows(seen, ids, seen.complication, icd10="T81", event="complication"),
        _rows(seen, ids, seen.fracture_day, icd10="S72", event="fracture"),
        _rows(seen, ids, far, icd10="C78.0", event="distant_metastasis"),
        _rows(seen, ids, near, icd10="C49", event="local_recurrence"),
    ]
    return _numbered(parts, "condition_id", "K")


def _death(seen: Observed, ids: np.ndarray, streams: Streams) -> pd.DataFrame:
    """Return deaths; recent causes are not known yet, as in national claims."""
    random = streams("cause").random(len(ids))
    cause = np.where(random < 0.8, "sarcoma", "other")
    recent = seen.zero + seen.end_day > 4380
    cause = np.where(recent, "unknown", cause)
    return _rows(seen, ids, np.where(seen.died, seen.end_day, np.inf), cause=cause)


def _observation(seen: Observed, ids: np.ndarray) -> pd.DataFrame:
    """Return from when to when each person was followed."""
    reason = np.select([seen.died, seen.administrative], ["death", "end_of_study"], "lost")
    return pd.DataFrame(
        {
            "person_id": ids,
            "start": _date(seen, seen.persons.diagnosis - seen.zero, slice(None)),
            "end": _date(seen, seen.end_day, slice(None)),
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
