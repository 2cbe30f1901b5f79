"""From courses to flows of dispensing: packs, generics, late flows, cancellations, repeats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .catalogue import PACKS, Catalogue
from .courses import Courses
from .knobs import Knobs
from .persons import Persons, dates
from .prescribers import Prescribers
from .streams import stream

Ints = NDArray[np.int64]
_LARGE = 0.3  # share of courses in large packs
_GENERIC = 0.8  # share of generics long after they came
_TWO_BOXES = 0.06
_HOSPITAL = 0.03
_LATE = 0.1  # share of rows whose flow comes two months later


@dataclass(frozen=True, eq=False)
class Dispensings:
    """Real dispensings, before the flows blur them; each array ``(m,)``.

    Attributes:
        person: Row among the block's persons.
        substance: Number of the substance.
        pack: Number of the pack.
        day: Day of the dispensing.
        boxes: Boxes of the dispensing.
        prescriber: Number of who prescribed it.
        cancelled: Whether a negative row takes it back.
        stands: Whether the person had it in the end: not cancelled, or entered again.
    """

    person: Ints
    substance: Ints
    pack: Ints
    day: Ints
    boxes: Ints
    prescriber: Ints
    cancelled: NDArray[np.bool_]
    stands: NDArray[np.bool_]


def draw_dispensings(
    courses: Courses, who: Persons, market: Catalogue, knobs: Knobs, seed: int, block: int
) -> Dispensings:
    """Return the dispensings of a block, sorted by person, substance and day."""
    random, m = stream(seed, block, "dispensings"), len(courses.person)
    large = (random.random(m) < _LARGE).astype(np.int64)
    maker = 1 + random.integers(0, 2, m)
    every = market.days_supply[courses.substance * PACKS + large]
    count = (courses.end - courses.start) // every + 1
    row = np.repeat(np.arange(m), count)
    turn = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    day = courses.start[row] + turn * every[row]
    day += np.where(turn > 0, random.integers(-3, 6, len(row)), 0)
    person, substance = courses.person[row], courses.substance[row]
    kept = (day >= who.cover_start[person]) & (day <= who.end_day[person])
    row, person, substance, day = row[kept], person[kept], substance[kept], day[kept]
    since = day - market.generic_day[substance]
    share = np.where(since > 0, _GENERIC * -np.expm1(-since.clip(0) / 300), 0.0)
    generic = random.random(len(row)) < share
    pack = substance * PACKS + large[row] + 2 * np.where(generic, maker[row], 0)
    cancelled = random.random(len(row)) < knobs.regularised
    again = random.random(len(row)) < 0.5
    boxes = 1 + (random.random(len(row)) < _TWO_BOXES)
    stands = ~cancelled | again
    starter = courses.prescriber[row]
    return Dispensings(person, substance, pack, day, boxes, starter, cancelled, stands)


def flow_table(
    real: Dispensings,
    who: Persons,
    market: Catalogue,
    panel: Prescribers,
    knobs: Knobs,
    seed: int,
    block: int,
) -> pd.DataFrame:
    """Return the table ``dispensing`` as flows bring it: raw, to be netted by its reader."""
    random, m = stream(seed, block, "flows"), len(real.day)
    flow = real.day + random.integers(1, 30, m) + 60 * (random.random(m) < _LATE)
    source = np.where(random.random(m) < _HOSPITAL, "hospital", "city")
    later = flow + random.integers(10, 60, m)
    repeated = random.random(m) < knobs.duplicate_flows
    every, again = np.ones(m, dtype=bool), real.cancelled & real.stands
    parts = [  # rows, sign of the boxes, day of the flow
        (every, 1, flow),
        (real.cancelled, -1, later),
        (again, 1, later),
        (repeated, 1, flow + 30),
    ]
    rows = np.concatenate([np.flatnonzero(which) for which, _, _ in parts])
    sign = np.concatenate([np.full(int(which.sum()), way) for which, way, _ in parts])
    flows = np.concatenate([days[which] for which, _, days in parts])
    known = np.flatnonzero(flows < knobs.days + knobs.extraction_days)
    rows, sign, flows = rows[known], sign[known], flows[known]
    order = np.lexsort((sign, real.pack[rows], flows, real.day[rows], real.person[rows]))
    rows, sign, flows = rows[order], sign[order], flows[order]
    person = real.person[rows]
    version = (real.day[rows] >= who.change_day[person]).astype(np.int64)
    return pd.DataFrame(
        {
            "pseudonym": who.pseudonym[person, version],
            "birth_rank": who.rank[person],
            "date": dates(knobs, real.day[rows]),
            "cip13": market.cip13[real.pack[rows]],
            "boxes": sign * real.boxes[rows],
            "source": source[rows],
            "flow_date": dates(knobs, flows),
            "prescriber": panel.names[real.prescriber[rows]],
        }
    )
