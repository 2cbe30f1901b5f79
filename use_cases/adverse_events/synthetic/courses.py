"""Who is treated with what from when to when: courses of chronic, acute and seasonal drugs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue
from .knobs import Knobs
from .persons import Persons
from .streams import stream

Ints = NDArray[np.int64]
ALLERGIC = 0.12  # share of persons with a seasonal treatment
ACUTE_A_YEAR = 1.2
_MOST_CHRONIC = 1.8  # treatments at a time in the oldest


@dataclass(frozen=True, eq=False)
class Courses:
    """Courses of treatment, each array ``(m,)``.

    Attributes:
        person: Row among the block's persons.
        substance: Number of the substance.
        start: First day.
        end: Last day.
    """

    person: Ints
    substance: Ints
    start: Ints
    end: Ints


def draw_courses(who: Persons, market: Catalogue, knobs: Knobs, seed: int, block: int) -> Courses:
    """Return the courses of a block, within cover and after each substance's launch."""
    random, days = stream(seed, block, "courses"), knobs.days
    n, age = len(who.number), -who.birth_day / 365.25
    several = random.poisson(_MOST_CHRONIC / (1 + np.exp(-(age - 62) / 9)))
    chronic = np.repeat(np.arange(n), several)
    long = np.ceil(random.exponential(900, len(chronic))).astype(np.int64)
    begun = random.random(len(chronic)) < 0.6
    before, within = -random.integers(0, 28, len(chronic)), random.integers(0, days, len(chronic))
    since = np.where(begun, before, within)
    acute = np.repeat(np.arange(n), random.poisson(ACUTE_A_YEAR * knobs.years, n))
    sick = random.integers(0, days, len(acute))
    allergic = np.flatnonzero(random.random(n) < ALLERGIC)
    spring = random.normal(115, 20, (knobs.years, len(allergic))).astype(np.int64)
    spring = spring + 365 * np.arange(knobs.years)[:, None]
    one = _pick(market, 2, len(allergic), random)
    parts = [
        (chronic, _pick(market, 0, len(chronic), random), since, since + long),
        (acute, _pick(market, 1, len(acute), random), sick, sick + 6),
        (np.tile(allergic, knobs.years), np.tile(one, knobs.years), spring.ravel(),
         spring.ravel() + 80),
    ]  # fmt: skip
    person, substance, start, end = (np.concatenate(column) for column in zip(*parts, strict=True))
    # A course that runs on from before the window keeps its phase: not all are renewed on day 0.
    cover = np.where(who.cover_start > 0, who.cover_start, -28)[person]
    start = np.maximum(start, np.maximum(cover, market.launch_day[substance]))
    end = np.minimum(end, who.end_day[person])
    kept = np.flatnonzero((start <= end) & (end >= 0))
    kept = kept[np.lexsort((start[kept], substance[kept], person[kept]))]
    return Courses(person[kept], substance[kept], start[kept], end[kept])


def _pick(market: Catalogue, kind: int, count: int, random: np.random.Generator) -> Ints:
    """Return substances of a kind, by their shares."""
    rows = np.flatnonzero(market.kind == kind)
    edges = np.cumsum(market.share[rows])
    return rows[np.searchsorted(edges / edges[-1], random.random(count), side="right")]
