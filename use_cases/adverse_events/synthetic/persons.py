"""Persons of a block: a pyramid of ages, region, cover, death, pseudonyms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .knobs import Knobs
from .streams import pseudonyms, stream

BLOCK = 4096
REGIONS = 13
AGE_BANDS = ("0-19", "20-59", "60+")
# Persons in bands of five years from 0, in 10,000: the shape of France in 2019 (INSEE), rounded.
_PYRAMID = (
    540, 595, 620, 615, 560, 560, 595, 630, 615, 640, 670, 665, 625, 600, 555, 380, 290, 200, 105,
    40,
)  # fmt: skip
# Yearly hazard of death at age a: 2.2e-5 exp(0.095 a) of men, 0.65 times that of women.
_DEATH, _AGEING, _WOMEN = 2.2e-5, 0.095, 0.65


@dataclass(frozen=True, eq=False)
class Persons:
    """Persons of one block; days count from the first of the window.

    Attributes:
        number: Number in the population, ``(n,)``.
        female: Whether female.
        birth_day: Below 0.
        region: From 0.
        cover_start: First day covered.
        end_day: Last day covered: death, departure or the end of the window.
        left: Whether cover ended by departure.
        died: Whether it ended by death.
        pseudonym: First and later pseudonym, ``(n, 2)``.
        change_day: First day of the later pseudonym; beyond the window where there is none.
        lost: Whether nobody knows that the later pseudonym is theirs.
        rank: 2 for the second of twins, who has the pseudonym of the first; else 1.
    """

    number: NDArray[np.int64]
    female: NDArray[np.bool_]
    birth_day: NDArray[np.int64]
    region: NDArray[np.int64]
    cover_start: NDArray[np.int64]
    end_day: NDArray[np.int64]
    left: NDArray[np.bool_]
    died: NDArray[np.bool_]
    pseudonym: NDArray[np.str_]
    change_day: NDArray[np.int64]
    lost: NDArray[np.bool_]
    rank: NDArray[np.int64]

    def age_years(self, rows: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the age of persons on a day."""
        return np.asarray((day - self.birth_day[rows]) / 365.25)

    def band(self, rows: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the age band of persons on a day: 0, 1 or 2."""
        return np.digitize(self.age_years(rows, day), [20, 60])

    def birth_year(self, knobs: Knobs) -> NDArray[np.int64]:
        """Return the year of birth of all persons."""
        return np.asarray(dates(knobs, self.birth_day).dt.year.to_numpy(dtype=np.int64))

    def yearly_bands(self, knobs: Knobs) -> NDArray[np.int64]:
        """Return the age band of each year, ``(n, years)``, by the age reached in it."""
        years = knobs.start_year + np.arange(knobs.years)
        return np.digitize(years - self.birth_year(knobs)[:, None], [20, 60])


def draw_persons(knobs: Knobs, seed: int, block: int) -> Persons:
    """Return the persons of a block; the last block is cut after it was drawn."""
    random, n, days = stream(seed, block, "persons"), BLOCK, knobs.days
    bands = np.searchsorted(np.cumsum(_PYRAMID) / np.sum(_PYRAMID), random.random(n))
    age = 5 * bands + 5 * random.random(n)
    female, region = random.random(n) < 0.515, random.integers(0, REGIONS, n)
    twin = np.zeros(n, dtype=bool)
    twin[1::2] = random.random(n // 2) < knobs.twins
    first = np.arange(n) - twin
    age, female, region = age[first], female[first], region[first]
    hazard = _DEATH * np.exp(_AGEING * age) * np.where(female, _WOMEN, 1.0) / 365
    death = np.floor(random.exponential(1 / hazard)).clip(0, 10**8).astype(np.int64)
    start = np.where(random.random(n) < 0.03, random.integers(0, days, n), 0)
    leave = np.where(random.random(n) < 0.03, random.integers(0, days, n), 10**8)
    # Who came into cover was alive then.
    death, leave = np.maximum(death, start), np.where(leave > start, leave, 10**8)
    number = block * BLOCK + np.arange(n)
    changes = (random.random(n) < knobs.changed_pseudonyms) & ~twin & ~np.roll(twin, -1)
    end = np.minimum(np.minimum(death, leave), days - 1)
    names = [pseudonyms(seed, "pseudonym", 2 * number[first] + later) for later in (0, 1)]
    change = np.where(changes, random.integers(1, days, n), 10**8)
    lost = stream(seed, block, "links").random(n) < knobs.lost_links
    whole = Persons(
        number=number,
        female=female,
        birth_day=-np.floor(age * 365.25).astype(np.int64) - 1,
        region=region,
        cover_start=start,
        end_day=end,
        left=(leave <= death) & (leave < days),
        died=(death < leave) & (death < days),
        pseudonym=np.column_stack(names),
        change_day=change,
        lost=lost & (change > start) & (change <= end),
        rank=1 + twin.astype(np.int64),
    )
    kept = slice(0, min(n, knobs.persons - block * BLOCK))
    return Persons(**{name: values[kept] for name, values in vars(whole).items()})


def person_ids(seed: int, number: NDArray[np.int64]) -> NDArray[np.str_]:
    """Return the stable id of persons, which no change of pseudonym touches."""
    return pseudonyms(seed, "person", number)


def dates(knobs: Knobs, day: NDArray[np.int64]) -> pd.Series:
    """Return days of the window as dates."""
    origin = np.datetime64(f"{knobs.start_year}-01-01", "s")
    return pd.Series(origin + day.astype("timedelta64[D]"))


def person_tables(who: Persons, knobs: Knobs, seed: int) -> dict[str, pd.DataFrame]:
    """Return the tables ``person`` and ``beneficiary`` (which pseudonym is whose) of a block.

    A person whose link was lost stands twice: covered up to the change, and anew from that day on.
    """
    ids, later, lost = person_ids(seed, who.number), _later_ids(who, seed), who.lost
    last = np.where(lost, who.change_day - 1, who.end_day)
    person = pd.concat(
        [
            _registered(who, knobs, ids, who.cover_start, last, who.died & ~lost,
                        who.left | who.died | lost),
            _registered(who, knobs, later, who.change_day, who.end_day, who.died,
                        who.left | who.died)[lost],
        ]
    )  # fmt: skip
    changed = who.change_day < knobs.days
    versions = [(np.ones(len(ids), dtype=bool), 0, ids), (changed, 1, later)]
    beneficiary = pd.concat(
        pd.DataFrame(
            {
                "pseudonym": who.pseudonym[rows, version],
                "birth_rank": who.rank[rows],
                "person_id": names[rows],
            }
        )
        for rows, version, names in versions
    )
    return {"person": person, "beneficiary": beneficiary}


def _later_ids(who: Persons, seed: int) -> NDArray[np.str_]:
    """Return under which id the later pseudonym of each person stands."""
    return np.where(
        who.lost, pseudonyms(seed, "lost link", who.number), person_ids(seed, who.number)
    )


def _registered(
    who: Persons,
    knobs: Knobs,
    ids: NDArray[np.str_],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    died: NDArray[np.bool_],
    ended: NDArray[np.bool_],
) -> pd.DataFrame:
    """Return a row a person as the register has it."""
    end = dates(knobs, last)
    return pd.DataFrame(
        {
            "person_id": ids,
            "sex": np.where(who.female, "F", "M"),
            "birth_year": who.birth_year(knobs),
            "region": region_names(who.region),
            "cover_start": dates(knobs, np.minimum(first, knobs.days)),
            "cover_end": end.where(ended),
            "death_date": end.where(died),
        }
    )


def region_names(region: NDArray[np.int64]) -> NDArray[np.str_]:
    """Return the codes of regions, from R01."""
    return np.char.add("R", np.char.zfill((region + 1).astype(str), 2))
