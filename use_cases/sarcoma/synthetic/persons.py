"""Draws persons and their tumours as they are at diagnosis."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from .histology import HISTOLOGIES, NAMES
from .knobs import Knobs
from .streams import Streams

Floats = NDArray[np.float64]
ACCRUAL_DAYS = 3287  # 2010-01-01 to 2018-12-31
REGIONS = 13
SITES = ("extremity", "trunk", "retroperitoneum", "head_neck")
SITE_SHARES = (0.55, 0.18, 0.22, 0.05)


@dataclass(frozen=True)
class Persons:
    """Persons at diagnosis; arrays of shape ``(n,)``.

    Attributes:
        age_years: At diagnosis.
        female: 1 or 0.
        histology: Index into ``histology.NAMES``.
        grade: FNCLCC, 1 to 3.
        size_mm: Largest diameter.
        deep: 1 where the tumour is under the fascia.
        margin: 0, 1 or 2: R0, R1, R2.
        ecog: Performance status before surgery, 0 to 2.
        centre: Number of the hospital.
        expert: 1 in an expert centre.
        unmeasured: Standard normal; no table holds it.
        diagnosis: Day of diagnosis, counted from 2010-01-01.
        centre_chemo: What the hospital adds to the log rate of chemotherapy.
        centre_death: What the hospital adds to the log hazard of death.
    """

    age_years: Floats
    female: Floats
    histology: NDArray[np.int64]
    grade: NDArray[np.int64]
    size_mm: Floats
    deep: Floats
    margin: NDArray[np.int64]
    ecog: Floats
    centre: NDArray[np.int64]
    expert: Floats
    unmeasured: Floats
    diagnosis: NDArray[np.int64]
    centre_chemo: Floats
    centre_death: Floats

    def __len__(self) -> int:
        return len(self.age_years)

    def take(self, rows: NDArray[np.int64]) -> Persons:
        """Return some persons."""
        return Persons(*(getattr(self, field.name)[rows] for field in fields(self)))


def draw_persons(n: int, knobs: Knobs, streams: Streams, *, many_centres: bool = False) -> Persons:
    """Draw ``n`` persons with a localised sarcoma that is operated on.

    Args:
        n: How many.
        knobs: Settings.
        streams: Random numbers.
        many_centres: Each person is of a centre of its own, with an effect of its own: averages do
            not depend on which few centres were drawn.
    """
    histology = _pick(streams("histology"), _shares(knobs), n)
    by_histology = np.array([h.grades for h in HISTOLOGIES.values()]).cumsum(axis=1)
    place = streams("grade").random(n)[:, None]
    grade = 1 + np.minimum((place >= by_histology[histology]).sum(axis=1), 2)
    age = np.clip(streams("age").normal(60 + 4 * knobs.shift, 15, n), 18, 95)
    size = np.exp(
        streams("size").normal(np.log(75) + 0.12 * (grade - 2) + 0.15 * knobs.shift, 0.62, n)
    )
    centre = np.floor(knobs.centres * streams("centre").random(n) ** 1.5).astype(np.int64)
    expert = (centre < max(1, knobs.centres // 3)).astype(float)
    wear = streams("ecog").normal(0, 1, n) + 0.04 * (age - 60)
    effect_of = np.arange(n) if many_centres else centre
    effects = n if many_centres else knobs.centres
    spread = streams("centre effects").normal(0, knobs.centre_spread, (2, effects))
    return Persons(
        age_years=age,
        female=(streams("sex").random(n) < 0.47).astype(float),
        histology=histology,
        grade=grade,
        size_mm=np.round(np.clip(size, 8, 420)),
        deep=(streams("depth").random(n) < 0.72).astype(float),
        margin=_pick(streams("margin"), np.array([0.66, 0.29, 0.05]), n),
        ecog=np.digitize(wear, [0.4, 1.6]).astype(float),
        centre=centre,
        expert=expert,
        unmeasured=streams("unmeasured").normal(0, 1, n),
        diagnosis=streams("diagnosis").integers(0, ACCRUAL_DAYS, n),
        centre_chemo=spread[0][effect_of],
        centre_death=0.5 * spread[1][effect_of],
    )


def draw_eligible(n: int, knobs: Knobs, streams: Streams, *, many_centres: bool = False) -> Persons:
    """Draw ``n`` persons who meet the protocol: grade 2 or 3, resected R0 or R1.

    See :func:`draw_persons`.
    """
    shares, grades = _shares(knobs), np.array([h.grades for h in HISTOLOGIES.values()])
    fit = 0.95 * float(shares @ (1 - grades[:, 0]))
    if fit == 0:
        raise ValueError("no histology of this mix has grade 2 or 3")
    enough = int(np.ceil(n / fit * 1.05 + 12 * np.sqrt(n / fit)))
    drawn = draw_persons(enough, knobs, streams, many_centres=many_centres)
    return drawn.take(np.flatnonzero(eligible(drawn))[:n])


def eligible(persons: Persons) -> NDArray[np.bool_]:
    """Say who meets the protocol's criteria on tumour and surgery."""
    return np.asarray((persons.grade >= 2) & (persons.margin <= 1))


def _shares(knobs: Knobs) -> Floats:
    """Return the shares of the histologies, which sum to 1."""
    shares = np.array([knobs.histology.get(name, 0.0) for name in NAMES])
    return np.asarray(shares / shares.sum())


def _pick(random: np.random.Generator, shares: Floats, n: int) -> NDArray[np.int64]:
    """Draw ``n`` categories with these shares."""
    edges = np.cumsum(shares)[:-1]
    return np.searchsorted(edges, random.random(n), side="right")
