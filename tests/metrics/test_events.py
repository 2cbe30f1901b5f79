"""Free-response metrics: MONAI, brute force, conventions, bootstrap over patients, bad input."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import metrics
from workbench.errors import DataError, UsageError
from workbench.metrics import UnitBootstrap
from workbench.metrics.events import EVENT, MISS, events
from workbench.metrics.froc import froc_curve

FROZEN = json.loads((Path(__file__).resolve().parents[1] / "oracles" / "froc.json").read_text())
METRICS = [
    metrics.get("froc"),
    metrics.get("froc", at=0.5),
    metrics.get("froc", join="linear", false_on="target-free"),
    metrics.get("partial-froc", up_to=2),
    metrics.get("partial-froc", up_to=2, join="linear"),
    metrics.get("jafroc"),
]
NAMES = [f"{i}-{metric.label}" for i, metric in enumerate(METRICS)]


def draw(seed: int, n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Return targets of each case, and events with heavy ties."""
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, 3, n) * rng.integers(0, 2, n)
    targets[0] = 2
    case = rng.integers(0, n, 4 * n)
    hit = (rng.random(4 * n) < 0.4) & (targets[case] > 0)
    target = np.where(hit, rng.integers(0, 9, 4 * n) % np.maximum(targets[case], 1), MISS)
    score = np.round(rng.random(4 * n) + 0.3 * hit, 1)
    return targets, events(case, target, score)


def sensitivities(targets, table, at, weights, false_on="all") -> list[float]:
    """Try every threshold in plain Python, case by case."""
    on = [false_on == "all" or t == 0 for t in targets]
    exposure = sum(w for w, counted in zip(weights, on, strict=True) if counted)
    lesions = sum(w * t for w, t in zip(weights, targets, strict=True))
    best = [0.0] * len(at)
    for threshold in set(table["score"].tolist()):
        called = table[table["score"] >= threshold]
        found = {(c, t) for c, t, _ in called.tolist() if t != MISS}
        hits = sum(weights[c] for c, _ in found)
        false = sum(weights[c] for c, t, _ in called.tolist() if t == MISS and on[c])
        for place, allowed in enumerate(at):
            if false <= allowed * exposure + 1e-9:
                best[place] = max(best[place], hits / lesions)
    return best


@pytest.mark.parametrize("number", range(3))
def test_linear_form_is_monais(number) -> None:
    frozen = FROZEN["problems"][number]
    marks = events(frozen["case"], frozen["target"], frozen["score"])
    mean = metrics.get("froc", join="linear")(frozen["targets"], marks)
    assert mean == pytest.approx(frozen["mean"], abs=1e-12)
    single = [
        metrics.get("froc", at=at, join="linear")(frozen["targets"], marks) for at in FROZEN["at"]
    ]
    assert single == pytest.approx(frozen["single"], abs=1e-12)


def test_case_of_monais_own_tests() -> None:
    # tests/test_compute_froc.py, TEST_CASE_4 and 5: two images, four targets, all found.
    marks = events([0, 0, 1, 1, 0, 1], [0, 1, 0, 1, -1, -1], [1, 1, 0.8, 0.8, 0.8, 0.6])
    assert metrics.get("froc", join="linear")([2, 2], marks) == pytest.approx(0.95833333)
    assert metrics.get("froc", join="linear", at=0.25)([2, 2], marks) == 0.75
    # No threshold has a false mark on a quarter of the images: only the step before counts.
    assert metrics.get("froc", at=0.25)([2, 2], marks) == 0.5
    assert metrics.get("froc", at=0.5)([2, 2], marks) == 1.0


@pytest.mark.parametrize("false_on", ["all", "target-free"])
@pytest.mark.parametrize("seed", range(4))
def test_step_form_by_trying_every_threshold(seed, false_on) -> None:
    targets, table = draw(seed)
    at = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
    weights = np.random.default_rng(seed).integers(0, 4, len(targets))
    for given_weights in (None, weights):
        each = np.ones(len(targets), int) if given_weights is None else given_weights
        expected = sensitivities(targets, table, at, each, false_on)
        single = [
            metrics.get("froc", at=place, false_on=false_on)(targets, table, given_weights)
            for place in at
        ]
        assert single == pytest.approx(expected, abs=1e-15)
        mean = metrics.get("froc", at=at, false_on=false_on)(targets, table, given_weights)
        assert mean == pytest.approx(np.mean(expected), abs=1e-15)


