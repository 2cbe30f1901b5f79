"""Whatever a metric, interval or test is given: the right number, or an error that names it."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench import metrics
from workbench.errors import DataError, UsageError, WorkbenchError
from workbench.metrics.counts import clopper_pearson, mcnemar_exact, poisson_exact, wilson
from workbench.metrics.delong import delong
from workbench.metrics.permutation import all_pairs
from workbench.metrics.power import units_needed
from workbench.metrics.survival.brier_error import brier_estimate
from workbench.metrics.survival.jackknife import concordance

from .misuse import FORMS, PLAIN, PREDICTIONS, SURVIVAL, TRUTHS, WEIGHTS, good

NAMES = [name for name in [*PLAIN, *SURVIVAL] if metrics.kind_of(name).needs != "events"]
RNG = np.random.default_rng(0)
SCORES = RNG.normal(size=40)
LABELS = (SCORES + RNG.normal(size=40) > 0).astype(int)
UNITS = [f"p{i // 2}" for i in range(40)]
SEEN = np.column_stack([RNG.exponential(size=40) + 0.01, RNG.random(40) < 0.6])
AUROC = metrics.get("auroc")


def refused(metric, given, word) -> None:
    """Check that there is a named error with the place, and no warning of NumPy before it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DataError) as caught:
            metric(*given)
    assert word in str(caught.value), str(caught.value)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("what", TRUTHS)
def test_a_broken_truth_is_named(name, what) -> None:
    metric, truth, prediction = good(name)
    word, spoil = TRUTHS[what]
    refused(metric, spoil(truth, prediction), word)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("what", PREDICTIONS)
def test_a_broken_prediction_is_named(name, what) -> None:
    metric, truth, prediction = good(name)
    word, spoil = PREDICTIONS[what]
    refused(metric, spoil(truth, prediction), word)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("what", WEIGHTS)
def test_broken_weights_are_named(name, what) -> None:
    metric, truth, prediction = good(name)
    word, spoil = WEIGHTS[what]
    refused(metric, spoil(truth, prediction), word)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_input_gives_the_same_bits(name, form) -> None:
    metric, truth, prediction = good(name)
    assert metric(*FORMS[form](truth, prediction)) == metric(truth, prediction, np.ones(60))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [5e-324, 1e-300, 1e300])
def test_weights_of_any_size_give_the_value(name, size) -> None:
    metric, truth, prediction = good(name)
    found = metric(truth, prediction, np.full(60, size))
    assert found == pytest.approx(metric(truth, prediction), rel=1e-9)


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("aurok", {}),
        (None, {}),
        ("auroc", {"classes": 1}),
        ("auroc", {"classes": None}),
        ("auroc", {"classes": 2.0}),
        ("auroc", {"classes": "ab"}),
        ("auroc", {"classes": ["a", "a"]}),
        ("auroc", {"multiclass": "ovo"}),
        ("uno-c", {}),
        ("uno-c", {"tau": "5"}),
        ("uno-c", {"tau": [1, 2]}),
        ("uno-c", {"tau": float("nan")}),
        ("survival-brier", {"horizon": 0}),
        ("survival-brier", {"horizon": "1"}),
        ("time-dependent-auc", {"horizon": [1, 2]}),
        ("integrated-brier", {"times": ["a"]}),
        ("integrated-brier", {"times": [2, 1]}),
        ("ece", {"bins": 2.5}),
        ("f-beta", {"beta": -1}),
        ("top-k", {"k": 1.5}),
        ("net-benefit", {"threshold": "a"}),
        ("froc", {"at": ["x"]}),
        ("partial-froc", {"up_to": "x"}),
        ("interval-score", {"level": "x"}),
        ("cost-score", {"cost": [[0, 1], [2]]}),
    ],
)
def test_a_metric_without_meaning_is_not_set_up(name, params) -> None:
    with pytest.raises(UsageError):
        metrics.get(name, **params)


@pytest.mark.parametrize("name", SURVIVAL)
@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda t: t * [1, 0], "all 60 cases are censored"),
        (lambda t: t * [-1, 1], "row 0: the time must be above 0"),
        (lambda t: t * [0, 1], "row 0: the time must be above 0"),
        (lambda t: t * [1, 2], "the event must be 1 or 0, got 2"),
        (lambda t: t[:1], "at least two"),
        (lambda t: t[:, 0], "a time and an event"),
    ],
)
def test_an_outcome_without_meaning_is_named(name, spoil, word) -> None:
    metric, truth, prediction = good(name)
    refused(metric, (spoil(truth), prediction), word)


