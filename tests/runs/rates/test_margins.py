"""Margins of distinct counts: what they give away, held against the attacker by programming."""

import numpy as np
import pandas as pd
import pytest

from workbench.methods.disclosure.dimension import overlapping
from workbench.methods.disclosure.release import attack
from workbench.runs.reported.margins import given_away

THRESHOLD = 11


def _known(counts: np.ndarray, out: np.ndarray, margins: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return the release as a reader has it: cells, and the totals that shown cells give away."""
    shown = np.where((counts < THRESHOLD) | out, np.nan, counts)
    cells = [(f"d{i}", f"e{j}", shown[i, j]) for i in range(3) for j in range(4)]
    cells += [(f"d{i}", "all", margins["drug"][i]) for i in range(3)]
    cells += [("all", f"e{j}", margins["event"][j]) for j in range(4)]
    return pd.DataFrame(cells, columns=["drug", "event", "n"])


@pytest.mark.parametrize("seed", range(40))
def test_no_reader_finds_a_small_pair(seed: int) -> None:
    random = np.random.default_rng(seed)
    counts = random.choice([1, 3, 8, 12, 15, 40], (3, 4))
    # Few cases with several drugs or events: totals lie near the sums.
    rows = np.maximum(counts.max(axis=1), counts.sum(axis=1) - random.integers(0, 4, 3))
    columns = np.maximum(counts.max(axis=0), counts.sum(axis=0) - random.integers(0, 4, 4))
    margins = {
        "drug": np.where((counts >= THRESHOLD).any(axis=1), rows, np.nan),
        "event": np.where((counts >= THRESHOLD).any(axis=0), columns, np.nan),
    }
    drug, event = (place.ravel() for place in np.indices(counts.shape))
    out = given_away(
        counts.ravel(),
        np.zeros(12, dtype=bool),
        [(drug.astype(object), margins["drug"][drug]),
         (event.astype(object), margins["event"][event])],
        THRESHOLD,
    ).reshape(counts.shape)  # fmt: skip
    hierarchy = {
        "drug": overlapping([f"d{i}" for i in range(3)], measures=["n"]),
        "event": overlapping([f"e{j}" for j in range(4)], measures=["n"]),
    }
    found = attack(_known(counts, out, margins), hierarchy, measures=["n"], least=1)
    small = {(f"d{i}", f"e{j}") for i, j in np.argwhere(counts < THRESHOLD).tolist()}
    near = found[found["finding"] != ""]
    assert not {(d, e) for d, e in zip(near["drug"], near["event"], strict=True)} & small


def test_a_pair_that_is_what_is_left_of_its_total_takes_a_shown_one_with_it() -> None:
    counts = np.array([10, 30, 50])
    margin = (np.array(["d"] * 3, dtype=object), np.full(3, 90.0))
    # At least 10, and whoever knows that it is small: at most 10.
    out = given_away(counts, np.zeros(3, dtype=bool), [margin], THRESHOLD)
    assert out.tolist() == [False, True, False]


def test_a_total_far_below_the_sum_gives_nothing_away() -> None:
    counts = np.array([4, 30, 50])
    margin = (np.array(["d"] * 3, dtype=object), np.full(3, 60.0))
    assert not given_away(counts, np.zeros(3, dtype=bool), [margin], THRESHOLD).any()
