"""Who is treated with what, by whom, from when to when: chronic, acute and seasonal drugs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue
from .knobs import Knobs
from .persons import Persons
from .prescribers import Prescribers
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
        prescriber: Number of who started it.
        start: First day.
        end: Last day.
    """

    person: Ints
    substance: Ints
    prescriber: Ints
    start: Ints
    end: Ints


def draw_courses(
    who: Persons, market: Catalogue, panel: Prescribers, knobs: Knobs, seed: int, block: int
) -> Courses:
    """Return the courses of a block, within cover and after each substance's launch."""
    random, days = stream(seed, block, "courses"), knobs.days
    n, age, more = len(who.number), -who.birth_day / 365.25, panel.intensity[who.region]
    usual = panel.usual(who, random)
    several = random.poisson(more * _MOST_CHRONIC / (1 + np.exp(-(age - 62) / 9)))
    chronic = np.repeat(np.arange(n), several)
    long = np.ceil(random.exponential(900, len(chronic))).astype(np.int64)
    begun = random.random(len(chronic)) < 0.6
    before, within = -random.integers(0, 28, len(chronic)), random.integers(0, days, len(chronic))
    since = np.where(begun, before, within)
    acute = np.repeat(np.arange(n), random.poisson(more * ACUTE_A_YEAR * knobs.years))
    sick = random.integers(0, days, len(acute))
    allergic = np.flatnonzero(random.random(n) < ALLERGIC)
    spring = random.normal(115, 20, (knobs.years, len(allergic))).astype(np.int64)
    spring = spring + 365 * np.arange(knobs.years)[:, None]
    starters = [panel.of_courses(usual[one], random) for one in (chronic, acute, allergic)]
    first, second, third = (
        panel.chosen(kind, starter, random) for kind, starter in enumerate(starters)
    )
    seasons = np.tile(np.arange(len(allergic)), knobs.years)
    parts = [
        (chronic, first, starters[0], since, since + long),
        (acute, second, starters[1], sick, sick + 6),
        (allergic[seasons], third[seasons], starters[2][seasons], spring.ravel(),
         spring.ravel() + 80),
    ]  # fmt: skip
    person, substance, starter, start, end = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    # A course that runs on from before the window keeps its phase: not all are renewed on day 0.
    cover = np.where(who.cover_start > 0, who.cover_start, -28)[person]
    start = np.maximum(start, np.maximum(cover, market.launch_day[substance]))
    end = np.minimum(end, who.end_day[person])
    kept = np.flatnonzero((start <= end) & (end >= 0))
    kept = kept[np.lexsort((start[kept], substance[kept], person[kept]))]
    return Courses(*(column[kept] for column in (person, substance, starter, start, end)))
