"""Family-wise error of both tests and joint coverage of rank sets, by simulation."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "scripts/benchmarks/ranking_error_rates.py"
TESTS = ("bootstrap", "sign flips")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script that prints the figures of the docs."""
    spec = importlib.util.spec_from_file_location("ranking_error_rates", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _within_bounds(found: dict[str, float], sets: int, errors: float) -> None:
    """Hold shares against 5 % and 95 %, with so many Monte-Carlo errors."""
    slack = errors * np.sqrt(0.05 * 0.95 / sets)
    for test in TESTS:
        assert found[f"{test}: any error"] <= 0.05 + slack
        assert found[f"{test}: error against the first"] <= found[f"{test}: any error"]
        assert found[f"{test}: sets cover all ranks"] >= 0.95 - slack


@pytest.mark.parametrize("kind", ["mean error", "AUROC"])
def test_twenty_equal_models_quick(script, kind) -> None:
    found = script.error_rates(kind, "all equal", 60, 60, 400, 400)
    _within_bounds(found, 60, 3)
    alone = found["bootstrap rank intervals cover, each alone"]
    assert alone < 0.8, "bootstrap rank intervals are no confidence sets between equals"


def test_partly_equal_models_are_told_apart_quick(script) -> None:
    found = script.error_rates("mean error", "four groups of five equals", 40, 60, 400, 400)
    _within_bounds(found, 40, 3)
    effect = script.SCENES["one clear leader, rest equal"]
    drawn = script.draw_means(np.random.default_rng(0), effect, 60)
    points, tests, _ = script.one_set(*drawn, 400, 400, 0)
    assert points.argmin() == 0
    for found_tests in tests.values():
        against_leader = found_tests.adjusted[(found_tests.pairs == 0).any(axis=1)]
        assert (against_leader <= 0.05).mean() > 0.8, "a test that never rejects holds any level"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["mean error", "AUROC"])
@pytest.mark.parametrize(
    "scene",
    ["all equal", "four groups of five equals", "near ties", "one clear leader, rest equal"],
)
def test_error_and_coverage_of_a_thousand_sets(script, kind, scene) -> None:
    _within_bounds(script.error_rates(kind, scene, 1000, 100, 1000, 1000), 1000, 2)
