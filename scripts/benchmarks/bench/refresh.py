"""A made-up refresh: patients and cases by substance, year, sex and age, with all margins."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.methods.disclosure.dimension import Dimension, additive, overlapping

SEXES, AGES = ("F", "M"), ("0-19", "20-59", "60+")
COURSES_A_PERSON, CASES_A_YEAR = 4, 0.004
Counts = np.ndarray


def made_up(substances: int, years: int, persons: int, seed: int = 0) -> pd.DataFrame:
    """Return true counts, one row a cell: ``exposed`` and ``cases``.

    Persons take several substances, some for years, popular ones more often; a case is of one year
    and of one suspect substance or two. So patients overlap over substances and years, cases over
    substances.

    Args:
        substances: How many.
        years: How many, from 2014.
        persons: Of the population.
        seed: Of the generator.
    """
    rng = np.random.default_rng(seed)
    sex, age = rng.integers(0, 2, persons), rng.choice(3, persons, p=[0.2, 0.5, 0.3])
    popular = 1 / np.arange(1, substances + 1) ** 1.2
    popular /= popular.sum()
    n = COURSES_A_PERSON * persons
    who, what = rng.integers(0, persons, n), rng.choice(substances, n, p=popular)
    length, start = rng.geometric(0.5, n), rng.integers(0, years, n)
    row = np.repeat(np.arange(n), length)
    year = start[row] + np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    row, year = row[year < years], year[year < years]
    shape = (substances, years)
    exposed = _distinct(who[row], what[row], year, (sex, age), shape)
    m = int(CASES_A_YEAR * len(row))
    of, second = rng.integers(0, len(row), m), rng.choice(substances, m, p=popular)
    two = np.flatnonzero(rng.random(m) < 0.3)
    case = np.concatenate([np.arange(m), two])
    drug = np.concatenate([what[row[of]], second[two]])
    strata = sex[who[row[of]]], age[who[row[of]]]
    cases = _distinct(case, drug, year[of][case], strata, shape)
    hierarchy = hierarchy_of(substances, years)
    values = [[*one.parents, "all"] for one in hierarchy.values()]
    keys = pd.MultiIndex.from_product(values, names=list(hierarchy))
    counts = {"exposed": exposed.ravel(), "cases": cases.ravel()}
    return pd.DataFrame(counts, keys).reset_index()


def hierarchy_of(substances: int, years: int) -> dict[str, Dimension]:
    """Return how the cells belong together."""
    names = [f"s{i:03d}" for i in range(substances)]
    calendar = [str(2014 + i) for i in range(years)]
    return {
        "substance": overlapping(names),
        "year": overlapping(calendar, measures=["exposed"]),
        "sex": additive(SEXES),
        "age": additive(AGES),
    }


def _distinct(
    who: Counts, what: Counts, year: Counts, strata: tuple[Counts, Counts], shape: tuple[int, int]
) -> Counts:
    """Return the distinct persons of each cell, margins last in every dimension."""
    substances, years = shape
    found = np.zeros((substances + 1, years + 1, 3, 4), dtype=np.int64)
    for all_substances in (False, True):
        for all_years in (False, True):
            s = np.full(len(who), substances) if all_substances else what
            y = np.full(len(who), years) if all_years else year
            once = np.unique((who.astype(np.int64) * (substances + 1) + s) * (years + 1) + y)
            y, rest = once % (years + 1), once // (years + 1)
            s, person = rest % (substances + 1), rest // (substances + 1)
            np.add.at(found, (s, y, strata[0][person], strata[1][person]), 1)
    found[:, :, 2] = found[:, :, :2].sum(axis=2)
    found[:, :, :, 3] = found[:, :, :, :3].sum(axis=3)
    return found
