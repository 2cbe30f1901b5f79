"""Concordance and areas frozen by torchsurv from six R packages (rounded to four digits)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from workbench.metrics.survival.concordance import HarrellC
from workbench.metrics.survival.dynamic_auc import TimeDependentAuc
from workbench.metrics.survival.outcome import checked_outcome
from workbench.metrics.survival.pairs import Counts, event_credits
from workbench.metrics.survival.uno import UnoC
from workbench.metrics.survival.walk import Walk, exact_ranks

ROUNDED = 6e-5


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    found = shared_data / "survival" / "torchsurv_reference"
    if not found.is_dir():
        pytest.skip(f"{found} is absent")
    return found


def outcome(block: dict, part: str) -> np.ndarray:
    return np.column_stack([block[f"{part}_time"], block[f"{part}_status"]]).astype(float)


@pytest.mark.parametrize("number", range(6))
def test_concordance_of_five_packages(folder: Path, number: int) -> None:
    block = json.loads((folder / "benchmark_cindex.json").read_text())[number]
    truth, risk, tau = outcome(block, "test"), block["estimate"], max(block["times"])
    metrics = {
        "c_Harrell_survival": HarrellC(),
        "c_Harrell_survcomp": HarrellC("survcomp"),
        "c_Uno_survC1": UnoC(tau, "survC1"),
        "c_Uno_survAUC": UnoC(tau, "survAUC", training=outcome(block, "train")),
    }
    for name, metric in metrics.items():
        assert metric(truth, risk) == pytest.approx(block[name][0], abs=ROUNDED), name


@pytest.mark.parametrize("number", range(6))
def test_pairs_of_each_case_are_those_of_survcomp(folder: Path, number: int) -> None:
    block = json.loads((folder / "benchmark_cindex.json").read_text())[number]
    truth = checked_outcome(outcome(block, "test"))
    walk, (ranks, n_ranks) = Walk.of(truth), exact_ranks(np.asarray(block["estimate"]))
    counts = Counts.of(np.ones((len(truth), 1)))
    rule = HarrellC("survcomp").rule
    won, pairs = event_credits(rule, walk, ranks[walk.order], n_ranks, counts)
    # survcomp counts each pair on both of its cases.
    assert won.sum() == sum(block["ch_survcomp"])
    assert (pairs - won).sum() == sum(block["dh_survcomp"])


@pytest.mark.parametrize("number", range(6))
def test_areas_of_three_packages(folder: Path, number: int) -> None:
    block = json.loads((folder / "benchmark_auc.json").read_text())[number]
    truth, risk = outcome(block, "test"), block["estimate"]
    columns = {
        "auc_cd_survAUC": ("times", {"variant": "survAUC", "training": outcome(block, "train")}),
        "auc_cd_Uno_riskRegression": ("times", {"variant": "riskRegression"}),
        "auc_cd_Uno_timeROC": ("times_se", {"variant": "timeROC"}),
    }
    for name, (times, choices) in columns.items():
        for time, expected in zip(block[times], block[name], strict=True):
            if isinstance(expected, float | int):
                found = TimeDependentAuc(time, **choices)(truth, risk)
                assert found == pytest.approx(expected, abs=ROUNDED), (name, time)
