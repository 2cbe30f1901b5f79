"""Metrics of estimates: against plain formulas, under weights, and what abstaining is worth."""

from __future__ import annotations

import numpy as np
import pytest

from workbench import metrics
from workbench.errors import DataError, UsageError
from workbench.metrics.case_metric import CaseMetric
from workbench.metrics.effects.answered import answered
from workbench.metrics.effects.interval_score import oracle_score

NAMES = [name for name in metrics.names() if metrics.kind_of(name).needs == "estimates"]
Z = 1.959963984540054  # R qnorm(0.975)


def problem(seed: int = 0, n: int = 120) -> tuple[np.ndarray, np.ndarray]:
    """Cohorts of four scenarios; the last has no effect, the third cannot be answered."""
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 4, n)
    value = np.where(group == 3, 0.0, rng.normal(0.05, 0.02, n).round(3))
    scale = rng.uniform(0.01, 0.03, n).round(3)
    truth = np.column_stack([value, scale, group, group != 2])
    estimate = value + rng.normal(0.3 * scale, scale)
    half = 1.5 * scale * rng.uniform(0.8, 1.5, n)
    abstain = np.where(group == 2, rng.random(n) < 0.7, rng.random(n) < 0.1)
    return truth, np.column_stack([estimate, estimate - half, estimate + half, abstain])


def plain(name: str, truth: np.ndarray, said: np.ndarray) -> float:
    """Return a metric by its formula, case by case and group by group."""
    value, scale, group, can = truth.T
    estimate, low, high, abstain = said.T
    if name == "effect-interval-score":
        total = 0.0
        for y, s, ok, lo, hi, gone in zip(value, scale, can, low, high, abstain, strict=True):
            if not ok:
                total += 4.675605584402835 if gone else 20
            elif gone:
                total += 20
            else:
                total += (hi - lo + 40 * max(lo - y, 0) + 40 * max(y - hi, 0)) / s
        return total / len(value)
    if name == "effect-false-positives":
        null = (value == 0) & (abstain == 0)
        return float(((low > 0) | (high < 0))[null].mean())
    if name in ("effect-right-abstentions", "effect-wrong-abstentions"):
        return float(abstain[can == (name == "effect-wrong-abstentions")].mean())
    found = []
    for one in np.unique(group):
        own = (group == one) & (can == 1) & (abstain == 0)
        if not own.any():
            continue
        error = (estimate - value)[own] / scale[own]
        share = np.abs(estimate - value)[own] / np.maximum(value[own], 1)
        inside = ((low <= value) & (value <= high))[own]
        found.append(
            {
                "cell-error": share.mean(),
                "small-cell-error": share.mean(),
                "effect-bias": abs(error.mean()),
                "effect-rmse-ratio": np.sqrt((error**2).mean()),
                "effect-coverage-error": abs(inside.mean() - 0.95),
                "effect-width-ratio": ((high - low)[own] / (2 * Z * scale[own])).mean(),
            }[name]
        )
    return float(np.mean(found))


@pytest.mark.parametrize("name", NAMES)
def test_equals_its_formula(name) -> None:
    truth, said = problem()
    assert metrics.get(name)(truth, said) == pytest.approx(plain(name, truth, said), rel=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_weights_are_rows_and_order_changes_no_bit(name) -> None:
    truth, said = problem(1)
    metric, rng = metrics.get(name), np.random.default_rng(2)
    counts = rng.integers(0, 4, len(truth))
    rows = np.repeat(np.arange(len(truth)), counts)
    written = metric(truth[rows], said[rows])
    assert metric(truth, said, counts) == pytest.approx(written, rel=1e-12)
    order = rng.permutation(len(truth))
    weights = rng.poisson(1, (len(truth), 6))
    assert metric(truth[order], said[order], weights[order]).tobytes() == (
        metric(truth, said, weights).tobytes()
    )


@pytest.mark.parametrize("name", NAMES)
def test_what_was_written_where_abstained_changes_nothing(name) -> None:
    truth, said = problem(3)
    other = said.copy()
    other[said[:, 3] == 1, :3] = [np.nan, 9.0, -9.0]
    assert metrics.get(name)(truth, other) == metrics.get(name)(truth, said)


def test_the_oracle_scores_what_it_is_expected_to() -> None:
    rng = np.random.default_rng(4)
    n = 400_000
    truth = np.column_stack([np.zeros(n), np.full(n, 0.02), np.zeros(n), np.ones(n)])
    estimate = rng.normal(0, 0.02, n)
    half = Z * 0.02
    said = np.column_stack([estimate, estimate - half, estimate + half, np.zeros(n)])
    found = metrics.get("effect-interval-score")(truth, said)
    assert found == pytest.approx(oracle_score(0.95), abs=0.03)
    assert metrics.get("effect-rmse-ratio")(truth, said) == pytest.approx(1, abs=0.01)
    assert metrics.get("effect-width-ratio")(truth, said) == pytest.approx(1, abs=1e-9)
    assert metrics.get("effect-coverage-error")(truth, said) < 0.002


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.25, 2.0])
def test_an_interval_other_than_the_honest_one_scores_worse(factor) -> None:
    rng = np.random.default_rng(5)
    n = 200_000
    truth = np.column_stack([rng.normal(0, 1, n), np.ones(n), np.zeros(n), np.ones(n)])
    estimate = truth[:, 0] + rng.normal(0, 1, n)
    score = metrics.get("effect-interval-score")

    def of(half: float) -> float:
        ends = [estimate - half, estimate + half]
        return score(truth, np.column_stack([estimate, *ends, np.zeros(n)]))

    assert of(Z) < of(factor * Z)


