"""DeLong and its clustered form: R pROC, a brute-force formula, simulation."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from workbench import metrics
from workbench.errors import DataError, UsageError
from workbench.metrics.delong import delong

ORACLES = Path(__file__).resolve().parents[1] / "oracles"
MODELS = ["fine", "tied", "coarse"]
PAIRS = [(0, 1), (0, 2), (1, 2)]


@pytest.fixture(scope="module")
def frozen() -> dict:
    return json.loads((ORACLES / "roc.json").read_text())


@pytest.fixture(scope="module")
def found():
    data = pd.read_csv(ORACLES / "roc.csv")
    return delong(data["truth"], data[MODELS])


def test_areas_and_covariance_are_procs(frozen, found) -> None:
    assert found.areas == pytest.approx(frozen["areas"], abs=1e-12)
    assert np.diag(found.covariance) == pytest.approx(frozen["variances"], abs=1e-12)
    assert [found.covariance[p] for p in PAIRS] == pytest.approx(frozen["covariances"], abs=1e-12)


def test_intervals_and_paired_tests_are_procs(frozen, found) -> None:
    intervals = np.array([found.interval(m, scale="identity") for m in range(3)])
    assert intervals[:, 0] == pytest.approx(frozen["lows"], abs=1e-10)
    assert intervals[:, 1] == pytest.approx(frozen["highs"], abs=1e-10)
    p_values = [found.difference(*pair)[2] for pair in PAIRS]
    assert p_values == pytest.approx(frozen["p_values"], abs=1e-10)


def test_areas_are_those_of_the_metric() -> None:
    data = pd.read_csv(ORACLES / "roc.csv")
    for model in MODELS:
        expected = metrics.get("auroc")(data["truth"], data[model])
        assert delong(data["truth"], data[model]).areas[0] == pytest.approx(expected, abs=1e-12)


def test_identical_models_differ_by_zero_with_p_one() -> None:
    data = pd.read_csv(ORACLES / "roc.csv")
    twins = delong(data["truth"], data[["fine", "fine"]])
    assert twins.difference(0, 1) == (0.0, 0.0, 1.0)


def test_one_case_a_unit_is_plain_delong(found) -> None:
    data = pd.read_csv(ORACLES / "roc.csv")
    clustered = delong(data["truth"], data[MODELS], units=np.arange(len(data)))
    assert clustered.method == "Obuchowski"
    assert clustered.covariance == pytest.approx(found.covariance, abs=1e-15)


def test_clustered_variance_by_the_papers_sums() -> None:
    rng = np.random.default_rng(0)
    units = rng.integers(0, 12, 60)
    truth = rng.integers(0, 2, 60)
    scores = np.round(rng.normal(size=60) + truth, 1)
    area = metrics.get("auroc")(truth, scores)
    wins = {u: [] for u in range(12)}
    losses = {u: [] for u in range(12)}
    for i in range(60):
        rivals = scores[truth != truth[i]]
        sign = 1 if truth[i] else -1
        share = np.mean(0.5 + 0.5 * np.sign(sign * (scores[i] - rivals)))
        (wins if truth[i] else losses)[units[i]].append(share)
    up = np.array([sum(wins[u]) - len(wins[u]) * area for u in range(12)])
    down = np.array([sum(losses[u]) - len(losses[u]) * area for u in range(12)])
    m, n = truth.sum(), (1 - truth).sum()
    with_m, with_n = sum(map(bool, wins.values())), sum(map(bool, losses.values()))
    s10 = with_m / ((with_m - 1) * m) * (up**2).sum()
    s01 = with_n / ((with_n - 1) * n) * (down**2).sum()
    s11 = 12 / 11 * (up * down).sum()
    expected = s10 / m + s01 / n + 2 * s11 / (m * n)
    found = delong(truth, scores, units).covariance[0, 0]
    assert found == pytest.approx(expected, abs=1e-14)


def test_coverage_with_five_slides_a_patient() -> None:
    """The clustered interval covers; the plain one, blind to patients, is too short."""
    rng = np.random.default_rng(3)
    patients, slides, sets = 100, 5, 400
    units = np.repeat(np.arange(patients), slides)
    covered = {"plain": 0, "clustered": 0}
    # Scores share half their variance within a patient: AUROC = Phi(1 / sqrt 2).
    expected = 0.7602499389065233
    for _ in range(sets):
        truth = np.repeat(rng.integers(0, 2, patients), slides)
        noise = rng.normal(size=patients)[units] + rng.normal(size=patients * slides)
        scores = truth + noise / np.sqrt(2)
        for name, ids in (("plain", None), ("clustered", units)):
            low, high = delong(truth, scores, ids).interval()
            covered[name] += low <= expected <= high
    assert 0.92 <= covered["clustered"] / sets <= 0.98
    assert covered["plain"] / sets < 0.85


def test_perfect_separation_has_no_interval() -> None:
    low, high = delong([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4]).interval()
    assert np.isnan([low, high]).all()


def test_bad_input_is_named() -> None:
    with pytest.raises(DataError, match="two cases of each class"):
        delong([0, 1, 1], [0.1, 0.2, 0.3])
    with pytest.raises(DataError, match="NaN"):
        delong([0, 0, 1, 1], [0.1, 0.2, np.nan, 0.3])
    with pytest.raises(DataError, match="truth has 3 rows"):
        delong([0, 0, 1], [0.1, 0.2])
    with pytest.raises(DataError, match="two units with each class"):
        delong([0, 0, 1, 1], [0.1, 0.4, 0.2, 0.3], ["a", "b", "c", "c"])
    with pytest.raises(UsageError, match="scale"):
        delong([0, 0, 1, 1], [0.1, 0.4, 0.2, 0.3]).interval(scale="probit")


def test_covariance_has_the_same_bytes_for_any_number_of_threads() -> None:
    rng = np.random.default_rng(0)
    truth, scores = rng.integers(0, 2, 3000), rng.normal(size=(3000, 60))
    found = set()
    for threads in (1, 2, 4):
        with threadpool_limits(limits=threads, user_api="blas"):
            plain, clustered = delong(truth, scores), delong(truth, scores, np.arange(3000) // 3)
        found.add(plain.covariance.tobytes() + clustered.covariance.tobytes())
    assert len(found) == 1
