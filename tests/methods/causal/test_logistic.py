"""Logistic regression against R glm and scikit-learn, and its named errors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from workbench.errors import DataError
from workbench.methods.causal.logistic import fit_logistic

ORACLE = Path(__file__).resolve().parents[2] / "oracles" / "causal_logistic.json"
KNOWN = json.loads(ORACLE.read_text(encoding="utf-8"))


def nhefs_design(data: pd.DataFrame) -> np.ndarray:
    columns = [np.ones(len(data)), data.sex, data.race, data.age, data.age**2]
    columns += [data.education == level for level in (2, 3, 4, 5)]
    columns += [data.smokeintensity, data.smokeintensity**2, data.smokeyrs, data.smokeyrs**2]
    columns += [data.exercise == level for level in (1, 2)]
    columns += [data.active == level for level in (1, 2)]
    columns += [data.wt71, data.wt71**2]
    return np.column_stack(columns).astype(float)


def sample(n: int = 700, p: int = 5, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    design = np.column_stack([np.ones(n), random.normal(size=(n, p - 1)) * np.arange(1, p)])
    odds = design @ np.linspace(-0.5, 0.4, p)
    return design, (random.random(n) < 1 / (1 + np.exp(-odds))).astype(float)


@pytest.mark.parametrize("kind", ["plain", "weighted"])
def test_nhefs_equals_glm(shared_data: Path, kind: str) -> None:
    data = pd.read_csv(shared_data / "survival/causaldata_nhefs_complete.csv")
    weights = data.seqn % 4 if kind == "weighted" else None
    fit = fit_logistic(nhefs_design(data), data.qsmk, weights)
    assert fit.coefficients == pytest.approx(KNOWN[kind]["coefficients"], rel=1e-8, abs=1e-10)
    assert fit.standard_error == pytest.approx(KNOWN[kind]["se"], rel=1e-8)
    assert fit.log_likelihood == pytest.approx(KNOWN[kind]["log_likelihood"], rel=1e-12)


def test_equals_scikit_learn_with_importance_weights() -> None:
    design, outcome = sample()
    weights = np.random.default_rng(1).exponential(size=len(outcome))
    peer = LogisticRegression(penalty=None, tol=1e-12, max_iter=500, fit_intercept=False)
    peer.set_params(solver="newton-cholesky").fit(design, outcome, sample_weight=weights)
    fit = fit_logistic(design, outcome, weights)
    assert fit.coefficients == pytest.approx(peer.coef_[0], rel=1e-8)
    assert fit.probability(design) == pytest.approx(peer.predict_proba(design)[:, 1], abs=1e-10)


def test_ridge_equals_scikit_learn_and_leaves_the_intercept_free() -> None:
    design, outcome = sample()
    peer = LogisticRegression(C=1 / 30, tol=1e-12, max_iter=500, solver="newton-cholesky")
    peer.fit(design[:, 1:], outcome)
    fit = fit_logistic(design, outcome, ridge=30.0)
    assert fit.coefficients[1:] == pytest.approx(peer.coef_[0], rel=1e-8)
    assert fit.coefficients[0] == pytest.approx(peer.intercept_[0], rel=1e-8)


def test_counts_are_repeated_rows_and_zero_is_absence() -> None:
    design, outcome = sample()
    counts = np.random.default_rng(2).poisson(1.0, len(outcome))
    rows = np.repeat(np.arange(len(outcome)), counts)
    drawn = fit_logistic(design[rows], outcome[rows])
    counted = fit_logistic(design, outcome, counts)
    assert counted.coefficients == pytest.approx(drawn.coefficients, rel=1e-10)
    assert counted.covariance == pytest.approx(drawn.covariance, rel=1e-9)
    assert counted.log_likelihood == pytest.approx(drawn.log_likelihood, rel=1e-12)


def test_start_leads_to_the_same_end_in_fewer_steps() -> None:
    design, outcome = sample()
    cold = fit_logistic(design, outcome)
    warm = fit_logistic(design, outcome, start=cold.coefficients)
    assert warm.iterations == 1 < cold.iterations
    assert warm.coefficients == pytest.approx(cold.coefficients, rel=1e-10)


def test_a_start_far_away_still_finds_the_maximum() -> None:
    design, outcome = sample()
    far = fit_logistic(design, outcome, start=[4.0, -3.0, 2.0, -3.0, 3.0])
    assert far.coefficients == pytest.approx(fit_logistic(design, outcome).coefficients, rel=1e-9)


def test_influence_sums_to_nothing_and_its_square_is_the_sandwich() -> None:
    design, outcome = sample()
    fit = fit_logistic(design, outcome)
    pulled = fit.influence(design, outcome)
    assert np.abs(pulled.sum(axis=0)).max() < 1e-8
    # Leaving a row out moves the coefficients by about its influence.
    left = np.delete(np.arange(len(outcome)), 7)
    moved = fit.coefficients - fit_logistic(design[left], outcome[left]).coefficients
    assert moved == pytest.approx(pulled[7], rel=0.1, abs=1e-4)


def codes(error: pytest.ExceptionInfo[DataError]) -> set[str]:
    return {problem.code for problem in error.value.problems}


def test_separation_is_named_with_its_column() -> None:
    design, outcome = sample()
    rare = np.zeros(len(outcome))
    rare[np.flatnonzero(outcome == 1)[:9]] = 1.0
    with pytest.raises(DataError) as error:
        fit_logistic(np.column_stack([design, rare]), outcome, names=[*"abcde", "histology_x"])
    assert codes(error) == {"separation"}
    assert error.value.problems[0].where == "columns histology_x"


def test_complete_separation_is_named() -> None:
    x = np.linspace(-1, 1, 40)
    with pytest.raises(DataError) as error:
        fit_logistic(np.column_stack([np.ones(40), x]), x > 0)
    assert codes(error) == {"separation"}


def test_a_ridge_ends_separation() -> None:
    x = np.linspace(-1, 1, 40)
    fit = fit_logistic(np.column_stack([np.ones(40), x]), x > 0, ridge=1.0)
    assert 0 < fit.coefficients[1] < 10


def test_a_rare_outcome_is_no_separation() -> None:
    design = np.column_stack([np.ones(100_000), np.arange(100_000) % 2])
    outcome = np.zeros(100_000)
    outcome[[0, 1, 3, 5]] = 1.0
    fit = fit_logistic(design, outcome)
    assert fit.coefficients[0] == pytest.approx(np.log(1 / 49_999), rel=1e-9)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_one_outcome_only_is_named(value: float) -> None:
    design, outcome = sample()
    with pytest.raises(DataError) as error:
        fit_logistic(design, np.full(len(outcome), value))
    assert codes(error) == {"no-variation"}


def test_collinear_columns_are_named() -> None:
    design, outcome = sample()
    with pytest.raises(DataError) as error:
        fit_logistic(np.column_stack([design, 2 - 3 * design[:, 2]]), outcome)
    assert codes(error) == {"collinear"}
    assert error.value.problems[0].where == "columns 0, 2, 5"


def test_all_faults_of_the_rows_come_at_once() -> None:
    design, outcome = sample()
    design[3, 1] = np.nan
    weights = np.ones(len(outcome))
    weights[5] = -1
    with pytest.raises(DataError) as error:
        fit_logistic(design, outcome * 2, weights, names=[*"abcde"])
    assert codes(error) == {"not-finite", "bad-outcome", "bad-weight"}
    assert "row 3, column b" in str(error.value)
    with pytest.raises(DataError) as error:
        fit_logistic(design, outcome[:-1])
    assert codes(error) == {"bad-shape"}
