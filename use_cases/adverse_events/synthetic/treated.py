"""True time on treatment, from the dispensings that stand: stock carried over, no gap, no grace."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue
from .dispensings import Dispensings
from .knobs import Knobs
from .persons import AGE_BANDS, Persons

_FAR = 10**7  # days between the clocks of two treatments, so that none runs into the next


def treated_days(
    real: Dispensings, who: Persons, market: Catalogue, knobs: Knobs
) -> NDArray[np.int64]:
    """Return the days on treatment by substance, year, age band and sex (men first).

    What is left at a dispensing is taken after it. A day counts within cover, up to the day of
    death; the age is the one reached in the calendar year.
    """
    stands = np.flatnonzero(real.stands)
    order = stands[np.lexsort((real.day[stands], real.substance[stands], real.person[stands]))]
    person, substance, day = real.person[order], real.substance[order], real.day[order]
    supply = real.boxes[order] * market.days_supply[real.pack[order]]
    drugs = len(market.substances)
    course = np.unique(person * drugs + substance, return_inverse=True)[1]
    total = np.cumsum(supply)
    free = day + course * _FAR - (total - supply)
    end = total + np.maximum.accumulate(free) - course * _FAR
    start = end - supply
    bands, sex = who.yearly_bands(knobs), who.female.astype(np.int64)
    shape = (drugs, knobs.years, len(AGE_BANDS), 2)
    days = np.zeros(int(np.prod(shape)), dtype=np.int64)
    for year in range(knobs.years):
        first = np.maximum(start, np.maximum(knobs.edges[year], who.cover_start[person]))
        last = np.minimum(end, np.minimum(knobs.edges[year + 1], who.end_day[person] + 1))
        cell = np.ravel_multi_index((substance, year, bands[person, year], sex[person]), shape)
        taken = np.bincount(cell, (last - first).clip(0), len(days))
        days += taken.astype(np.int64)
    return days.reshape(shape)
