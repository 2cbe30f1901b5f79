"""Pushing many cells at once finds the weak cells that searching each of them finds."""

import numpy as np
import pandas as pd
import pytest

from workbench.methods.disclosure.attacker import both_bounds, bounds, reach
from workbench.methods.disclosure.dimension import additive, overlapping
from workbench.methods.disclosure.measured import Measured
from workbench.methods.disclosure.pushes import shown_apart
from workbench.methods.disclosure.readers import measured
from workbench.methods.disclosure.table import read_table

YEARS, SEXES, AGES = ("19", "20"), ("F", "M"), ("0", "20", "60")


def _measure(seed: int, name: str) -> Measured:
    random = np.random.default_rng(seed)
    block = random.poisson(9.0, (2, 2, 3))
    rows = []
    for y, year in enumerate(YEARS):
        for s, sex in enumerate((*SEXES, "all")):
            for a, age in enumerate((*AGES, "all")):
                part = block[y, slice(None) if sex == "all" else s]
                part = part[..., slice(None) if age == "all" else a]
                rows.append((year, sex, age, int(part.sum())))
    whole = pd.DataFrame(rows, columns=["year", "sex", "age", name])
    hierarchy = {
        "year": overlapping(YEARS, measures=["exposed"]),
        "sex": additive(SEXES),
        "age": additive(AGES),
    }
    return measured(read_table(whole, hierarchy, [name]), hierarchy, name, threshold=11)


@pytest.mark.parametrize("rule", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_the_weak_cells_are_those_of_a_search_for_each(seed: int, rule: bool) -> None:
    one = _measure(seed, "exposed")
    random = np.random.default_rng(seed + 100)
    hidden = one.small | (random.random(len(one.small)) < 0.3)
    cells, known = one.targets(), one.known(hidden, rule=rule)
    each = [reach(known, int(cell)) for cell in cells]
    weak = [c for c, far in zip(cells.tolist(), each, strict=True)
            if far.high - far.low < one.apart(c, rule)]  # fmt: skip
    assert one.weak(hidden, cells, rule=rule).tolist() == weak


@pytest.mark.parametrize("seed", range(6))
def test_what_pushes_show_lies_within_the_bounds(seed: int) -> None:
    one = _measure(seed, "exposed")
    hidden = one.small | (np.random.default_rng(seed).random(len(one.small)) < 0.5)
    known, cells = one.known(hidden), np.flatnonzero(hidden)
    least, most = shown_apart(known, cells, np.full(len(cells), 11.0))
    low, high = bounds(known, cells)
    assert (low <= least[cells]).all() and (most[cells] <= high).all()
    assert (most[cells] > least[cells]).any()


def test_both_bounds_are_those_of_each_programme() -> None:
    one = _measure(5, "exposed")
    hidden = one.small | (np.random.default_rng(5).random(len(one.small)) < 0.4)
    known, cells = one.known(hidden), np.flatnonzero(hidden)
    linear, whole = both_bounds(known, cells)
    for found, asked in ((linear, False), (whole, True)):
        np.testing.assert_allclose(found, bounds(known, cells, whole=asked), atol=1e-6)
