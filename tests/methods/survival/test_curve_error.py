"""Intervals of a Cox model's survival curves equal those of R ``survfit``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError, UsageError
from workbench.methods.survival.cox import fit_cox
from workbench.methods.survival.curve_error import survival_interval

from . import real_cox

ORACLE = Path(__file__).resolve().parents[2] / "oracles" / "cox.json"
REAL = json.loads(ORACLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [name for name in real_cox.NAMES if "curve" in REAL[name]])
def test_real_data_give_the_errors_of_survfit(shared_data: Path, name: str) -> None:
    fit, curve = fit_cox(**real_cox.problem(shared_data, name)), REAL[name]["curve"]
    stratum = str(curve["stratum"]) if "stratum" in curve else None
    row = pd.DataFrame([curve["row"]], columns=real_cox.NAMES[name])
    found = survival_interval(fit, row, curve["times"], stratum=stratum)
    assert found.survival.tolist() == pytest.approx(np.ravel(curve["survival"]), rel=1e-7)
    known = np.ravel(curve["error"]).astype(float)
    assert found.standard_error.tolist() == pytest.approx(known, rel=1e-6)


@pytest.mark.parametrize("scale", ["log", "log-log", "plain"])
def test_intervals_hold_the_curve_and_nothing_is_known_before_the_first_event(scale: Any) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(80, 2))
    fit = fit_cox(x, 1 + rng.exponential(size=80), rng.random(80) < 0.6)
    found = survival_interval(fit, x[:1], [0.5, 1.5, 2, 3], scale=scale)
    assert found.iloc[0, 1:].tolist() == [1, 0, 1, 1]
    later = found.iloc[1:]
    assert ((later.low < later.survival) & (later.survival < later.high)).all()
    narrow = survival_interval(fit, x[:1], [1.5, 2, 3], scale=scale, level=0.5)
    assert (narrow.high.to_numpy() < later.high.to_numpy()).all()


def test_wrong_use() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(40, 1))
    fit = fit_cox(x, rng.exponential(size=40), np.ones(40), strata=np.arange(40) % 2)
    with pytest.raises(UsageError, match="did you mean 'plain'"):
        survival_interval(fit, x[:1], [1], scale="plan", stratum="0")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="level"):
        survival_interval(fit, x[:1], [1], level=95, stratum="0")
    with pytest.raises(UsageError, match="one row, got 2"):
        survival_interval(fit, x[:2], [1], stratum="0")
    with pytest.raises(DataError, match="unknown-stratum"):
        survival_interval(fit, x[:1], [1])