@pytest.mark.parametrize("last", [0, 1])
@pytest.mark.parametrize(
    "name", [n for n in SURVIVAL if {"tau", "horizon"} & set(metrics.parameters(n))]
)
def test_a_time_nobody_reaches_is_named_whether_or_not_the_last_case_is_censored(
    name, last
) -> None:
    metric, truth, prediction = good(name)
    truth[np.argmax(truth[:, 0]), 1] = last
    (what,) = {"tau", "horizon"} & set(metrics.parameters(name))
    refused(replace(metric, **{what: 1e6}), (truth, prediction), "beyond the support")


def test_a_value_too_large_for_a_number_is_named() -> None:
    with pytest.raises(DataError, match="infinite here"), np.errstate(over="ignore"):
        metrics.get("rmse")([1e200, 0], [-1e200, 0])


@pytest.mark.parametrize(
    ("units", "message"),
    [
        (UNITS[:-1], "units have 39 rows, truth has 40"),
        ([None, *UNITS[1:]], "row 0: 1 rows have no unit id"),
        ([*UNITS[:-1], float("nan")], "row 39: 1 rows have no unit id"),
        (pd.Series([*UNITS[:-1], pd.NA]), "row 39: 1 rows have no unit id"),
        (pd.Series([*UNITS[:-1], pd.NaT]), "row 39: 1 rows have no unit id"),
        ([*UNITS[:-1], " "], "row 39: 1 rows have no unit id"),
        (["p"] * 40, "at least two units"),
        ("p", "one id a row"),
        (np.ones((40, 2)), "one id a row"),
    ],
)
@pytest.mark.parametrize(
    "work",
    [
        lambda units: metrics.UnitBootstrap(LABELS, units, 20, 1).interval(AUROC, SCORES),
        lambda units: delong(LABELS, SCORES, units),
        lambda units: all_pairs(np.column_stack([SCORES, LABELS]), units, permutations=20),
        lambda units: concordance(SEEN, SCORES, units),
        lambda units: brier_estimate(SEEN, np.full(40, 0.5), 0.3, units),
    ],
    ids=["bootstrap", "delong", "sign flips", "concordance", "brier"],
)
def test_broken_units_are_named(work, units, message) -> None:
    with pytest.raises(DataError, match=message):
        work(units)


@pytest.mark.parametrize(
    "work",
    [
        lambda: metrics.UnitBootstrap(LABELS, UNITS, 0, 1),
        lambda: metrics.UnitBootstrap(LABELS, UNITS, 2.5, 1),
        lambda: metrics.UnitBootstrap(LABELS, UNITS, "x", 1),
        lambda: metrics.UnitBootstrap(LABELS, UNITS, 9, -1),
        lambda: metrics.UnitBootstrap(LABELS, UNITS, 9, None),
        lambda: metrics.UnitBootstrap(LABELS, UNITS, 9, 1).interval(AUROC, SCORES, level=95),
        lambda: metrics.UnitBootstrap(LABELS, UNITS, 9, 1).interval(AUROC, SCORES, level="x"),
        lambda: metrics.unit_weights(UNITS, 9, 1, strata=[1] * 3),
        lambda: metrics.by_group(AUROC, LABELS, SCORES, np.ones((40, 2))),
        lambda: delong(LABELS, np.zeros((40, 0))),
        lambda: delong(LABELS, SCORES).interval(level=95),
        lambda: delong(LABELS, SCORES).interval(model=3),
        lambda: delong(LABELS, SCORES).difference(0, 1),
        lambda: concordance(SEEN, SCORES).interval(level=0),
        lambda: concordance(SEEN, np.zeros((40, 0))),
        lambda: brier_estimate(SEEN, SCORES * 0, 0.3).interval(95),
        lambda: all_pairs(np.zeros((40, 2)), UNITS, permutations=1.5),
        lambda: all_pairs(np.zeros((40, 2)), UNITS, seed=-1),
        lambda: wilson(1.5, 3),
        lambda: clopper_pearson("a", 3),
        lambda: poisson_exact(float("nan"), 1.0),
        lambda: mcnemar_exact(1.5, 2),
        lambda: units_needed(0.1, float("nan"), 1),
        lambda: units_needed(0.1, 10, 1e-300),
    ],
)
def test_intervals_and_tests_refuse_what_has_no_meaning(work) -> None:
    with pytest.raises(WorkbenchError):
        work()
