"""Antolini's concordance: pycox's two counts by brute force, and Harrell's where curves are one."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import metrics
from workbench.errors import DataError, UsageError
from workbench.metrics.survival.antolini import BETWEEN, AntoliniC
from workbench.metrics.survival.concordance import HarrellC

TIMES = (1.0, 2.0, 3.5, 5.0)


def draw(seed: int, n: int = 40, digits: int = 1):
    """Times and survival with many ties."""
    rng = np.random.default_rng(seed)
    truth = np.column_stack([np.ceil(rng.exponential(size=n) * 8) / 2, rng.random(n) < 0.7])
    truth[0, 1] = 1
    curves = np.round(np.cumprod(rng.random((n, 4)) ** 0.3, axis=1), digits)
    return truth, curves, rng.integers(0, 3, n)


def column_of(time: float, between: str) -> int:
    """Return the grid column that an event is judged by."""
    side = "right" if between == "last" else "left"
    return int(np.clip(np.searchsorted(TIMES, time, side) - (between == "last"), 0, 3))


def by_pairs(truth, survival, weights, variant) -> float:
    """Look at all ordered pairs, as pycox does; ``survival[i]`` holds all cases at time i."""
    top = bottom = 0.0
    for i, (t, d) in enumerate(truth):
        for j, (u, f) in enumerate(truth):
            if i == j:
                continue
            mine, other = survival[i][i], survival[i][j]
            half = float(mine < other) + 0.5 * (mine == other)
            if variant != "adj-antolini":
                pair = d and (t < u or (t == u and not f))
                worth = half if variant == "half" else float(mine < other)
            else:
                pair = (t < u and d) or (t == u and (d or f))
                worth = half
                if t == u and f:
                    worth = (1.0 if mine == other else 0.5) if d else 1.0 - half
            top += pair * worth * weights[i] * weights[j]
            bottom += pair * weights[i] * weights[j]
    return top / bottom


@pytest.mark.parametrize("variant", ["antolini", "half", "adj-antolini"])
@pytest.mark.parametrize("between", ["last", "next"])
def test_counts_are_those_of_pycox(variant, between) -> None:
    for seed in range(6):
        truth, curves, weights = draw(seed)
        survival = [curves[:, column_of(t, between)] for t in truth[:, 0]]
        found = AntoliniC(TIMES, between, variant).columns(
            truth, curves, np.column_stack([np.ones(40), weights, weights * 0.3])
        )
        expected = [by_pairs(truth, survival, w, variant) for w in (np.ones(40), weights, weights)]
        assert found == pytest.approx(expected, abs=1e-13)


def test_straight_lines_between_grid_times() -> None:
    truth, curves, weights = draw(9, digits=15)
    corners, padded = np.append(0.0, TIMES), np.column_stack([np.ones(40), curves])
    survival = [[np.interp(t, corners, row) for row in padded] for t in truth[:, 0]]
    found = AntoliniC(TIMES, "linear")(truth, curves, weights)
    assert found == pytest.approx(by_pairs(truth, survival, weights, "antolini"), abs=1e-13)


@given(seed=st.integers(0, 200), between=st.sampled_from(list(BETWEEN)))
@settings(max_examples=30, deadline=None)
def test_curves_of_one_shape_give_harrells_c(seed, between) -> None:
    truth, _, weights = draw(seed)
    risk = np.random.default_rng(seed).integers(1, 6, 40) / 4
    curves = np.exp(-np.outer(risk, TIMES))
    found = AntoliniC(TIMES, between, "half")(truth, curves, weights + 1)
    assert found == pytest.approx(HarrellC()(truth, risk, weights + 1), abs=1e-13)


def test_row_order_kernel_and_numpy_agree_to_the_bit(monkeypatch) -> None:
    truth, curves, weights = draw(3, n=300)
    columns = np.column_stack([weights, weights * 0.37])
    order, found = np.random.default_rng(0).permutation(300), []
    for choice, rows in (("always", slice(None)), ("never", slice(None)), ("never", order)):
        monkeypatch.setenv("WORKBENCH_NUMBA", choice)
        for variant in ("antolini", "adj-antolini"):
            values = AntoliniC(TIMES, "linear", variant).columns(
                truth[rows], curves[rows], columns[rows]
            )
            found.append(values.tobytes())
    assert len(set(found[::2])) == len(set(found[1::2])) == 1


def test_weights_that_mean_repeats_are_told_apart() -> None:
    truth, curves, _ = draw(5)
    counts = np.random.default_rng(1).integers(1, 4, 40)
    rows = np.repeat(np.arange(40), counts)
    metric = AntoliniC(TIMES)
    assert "frequency" in metric.supports
    assert metric(truth, curves, counts) == metric(truth[rows], curves[rows])
    adjusted = AntoliniC(TIMES, variant="adj-antolini")
    assert adjusted.supports == ("importance",)
    assert adjusted(truth, curves, counts) != adjusted(truth[rows], curves[rows])


@pytest.mark.parametrize("between", BETWEEN)
def test_memory_is_that_of_the_curves(between) -> None:
    rng = np.random.default_rng(0)
    truth = np.column_stack([rng.exponential(size=4000), rng.random(4000) < 0.7])
    curves = np.cumprod(rng.random((4000, 20)), axis=1)
    tracemalloc.start()
    AntoliniC(tuple(np.linspace(0.1, 3, 20)), between)(truth, curves)
    assert tracemalloc.get_traced_memory()[1] < 10e6  # all pairs would take 16e6 bytes at least
    tracemalloc.stop()


def test_broken_curves_and_choices_are_named() -> None:
    truth, curves, _ = draw(0)
    with pytest.raises(DataError, match="4 times, got shape"):
        AntoliniC(TIMES)(truth, curves[:, :3])
    with pytest.raises(DataError, match="no survival curves"):
        AntoliniC(TIMES)(truth, curves[:, ::-1])
    with pytest.raises(UsageError, match="times must rise"):
        AntoliniC((2.0, 1.0))
    with pytest.raises(UsageError, match="between of antolini-c is last, next, linear"):
        metrics.get("antolini-c", times=TIMES, between="spline")
