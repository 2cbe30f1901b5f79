"""Partial likelihoods frozen by torchsurv from R (rounded to four digits), as offsets alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workbench.methods.survival.cox import fit_cox


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    found = shared_data / "survival" / "torchsurv_reference"
    if not found.is_dir():
        pytest.skip(f"{found} is absent")
    return found


def value(time: Any, status: Any, offset: Any, ties: Any, entry: Any = None) -> float:
    """Return the log partial likelihood of known log hazards."""
    nothing = np.zeros((len(time), 0))
    return fit_cox(nothing, time, status, offset=offset, ties=ties, entry=entry).log_likelihood


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("number", range(6))
def test_tied_times(folder: Path, ties: str, number: int) -> None:
    block = json.loads((folder / "benchmark_cox_with_ties.json").read_text())[number]
    found = value(block["time"], block["status"], block[f"log_hazard_{ties}"][0], ties)
    # Hazards are rounded too: each of some 160 events adds its part.
    assert found == pytest.approx(block[f"log_likelihood_{ties}"][0], abs=2e-3)


@pytest.mark.parametrize("number", range(6))
def test_distinct_times(folder: Path, number: int) -> None:
    block = json.loads((folder / "benchmark_cox_without_ties.json").read_text())[number]
    found = value(block["time"], block["status"], block["log_hazard"][0], "efron")
    assert found == pytest.approx(block["log_likelihood"][0], abs=2e-3)


def rows(block: dict) -> dict[str, np.ndarray]:
    """Cut each person's follow-up at every time, with the log hazard it has there."""
    time, status = np.array(block["time"], float), np.array(block["status"])
    hazard = np.array(block["log_hazard"])
    ends = np.unique(time)
    starts = np.concatenate([[0.0], ends[:-1]])
    parts = []
    for start, end in zip(starts, ends, strict=True):
        here = np.flatnonzero(time == end)[0]
        at_risk = np.flatnonzero(time >= end)
        dies = (time[at_risk] == end) & (status[at_risk] == 1)
        parts.append(
            np.column_stack([np.full((len(at_risk), 2), (start, end)), dies, hazard[at_risk, here]])
        )
    names = ("entry", "time", "status", "offset")
    return dict(zip(names, np.vstack(parts).T, strict=True))


def test_hazards_that_change_over_time(folder: Path) -> None:
    tied = json.loads((folder / "benchmark_extended_cox_with_ties.json").read_text())
    for ties, block in tied.items():
        assert value(**rows(block), ties=ties) == pytest.approx(
            block["log_likelihood"][0], abs=2e-3
        )
    block = json.loads((folder / "benchmark_extended_cox_without_ties.json").read_text())
    found = value(**rows(block), ties="efron")
    assert found == pytest.approx(block["log_likelihood"][0], abs=1e-9)