@pytest.mark.parametrize("join", ["step", "linear"])
def test_partial_area_is_the_mean_over_the_curve(join) -> None:
    targets, table = draw(1)
    grid = (np.arange(20_000) + 0.5) / 20_000 * 6
    for up_to in (0.7, 2.0, 6.0):
        mean = metrics.get("froc", at=grid[grid < up_to], join=join)(targets, table)
        area = metrics.get("partial-froc", up_to=up_to, join=join)(targets, table)
        assert area == pytest.approx(mean, abs=1e-3)


def test_jafroc_by_counting_all_pairs() -> None:
    targets, table = draw(2)
    lesions = {(c, t): -np.inf for c, k in enumerate(targets) for t in range(k)}
    worst = {c: -np.inf for c, k in enumerate(targets) if k == 0}
    for case, target, score in table.tolist():
        if target != MISS:
            lesions[case, target] = max(lesions[case, target], score)
        elif case in worst:
            worst[case] = max(worst[case], score)
    pairs = [(a > b) + 0.5 * (a == b) for a in lesions.values() for b in worst.values()]
    assert metrics.get("jafroc")(targets, table) == pytest.approx(np.mean(pairs), abs=1e-15)


def test_several_events_on_a_target_count_once_with_the_best() -> None:
    many = events([0, 0, 0, 1], [0, 0, 0, -1], [0.2, 0.9, 0.5, 0.6])
    once = events([0, 1], [0, -1], [0.9, 0.6])
    for metric in METRICS:
        assert metric([1, 0], many) == metric([1, 0], once)


def test_curve_is_what_the_score_reads() -> None:
    targets, table = draw(3)
    curve = froc_curve(targets, table)
    assert curve["threshold"].is_monotonic_decreasing
    assert curve.iloc[0].tolist() == [np.inf, 0.0, 0.0]
    for at in (0.3, 1.0, 2.0):
        expected = curve[curve["false"] <= at]["sensitivity"].max()
        assert metrics.get("froc", at=at)(targets, table) == pytest.approx(expected, abs=1e-15)


def test_exposure_makes_it_a_rate() -> None:
    """Alerts of patients watched for unequal times: false alerts a patient-year."""
    years = np.array([2.0, 0.5, 1.5])
    alerts = events([0, 0, 1, 2], [0, -1, -1, 1], [0.9, 0.8, 0.7, 0.6])
    truth = np.column_stack([[1, 0, 2], years])
    curve = froc_curve(truth, alerts)
    assert curve["false"].tolist() == [0, 0, 1 / 4, 2 / 4, 2 / 4]
    assert metrics.get("froc", at=0.5)(truth, alerts) == 2 / 3


@pytest.mark.parametrize("metric", METRICS, ids=NAMES)
def test_bootstrap_over_patients_is_writing_the_cases_again(metric) -> None:
    targets, table = draw(4)
    patients = np.array([f"p{i // 3}" for i in range(len(targets))])
    bootstrap = UnitBootstrap(targets, patients, 40, seed=1)
    (values,), _, undefined = bootstrap.values(metric, table)
    assert undefined == 0
    for b in range(40):
        rows = np.repeat(np.arange(len(targets)), bootstrap.weights[:, b])
        parts = [table[table["case"] == row] for row in rows]
        again = np.concatenate(parts)
        again["case"] = np.repeat(np.arange(len(rows)), [len(part) for part in parts])
        assert values[b] == pytest.approx(metric(targets[rows], again), abs=1e-12)
    assert bootstrap.interval(metric, table, method="bca").low <= metric(targets, table)
    same = bootstrap.difference(metric, table, table.copy())
    assert (same.low, same.high) == (0.0, 0.0)


