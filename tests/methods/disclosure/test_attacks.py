"""Releases are attacked with nothing but what they print: ours hold, plain hiding does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.methods.disclosure.dimension import Dimension, additive, overlapping
from workbench.methods.disclosure.earlier import Earlier
from workbench.methods.disclosure.publish import publish
from workbench.methods.disclosure.release import attack

AGES, SEXES, DRUGS = ("0-19", "20-59", "60+"), ("F", "M"), [f"s{i}" for i in range(4)]
HIERARCHY: dict[str, Dimension] = {
    "drug": overlapping(DRUGS, measures=["exposed"]),
    "age": additive(AGES),
    "sex": additive(SEXES),
}
MEASURES = ["exposed", "cases"]


def refresh(seed: int) -> pd.DataFrame:
    """Return patients and cases by drug, age and sex, with all totals; cases add up over drugs."""
    rng = np.random.default_rng(seed)
    shape = (len(DRUGS), 3, 2)
    exposed = rng.poisson(
        np.exp(rng.normal(4.5, 1.5, (len(DRUGS), 1, 1))) * rng.gamma(2, 0.5, shape)
    )
    cases = rng.binomial(exposed, 0.2)
    most = np.maximum(exposed.max(axis=0), (0.7 * exposed.sum(axis=0)).astype(int))
    counts = []
    for rows, total in ((exposed, most), (cases, cases.sum(axis=0))):
        full = np.concatenate([rows, total[None]])
        full = np.concatenate([full, full.sum(axis=1, keepdims=True)], axis=1)
        counts.append(np.concatenate([full, full.sum(axis=2, keepdims=True)], axis=2))
    keys = pd.MultiIndex.from_product(
        [[*DRUGS, "all"], [*AGES, "all"], [*SEXES, "all"]], names=list(HIERARCHY)
    )
    return pd.DataFrame(
        {m: c.ravel() for m, c in zip(MEASURES, counts, strict=True)}, keys
    ).reset_index()


@pytest.mark.parametrize("seed", range(3))
def test_no_small_count_of_a_refresh_is_found(seed: int) -> None:
    truth = refresh(seed)
    release = publish(truth, HIERARCHY, measures=MEASURES).table
    bare = release[[*HIERARCHY, *MEASURES]]
    found = attack(bare, HIERARCHY, measures=MEASURES).merge(truth, on=list(HIERARCHY))
    true = found["exposed"].where(found["measure"] == "exposed", found["cases"])
    small = true.between(1, 10)
    assert small.sum() > 0
    assert ((found["low"] <= true) & (true <= found["high"])).all()
    assert (found["high"] - found["low"])[small].min() >= 11, "attack success is 0"
    # What is printed beside a hidden count is what the attacker finds, no more.
    wide = release.set_index(list(HIERARCHY))
    for row in found.itertuples():
        printed = wide.loc[(row.drug, row.age, row.sex)]
        assert (printed[f"{row.measure}_low"], printed[f"{row.measure}_high"]) == (
            row.low,
            row.high,
        )


def test_hiding_small_counts_alone_lets_them_be_found() -> None:
    """T6: what the public pipeline exports, with totals beside it."""
    truth = refresh(0)
    primary = truth.assign(
        exposed=truth["exposed"].mask(truth["exposed"].between(1, 10)),
        cases=truth["cases"].mask(truth["cases"].between(1, 10)),
    )
    found = attack(primary, HIERARCHY, measures=MEASURES, least=1)
    assert (found["finding"] == "found").mean() > 0.2


def chained(rows: np.ndarray) -> pd.DataFrame:
    """Return counts by drug and age, persons in several drugs, with totals."""
    total = np.maximum(rows.max(axis=0), (0.7 * rows.sum(axis=0)).astype(int))
    full = np.concatenate([rows, total[None]])
    full = np.concatenate([full, full.sum(axis=1, keepdims=True)], axis=1)
    keys = pd.MultiIndex.from_product(
        [["a", "b", "c", "all"], ["y", "o", "all"]], names=["drug", "age"]
    )
    return pd.DataFrame({"cases": full.ravel()}, keys).reset_index()


@pytest.mark.parametrize("seed", range(3))
def test_the_difference_of_two_refreshes_shows_no_growth_of_a_few(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before = rng.poisson(rng.choice([3, 12, 40, 200], (3, 2)))
    came = rng.poisson(rng.choice([0, 3, 30], (3, 2)))
    hierarchy = {"drug": overlapping(["a", "b", "c"]), "age": additive(["y", "o"])}
    truth = [chained(before), chained(before + came)]
    first = publish(truth[0], hierarchy, measures=["cases"])
    second = publish(
        truth[1], hierarchy, measures=["cases"], earlier=[Earlier(first.table, "grown")]
    )
    growth = truth[1]["cases"] - truth[0]["cases"]
    both = ~first.table["masked"] & ~second.table["masked"]
    assert growth.between(1, 10).any()
    assert not (both & growth.between(1, 10)).any()


def test_a_release_that_contradicts_itself() -> None:
    release = pd.DataFrame({"sex": ["F", "M", "all"], "cases": [None, 101, 100]})
    with pytest.raises(DataError, match="contradiction"):
        attack(release, {"sex": additive("FM")}, measures=["cases"])
