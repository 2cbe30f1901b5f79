"""Errors of absolute risks: as riskRegression, and as derivatives by each row's weight."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError, UsageError
from workbench.methods.survival.cause_specific import fit_cause_specific
from workbench.methods.survival.risk_error import absolute_risk_interval

from . import real_cox

ORACLE = Path(__file__).resolve().parents[2] / "oracles" / "fine_gray.json"
REAL = json.loads(ORACLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["mgus2", "pbc"])
def test_real_data_give_about_the_errors_of_risk_regression(shared_data: Path, name: str) -> None:
    known = REAL[name]
    fit = fit_cause_specific(**real_cox.competing(shared_data, name), ties="breslow")
    found = absolute_risk_interval(fit, np.array([known["row"]]), known["times"])
    assert found.risk.tolist() == pytest.approx(known["csc_exponential"], rel=1e-6)
    assert found.standard_error.tolist() == pytest.approx(known["csc_error"], rel=0.011)


def draw(n: int = 80) -> dict:
    rng = np.random.default_rng(8)
    x = pd.DataFrame({"a": rng.normal(size=n), "b": (rng.random(n) < 0.5).astype(float)})
    time = np.ceil(9 * rng.exponential(np.exp(-0.5 * x.a)))
    return {"design": x, "time": time, "event": rng.choice([0, 1, 2, 2], n)}


@pytest.mark.parametrize("strata", [None, np.arange(80) % 2])
def test_the_error_adds_up_what_each_row_changes(strata) -> None:
    d, row, times = draw(), pd.DataFrame({"a": [0.4], "b": [1.0]}), [2, 5, 12]
    given = {"strata": strata, "ties": "breslow"}
    fit = fit_cause_specific(**d, **given)
    stratum = None if strata is None else "1"
    asked = {"strata": None if strata is None else [1]}
    found = absolute_risk_interval(fit, row, times, stratum=stratum)
    effects = []
    for person in range(80):
        ends = []
        for step in (1e-4, -1e-4):
            weights = np.ones(80)
            weights[person] += step
            changed = fit_cause_specific(**d, **given, weights=weights)
            ends.append(changed.absolute_risk(row, times, **asked)[0])
        effects.append((ends[0] - ends[1]) / 2e-4)
    known = np.sqrt((np.array(effects) ** 2).sum(axis=0))
    assert found.standard_error.tolist() == pytest.approx(known, rel=1e-4)
    assert (found.low < found.risk).all() and (found.risk < found.high).all()


def test_a_row_given_twice_in_one_cluster_counts_once() -> None:
    d = draw()
    row, times = d["design"].head(1), [2, 5, 12]
    alone = fit_cause_specific(**d, ties="breslow")
    twice = fit_cause_specific(
        **{name: pd.concat([pd.DataFrame(v)] * 2).squeeze() for name, v in d.items()},
        ties="breslow",
        cluster=np.tile(np.arange(80), 2),
    )
    one = absolute_risk_interval(alone, row, times)
    other = absolute_risk_interval(twice, row, times)
    assert other.standard_error.tolist() == pytest.approx(one.standard_error.tolist(), rel=1e-6)


def test_wrong_use() -> None:
    d = draw()
    fit = fit_cause_specific(**d)
    with pytest.raises(UsageError, match="one row, got 2"):
        absolute_risk_interval(fit, d["design"].head(2), [1])
    with pytest.raises(UsageError, match="level"):
        absolute_risk_interval(fit, d["design"].head(1), [1], level=0)
    with pytest.raises(DataError, match="unknown-cause"):
        absolute_risk_interval(fit, d["design"].head(1), [1], cause=3)
