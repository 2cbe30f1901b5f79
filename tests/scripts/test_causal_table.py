"""The table of estimators: figures from known answers, refusals kept, a stopped run goes on."""

import importlib.util
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def table() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("causal_table", ROOT / "scripts/causal_table.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["causal_table"] = module
    spec.loader.exec_module(module)
    return module


def test_figures_of_known_answers(table: ModuleType) -> None:
    rng = np.random.default_rng(0)
    value = 0.05 + rng.normal(0, 0.02, 20_000)
    rows = pd.DataFrame({"value": value, "low": value - 1.96 * 0.02, "high": value + 1.96 * 0.02})
    rows = rows.assign(standard_error=0.02, shut=False)
    made = table.summary(rows, 0.04, 0.0003)
    assert made["bias"] == pytest.approx(0.01, abs=0.0005)
    assert made["error"] == pytest.approx(np.hypot(0.02 / np.sqrt(20_000), 0.0003), rel=0.05)
    assert made["rmse"] == pytest.approx(np.hypot(0.01, 0.02), rel=0.02)
    assert made["coverage"] == pytest.approx(0.92, abs=0.01)  # a bias of half a standard error


def test_a_refusal_is_counted_and_not_averaged(table: ModuleType) -> None:
    rows = pd.DataFrame(
        {"value": [0.1, np.nan], "low": [0.0, np.nan], "high": [0.2, np.nan],
         "standard_error": [0.05, np.nan], "shut": [True, np.nan]}
    )  # fmt: skip
    made = table.summary(rows, 0.1, 0.0)
    assert made["refused"] == 0.5
    assert made["bias"] == 0
    assert made["shut"] == 1


def test_two_cohorts_run_and_are_read_back(table: ModuleType, tmp_path: Path) -> None:
    asked = SimpleNamespace(work=tmp_path, n=600, cohorts=1, bootstrap=0)
    with ThreadPoolExecutor(1) as pool:
        first = table.all_cohorts("null", asked, pool)
        asked.cohorts = 2
        both = table.all_cohorts("null", asked, pool)
    assert set(both["seed"]) == {0, 1}
    assert set(both["estimator"]) == set(table.ESTIMATORS)
    again = both[both["seed"] == 0].reset_index(drop=True)
    pd.testing.assert_frame_equal(first.reset_index(drop=True), again, check_dtype=False)
    truth = SimpleNamespace(
        risk_difference=0.0, risk_difference_se=0.0, rmst_difference=0.0, rmst_difference_se=0.0
    )
    printed = list(table.lines("null", both, truth))
    assert len(printed) == 2 * len(table.ESTIMATORS)
    assert all(line.count("|") == 14 for line in printed)


def test_intervals_by_resamples_are_of_the_same_values(table: ModuleType, tmp_path: Path) -> None:
    asked = SimpleNamespace(work=tmp_path, n=1500, cohorts=1, bootstrap=0)
    with ThreadPoolExecutor(1) as pool:
        plain = table.all_cohorts("null", asked, pool)
        asked.bootstrap = 4
        drawn = table.all_cohorts("null", asked, pool)
    assert drawn["value"].tolist() == pytest.approx(plain["value"].tolist())
    assert (drawn["low"] != plain["low"].to_numpy()).all()


def test_without_overlap_the_refusal_has_its_code(table: ModuleType) -> None:
    source = table.generator(1500)
    cohort = source.cohort(0, source.knobs("no_overlap"))
    rows = list(table.run_estimators(cohort, ["clone_censor_weight", "naive"], {}))
    assert {row["refused"] for row in rows} == {"no-overlap"}