@pytest.mark.parametrize("metric", METRICS, ids=NAMES)
@given(st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_order_of_cases_and_events_changes_nothing(metric, random) -> None:
    targets, table = draw(5)
    weights = np.random.default_rng(5).uniform(0.1, 3, len(targets))
    cases, rows = list(range(len(targets))), list(range(len(table)))
    random.shuffle(cases)
    random.shuffle(rows)
    place = np.argsort(cases)
    moved = events(place[table["case"]], table["target"], table["score"])[rows]
    for given_weights in (None, weights):
        shuffled = None if given_weights is None else given_weights[cases]
        assert metric(targets[cases], moved, shuffled) == metric(targets, table, given_weights)
    scaled = metric(targets, table, 7.3 * weights)
    assert scaled == pytest.approx(metric(targets, table, weights), rel=1e-12)


@pytest.mark.parametrize("metric", METRICS, ids=NAMES)
def test_only_the_order_of_scores_counts(metric) -> None:
    targets, table = draw(6)
    ranks = np.unique(table["score"], return_inverse=True)[1]
    tiny = events(table["case"], table["target"], 1e-9 * ranks)
    assert metric(targets, tiny) == metric(targets, table)


def test_perfect_and_empty_answers() -> None:
    targets = np.array([2, 0, 1, 0])
    perfect = events([0, 0, 2], [0, 1, 0], [0.5, 0.5, 0.5])
    for metric in METRICS:
        floor = metrics.best_constant(metric, targets)
        assert metric(targets, perfect) == 1.0
        assert (floor.answer, floor.value) == ("no event", 0.5 if metric.name == "jafroc" else 0.0)


def test_few_cases_with_targets_are_drawn_within_strata() -> None:
    targets = np.array([1, 2] + [0] * 30)
    table = events([0, 1, 5, 9], [0, 1, -1, -1], [0.9, 0.8, 0.7, 0.2])
    for metric in METRICS:
        interval = UnitBootstrap(targets, np.arange(32), 300, seed=1).interval(metric, table)
        assert interval.undefined > 0
        assert interval.method.endswith("stratified by target")
        assert not np.isnan([interval.low, interval.high]).any()


def test_undefined_subsets_are_nan_and_whole_sets_named() -> None:
    table = events([0], [0], [0.5])
    weights = np.array([[0, 1], [1, 1]])
    for metric in METRICS:
        assert np.isnan(metric([1, 0], table, weights)).tolist() == [True, False]
    with pytest.raises(DataError, match="froc is undefined here: no case has a target"):
        metrics.get("froc")([0, 0], events([0], [-1], [0.5]))
    with pytest.raises(DataError, match="jafroc is undefined here"):
        metrics.get("jafroc")([1, 1], table)


@pytest.mark.parametrize(
    ("truth", "table", "message"),
    [
        ([1, 0], lambda: events([2], [-1], [0.5]), "event 0: there is no case 2, truth has 2"),
        ([1, 0], lambda: events([0, 1], [0, 0], [1, 1]), "event 1: hits target 0, case 1 has 0"),
        ([1, 0], lambda: events([0], [-2], [0.5]), "row 0: events: target must be whole"),
        ([1, 0], lambda: events([0.5], [-1], [0.5]), "row 0: events: case must be whole"),
        ([1, 0], lambda: events([0, 0], [-1, 0], [0.5, np.nan]), "row 1: events: score holds NaN"),
        ([1, 0], lambda: events([0, 0], [-1], [0.5]), "one case, target and score each"),
        ([1, 0], lambda: np.ones((2, 3)), "must be a table of events, got float64"),
        ([1.5, 0], lambda: np.empty(0, EVENT), "row 0: truth: targets must be whole"),
        ([-1, 0], lambda: np.empty(0, EVENT), "row 0: truth: targets must be whole"),
        ([[1, -2.0]], lambda: np.empty(0, EVENT), "row 0: truth: the exposure is negative"),
        ([[1, 1, 1]], lambda: np.empty(0, EVENT), "targets, or targets and exposure"),
        ([1, np.nan], lambda: np.empty(0, EVENT), "row 1: truth holds NaN"),
        ([], lambda: np.empty(0, EVENT), "one number a case"),
    ],
)
def test_bad_input_is_named(truth, table, message) -> None:
    with pytest.raises(DataError, match=message):
        metrics.get("froc")(truth, table())


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("froc", {"at": -1.0}),
        ("froc", {"at": ()}),
        ("froc", {"join": "cubic"}),
        ("froc", {"false_on": "target_free"}),
        ("partial-froc", {}),
        ("partial-froc", {"up_to": 0.0}),
    ],
)
def test_parameters_without_meaning_are_refused(name, params) -> None:
    with pytest.raises(UsageError):
        metrics.get(name, **params)