def test_abstaining_pays_where_no_answer_is_possible_and_nowhere_else() -> None:
    truth, said = problem(6)
    score = metrics.get("effect-interval-score")
    kept, left = said.copy(), said.copy()
    kept[:, 3], left[:, 3] = 0, 1
    right = np.where((truth[:, 3] == 1)[:, None], kept, left)
    wrong = np.where((truth[:, 3] == 0)[:, None], kept, left)
    assert score(truth, right) < min(score(truth, kept), score(truth, left))
    assert score(truth, wrong) == pytest.approx(20)


def test_the_null_answers_are_no_effect_and_abstaining() -> None:
    truth, _ = problem(7)
    score = metrics.get("effect-interval-score")
    names = [name for name, _ in score.constants(truth)]
    assert names == ["zero effect", "abstain"]
    assert metrics.best_constant(score, truth).value <= 20
    can = truth[truth[:, 3] == 1]
    assert [name for name, _ in score.constants(can)] == ["zero effect"]


def test_a_group_without_an_answer_has_no_part_and_no_answer_no_value() -> None:
    truth, said = problem(8)
    bias = metrics.get("effect-bias")
    without = said.copy()
    without[truth[:, 2] == 1, 3] = 1
    rest = truth[:, 2] != 1
    assert bias(truth, without) == pytest.approx(bias(truth[rest], said[rest]))
    without[:, 3] = 1
    with pytest.raises(DataError, match="undefined here"):
        bias(truth, without)
    worst = metrics.get("effect-bias", over="worst")
    assert worst(truth, said) >= bias(truth, said)
    assert worst.label == "effect-bias-worst"


def test_answers_without_intervals_have_no_coverage() -> None:
    truth, said = problem(9)
    said[:, 1:3] = np.nan
    assert np.isnan(metrics.get("effect-coverage-error").columns(truth, said)[0])
    assert metrics.get("effect-bias")(truth, said) > 0


@pytest.mark.parametrize(
    ("row", "values", "code"),
    [
        (2, [0.1, 0.3, 0.2, 0], "interval-upside-down"),
        (3, [np.nan, 0.1, 0.2, 0], "estimate-not-finite"),
        (3, [0.1, np.nan, 0.2, 0], "estimate-not-finite"),
        (4, [0.1, 0.1, 0.2, 0.5], "abstain-not-binary"),
    ],
)
def test_broken_answers_are_named(row, values, code) -> None:
    truth, said = problem(10)
    said[:, 3] = 0
    said[row] = values
    with pytest.raises(DataError) as caught:
        metrics.get("effect-bias")(truth, said)
    assert [(p.code, p.where) for p in caught.value.problems] == [(code, f"row {row}")]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        (0, np.nan, "truth-not-finite"),
        (1, 0.0, "scale-not-positive"),
        (3, 2.0, "answerable-not-binary"),
    ],
)
def test_a_broken_truth_is_named(column, value, code) -> None:
    truth, said = problem(11)
    row = int(np.argmax(truth[:, 3] == 1))
    truth[row, column] = value
    with pytest.raises(DataError) as caught:
        metrics.get("effect-bias")(truth, said)
    assert [p.code for p in caught.value.problems] == [code]


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("effect-interval-score", {"abstain_cost": 4}),
        ("effect-interval-score", {"level": 1}),
        ("effect-bias", {"over": "median"}),
        ("effect-false-positives", {"null_within": -1}),
        ("cell-error", {"least": 0}),
        ("small-cell-error", {"most": -1}),
    ],
)
def test_parameters_without_meaning_are_refused(name, params) -> None:
    with pytest.raises(UsageError):
        metrics.get(name, **params)


