"""Brier score, IPA and IBS on public data with many tied days: R riskRegression."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench import metrics

ORACLE = Path(__file__).resolve().parents[2] / "oracles" / "survival_brier_real.json"
REAL = json.loads(ORACLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["rotterdam", "gbsg", "flchain"])
def test_real_data_score_as_in_riskregression(shared_data: Path, name) -> None:
    known = REAL[name]
    data = pd.read_csv(shared_data / f"survival/survival_{name}.csv")
    data = data[data[known["time"]] > 0]
    truth = data[[known["time"], known["event"]]].to_numpy(float)
    assert len(truth) == known["n"]
    x = data[known["x"]].to_numpy(float)
    z = (x - x.mean()) / x.std(ddof=1)
    horizons = [float(time) for time in known["horizons"]]
    curves = np.exp(-0.4 * np.outer(np.exp(0.5 * z), horizons) / 2000)
    scores = {(row["model"], row["times"]): row for row in known["score"]}
    for i, time in enumerate(horizons):
        brier = metrics.get("survival-brier", horizon=time)
        row = scores["model", time]
        assert brier(truth, curves[:, i]) == pytest.approx(row["Brier"], rel=1e-11)
        floor = metrics.best_constant(brier, truth).value
        assert floor == pytest.approx(scores["Null model", time]["Brier"], rel=1e-11)
        ipa = metrics.get("ipa", horizon=time)
        assert ipa(truth, curves[:, i]) == pytest.approx(row["IPA"], abs=1e-10)
    whole = metrics.get("integrated-brier", times=horizons, integration="step")
    assert whole(truth, curves) == pytest.approx(scores["model", horizons[-1]]["IBS"], rel=1e-11)
