"""Who prescribes: habits of prescribers and regions, and which prescriber a person goes to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .catalogue import KINDS, Catalogue
from .knobs import Knobs
from .persons import REGIONS, Persons
from .streams import WHOLE, pseudonyms, stream

Ints = NDArray[np.int64]
_OTHER = 0.15  # share of courses that another prescriber of the region starts
_INTENSITY = 0.12  # spread over regions of the log number of treatments


@dataclass(frozen=True, eq=False)
class Prescribers:
    """All prescribers; number ``p`` works in region ``p // a region's``.

    Attributes:
        a_region: Prescribers of a region.
        names: Their pseudonyms, ``(P,)``.
        rows: Substances of each kind.
        edges: Of each kind, cumulated shares of its substances by prescriber, ``(P, substances)``.
        intensity: Treatments of each region over the mean, ``(REGIONS,)``.
    """

    a_region: int
    names: NDArray[np.str_]
    rows: tuple[Ints, ...]
    edges: tuple[NDArray[np.float64], ...]
    intensity: NDArray[np.float64]

    def usual(self, who: Persons, random: np.random.Generator) -> Ints:
        """Return the usual prescriber of each person, of the person's region."""
        return who.region * self.a_region + random.integers(0, self.a_region, len(who.region))

    def of_courses(self, usual: Ints, random: np.random.Generator) -> Ints:
        """Return who starts each course: the usual one, or now and then a colleague."""
        other = random.random(len(usual)) < _OTHER
        colleague = random.integers(0, self.a_region, len(usual))
        return np.where(other, usual // self.a_region * self.a_region + colleague, usual)

    def chosen(self, kind: int, prescriber: Ints, random: np.random.Generator) -> Ints:
        """Return the substance of a kind that each prescriber chooses, by its habits."""
        edges, rows = self.edges[kind], self.rows[kind]
        places = edges + np.arange(len(edges))[:, None]
        drawn = prescriber + random.random(len(prescriber))
        place = np.searchsorted(places.ravel(), drawn, side="right") - prescriber * len(rows)
        return rows[place.clip(0, len(rows) - 1)]


def draw_prescribers(market: Catalogue, knobs: Knobs, seed: int) -> Prescribers:
    """Return the prescribers of a seed; there are as many however many persons follow."""
    random, drugs = stream(seed, WHOLE, "prescribers"), len(market.substances)
    count = REGIONS * knobs.prescribers
    region = knobs.regions * random.normal(size=(REGIONS, drugs))
    habit = knobs.habits * random.normal(size=(count, drugs))
    weight = market.share * np.exp(np.repeat(region, knobs.prescribers, axis=0) + habit)
    rows = tuple(np.flatnonzero(market.kind == kind) for kind in range(len(KINDS)))
    cumulated = [np.cumsum(weight[:, own], axis=1) for own in rows]
    return Prescribers(
        a_region=knobs.prescribers,
        names=np.char.add("D", pseudonyms(seed, "prescriber", np.arange(count))),
        rows=rows,
        edges=tuple(edges / edges[:, -1:] for edges in cumulated),
        intensity=np.exp(_INTENSITY * random.normal(size=REGIONS)),
    )