@pytest.mark.parametrize("name", ["mae", "rmse", "r2", "mean-relative-error"])
def test_a_metric_of_values_is_that_of_the_answered_cases(name) -> None:
    truth, said = problem(12)
    truth[:, 0] += 1
    inner = metrics.get(name)
    rows = said[:, 3] == 0
    expected = inner(truth[rows, 0], said[rows, 0])
    assert answered(inner, every_case=False)(truth, said) == expected
    said[:, 3] = 0
    whole = answered(inner, every_case=True)
    assert isinstance(whole, CaseMetric) == isinstance(inner, CaseMetric)
    assert whole(truth, said) == inner(truth[:, 0], said[:, 0])
    assert (whole.label, whole.direction, whole.range) == (name, inner.direction, inner.range)


def test_a_metric_of_intervals_is_that_of_the_answered_cases() -> None:
    truth, said = problem(13)
    inner, rows = metrics.get("coverage"), said[:, 3] == 0
    expected = inner(truth[rows, 0], said[rows, 1:3])
    assert answered(inner, every_case=False)(truth, said) == expected
    floor = metrics.best_constant(answered(inner, every_case=False), truth)
    assert floor.answer == "central quantiles"
    assert floor.value == pytest.approx(0.95, abs=0.03)


def test_a_relative_error_of_a_truth_of_zero_is_named() -> None:
    with pytest.raises(DataError, match="truth is 0"):
        metrics.get("mean-relative-error")([1.0, 0.0], [1.0, 1.0])
    assert metrics.get("mean-relative-error")([-10.0], [-8.0]) == pytest.approx(0.2)


def cells(*rows: tuple[float, float, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return truth and answers of cells: what is true, what is said, group."""
    truth = np.array([[true, 1.0, group, 1.0] for true, _, group in rows])
    return truth, np.array([[said, said, said, 0.0] for _, said, _ in rows])


def test_only_small_cells_count_and_groups_count_alike() -> None:
    truth, said = cells((10, 11, 0), (20, 20, 0), (51, 0, 0), (4, 6, 1))
    small = metrics.get("small-cell-error")
    assert small(truth, said) == pytest.approx((0.05 + 0.5) / 2)
    assert metrics.get("small-cell-error", most=15)(truth, said) == pytest.approx((0.1 + 0.5) / 2)
    assert metrics.get("small-cell-error", over="worst")(truth, said) == pytest.approx(0.5)
    assert metrics.get("cell-error")(truth, said) == pytest.approx((1.1 / 3 + 0.5) / 2)


def test_what_is_invented_in_an_empty_cell_counts() -> None:
    truth, said = cells((0, 3, 0), (0, 0, 0), (0.2, 0.7, 0))
    assert metrics.get("small-cell-error")(truth, said) == pytest.approx(3.5 / 3)
    assert metrics.get("small-cell-error", least=0.1)(truth, said) == pytest.approx(32.5 / 3)


def test_the_null_answers_of_cells_are_zero_and_the_best_number() -> None:
    rng = np.random.default_rng(12)
    truth, _ = cells(*((float(rng.integers(0, 40)), 0.0, 0) for _ in range(80)))
    metric = metrics.get("small-cell-error")
    best = metrics.best_constant(metric, truth)
    others = [metric(truth, np.tile([x, x, x, 0.0], (80, 1))) for x in range(60)]
    assert best.value == pytest.approx(min(others))


def test_no_small_cell_has_no_value() -> None:
    truth, said = cells((90, 90, 0), (60, 70, 1))
    assert np.isnan(metrics.get("small-cell-error").columns(truth, said)[0])
    assert metrics.get("small-cell-error").constants(truth)[0][0] == "0 in every cell"
