"""Bootstrap of a ranking against one in base R (tests/oracles/rank_bootstrap.R)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from workbench.challenge.ranking import rank
from workbench.challenge.ranking.table import TaskTable

ORACLE = json.loads(
    (Path(__file__).resolve().parents[2] / "oracles/rank_bootstrap.json").read_text()
)
RESAMPLES = 4000


@pytest.fixture(scope="module")
def found():
    """The ranking of R's table."""
    values = np.array(ORACLE["value"])
    cases = tuple(f"c{i:02d}" for i in range(len(values)))
    table = TaskTable("", cases, cases, None, tuple(ORACLE["names"]), values, unit_is_case=True)
    return rank([table], direction="maximize", resamples=RESAMPLES, permutations=500).tasks[0]


def test_ranks(found) -> None:
    assert found.ranks.tolist() == ORACLE["rank"]


def test_share_of_every_rank(found) -> None:
    ranks = found.bootstrap_ranks
    shares = np.array([[(column == place).mean() for place in range(1, 7)] for column in ranks.T])
    expected = np.array(ORACLE["shares"])
    error = np.sqrt(expected * (1 - expected) * (1 / RESAMPLES + 1 / ORACLE["resamples"]))
    assert (np.abs(shares - expected) <= 4 * error + 1 / RESAMPLES).all()


def test_first_place_with_ties_shared(found) -> None:
    assert found.first_shares == pytest.approx(ORACLE["first"], abs=4 * np.sqrt(0.25 / RESAMPLES))


def test_rank_intervals(found) -> None:
    assert found.rank_intervals.T.tolist() == [ORACLE["low"], ORACLE["high"]]


def test_stability(found) -> None:
    error = ORACLE["tau_sd"] * np.sqrt(1 / RESAMPLES + 1 / 5000)
    assert np.nanmean(found.stability) == pytest.approx(ORACLE["tau_mean"], abs=4 * error)
