"""What happens to the treated: true rates of every pair, and the events themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue
from .dispensings import Dispensings
from .knobs import Knobs
from .persons import AGE_BANDS, Persons
from .streams import WHOLE, stream

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_CLASS_SPREAD = 0.25  # of the log ratio of a substance in a class of events that is no signal
_AGE_SPREAD = 0.6  # of the log rate of a class of events over age bands


@dataclass(frozen=True, eq=False)
class Effects:
    """The true rates.

    Attributes:
        planted: Whether a pair is a signal, ``(D, E)``.
        ratio: True rate ratio of each pair, with what is no signal, ``(D, E)``.
        rate: Events a person and year on the substance, ``(D, bands, 2, E)``; men first.
        serious: Share of each event that is serious, ``(E,)``.
    """

    planted: NDArray[np.bool_]
    ratio: Floats
    rate: Floats
    serious: Floats


@dataclass(frozen=True, eq=False)
class Exposed:
    """Each person, substance and year with a dispensing that stands; each array ``(m,)``.

    Attributes:
        person: Row among the block's persons; sorted.
        substance: Number of the substance.
        year: From 0.
        first: Day of the year's first dispensing.
        band: Age band on that day.
    """

    person: Ints
    substance: Ints
    year: Ints
    first: Ints
    band: Ints


@dataclass(frozen=True, eq=False)
class Events:
    """True events, each array ``(m,)``: row among the exposed, term, day, seriousness."""

    row: Ints
    event: Ints
    day: Ints
    serious: NDArray[np.bool_]


def draw_effects(market: Catalogue, knobs: Knobs, seed: int) -> Effects:
    """Return the true rates of a seed."""
    random = stream(seed, WHOLE, "effects")
    drugs, terms = len(market.substances), len(market.terms)
    share = random.dirichlet(np.full(terms, 0.8))
    of_class = np.unique(market.classes, return_inverse=True)[1]
    count = int(of_class.max()) + 1
    ratio = np.exp(_CLASS_SPREAD * random.normal(size=(drugs, count)))[:, of_class]
    # Signals lie where there is something to report: by the square root of both shares.
    chance = np.sqrt(np.outer(market.share, share)).ravel()
    places = random.choice(drugs * terms, knobs.planted, replace=False, p=chance / chance.sum())
    planted = np.zeros((drugs, terms), dtype=bool)
    planted.ravel()[places] = True
    low, high = np.log([knobs.effect_low, knobs.effect_high])
    ratio = ratio * np.where(planted, np.exp(random.uniform(low, high, planted.shape)), 1.0)
    tilt = np.exp(_AGE_SPREAD * random.normal(size=(len(AGE_BANDS), 2, count)))[..., of_class]
    rate = knobs.background * share * ratio[:, None, None, :] * tilt
    return Effects(planted, ratio, rate, random.beta(1.2, 2.0, terms))


def find_exposed(real: Dispensings, who: Persons, knobs: Knobs) -> Exposed:
    """Return who was exposed to what in which year: the truth behind the flows."""
    stands = np.flatnonzero(real.stands)
    year = np.searchsorted(knobs.edges, real.day[stands], side="right") - 1
    drugs = int(real.substance.max(initial=0)) + 1
    key = (real.person[stands] * knobs.years + year) * drugs + real.substance[stands]
    order = np.lexsort((real.day[stands], key))
    key, place = np.unique(key[order], return_index=True)
    first = real.day[stands][order][place]
    person, substance = key // drugs // knobs.years, key % drugs
    band = who.band(person, first)
    return Exposed(person, substance, key // drugs % knobs.years, first, band)


def draw_events(
    exposed: Exposed, who: Persons, effects: Effects, knobs: Knobs, seed: int, block: int
) -> Events:
    """Return the true events of a block; each year on a substance counts as a whole one."""
    random = stream(seed, block, "events")
    sex = who.female[exposed.person].astype(np.int64)
    shape = effects.rate.shape
    cell = np.ravel_multi_index((exposed.substance, exposed.band, sex), shape[:3])
    rates = effects.rate.reshape(-1, shape[3])
    row = np.repeat(np.arange(len(cell)), random.poisson(rates.sum(axis=1)[cell]))
    edges = np.cumsum(rates, axis=1)
    edges = edges / edges[:, -1:] + np.arange(len(edges))[:, None]
    event = np.searchsorted(edges.ravel(), cell[row] + random.random(len(row)), side="right")
    event = event - cell[row] * shape[3]
    last = np.minimum(knobs.edges[exposed.year[row] + 1] - 1, who.end_day[exposed.person[row]])
    first = exposed.first[row]
    day = first + np.floor(random.random(len(row)) * (last - first + 1)).astype(np.int64)
    return Events(row, event, day, random.random(len(row)) < effects.serious[event])
