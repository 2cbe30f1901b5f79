"""Dated rows of a simulated cohort: operations, drugs, visits, conditions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .observed import Observed
from .streams import Streams

Days = NDArray[Any]
_FIRST_DAY = np.datetime64("2010-01-01")
_CYCLE_DAYS = 21
_CYCLES = 5
_REGIMEN = (("L01DB01", "hospital"), ("L01AA06", "hospital"))  # doxorubicin, ifosfamide


def dates(seen: Observed, day: Days | float, rows: NDArray[np.bool_] | slice) -> pd.Series:
    """Return days from time zero as ISO dates."""
    days = np.broadcast_to(np.asarray(day, dtype=float), seen.zero.shape)[rows] + seen.zero[rows]
    dates = _FIRST_DAY + days.astype(np.int64).astype("timedelta64[D]")
    return pd.Series(np.datetime_as_string(dates, unit="D"), dtype="object")


def rows(seen: Observed, ids: np.ndarray, day: Days | float, **columns: Any) -> pd.DataFrame:
    """Return a row for each person whose day falls within follow-up; columns are constants."""
    days = np.broadcast_to(np.asarray(day, dtype=float), seen.end_day.shape)
    within = days <= seen.end_day
    table = pd.DataFrame({"person_id": ids[within], "date": dates(seen, days, within)})
    return table.assign(**{n: v[within] if np.ndim(v) else v for n, v in columns.items()})


def _numbered(parts: list[pd.DataFrame], name: str, letter: str) -> pd.DataFrame:
    """Return rows of several kinds in order of person and date, numbered."""
    table = pd.concat(parts, ignore_index=True)
    table = table.sort_values(["person_id", "date"], kind="stable", ignore_index=True)
    return table.assign(**{name: [f"{letter}{number:07d}" for number in range(1, len(table) + 1)]})


def procedure(seen: Observed, ids: np.ndarray, streams: Streams) -> pd.DataFrame:
    """Return biopsy, surgery and radiotherapy."""
    irradiated = streams("radiotherapy").random(len(ids)) < 0.35 + 0.2 * seen.persons.deep
    after = streams("radiotherapy day").integers(35, 110, len(ids))
    radiotherapy = np.where(irradiated, seen.surgery + after, np.inf)
    parts = [
        rows(seen, ids, (seen.persons.diagnosis - seen.zero).astype(float), kind="biopsy"),
        rows(seen, ids, seen.surgery, kind="surgery"),
        rows(seen, ids, radiotherapy, kind="rt"),
    ]
    return _numbered(parts, "procedure_id", "X")


def drug(seen: Observed, ids: np.ndarray) -> pd.DataFrame:
    """Return the cycles of doxorubicin and ifosfamide; none where claims are not linked."""
    start = np.where(seen.linked & np.isfinite(seen.treated_day), seen.treated_day, np.inf)
    parts = [
        rows(seen, ids, start + _CYCLE_DAYS * cycle, atc=atc, source=source, quantity=1.0, days=1)
        for cycle in range(_CYCLES)
        for atc, source in _REGIMEN
    ]
    return _numbered(parts, "drug_id", "D")


def visit(seen: Observed, ids: np.ndarray, streams: Streams) -> pd.DataFrame:
    """Return visits with performance status: before time zero, at a complication, once a year."""
    ecog = seen.persons.ecog
    now = ecog + seen.worse_ecog * (seen.complication <= seen.end_day)
    before = -np.floor(streams("visit").uniform(1, 8, len(ids)))
    parts = [
        rows(seen, ids, before, kind="consultation", ecog=ecog),
        rows(seen, ids, seen.complication, kind="stay", ecog=ecog + seen.worse_ecog),
        *(rows(seen, ids, 365.0 * year, kind="consultation", ecog=now) for year in range(1, 6)),
    ]
    table = _numbered(parts, "visit_id", "V")
    return table.assign(ecog=table["ecog"].astype("int64"))


def condition(seen: Observed, ids: np.ndarray, streams: Streams) -> pd.DataFrame:
    """Return complications, fractures and relapses.

    Most who die had metastases before; some relapses are cured, in proportion to grade.
    """
    random = streams("relapse").random((4, len(ids)))
    fatal = seen.died & (random[0] < 0.85) & (seen.end_day > 60)
    far = np.where(fatal, np.maximum(np.ceil(seen.end_day * (0.35 + 0.5 * random[1])), 30), np.inf)
    local = random[2] < 0.05 + 0.05 * seen.persons.margin
    near = np.where(local, np.ceil(120 + 1500 * random[3]), np.inf)
    parts = [
        rows(seen, ids, seen.complication, icd10="T81", event="complication"),
        rows(seen, ids, seen.fracture_day, icd10="S72", event="fracture"),
        rows(seen, ids, far, icd10="C78.0", event="distant_metastasis"),
        rows(seen, ids, near, icd10="C49", event="local_recurrence"),
    ]
    return _numbered(parts, "condition_id", "K")
