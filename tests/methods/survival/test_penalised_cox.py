"""Penalised Cox regression: R's ridge, the conditions that prove a maximum, choice of strength."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import DataError, UsageError
from workbench.methods.survival.cox import fit_cox
from workbench.methods.survival.partial_likelihood import likelihood
from workbench.methods.survival.penalised_cox import fit_penalised_cox
from workbench.methods.survival.penalty_choice import cross_validate

from . import real_cox

ORACLE = Path(__file__).resolve().parents[2] / "oracles" / "cox.json"


def draw(seed: int, n: int = 120, p: int = 12) -> dict[str, np.ndarray]:
    """Return rows of which two columns matter, on scales that differ."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) @ (np.eye(p) + 0.3)
    time = np.ceil(20 * rng.exponential(np.exp(-0.8 * x[:, 0] + 0.6 * x[:, 1])))
    return {"design": x * np.geomspace(0.1, 10, p), "time": time, "event": rng.random(n) < 0.7}


def test_ridge_equals_that_of_survival(shared_data: Path) -> None:
    known = json.loads(ORACLE.read_text(encoding="utf-8"))["ridge"]
    problem = real_cox.problem(shared_data, "gbsg")
    scale = problem["design"].std(ddof=0).to_numpy()
    penalties = [theta / 686 for theta in known["theta"]]
    path = fit_penalised_cox(**problem, mixing=0.0, penalties=penalties)
    for row, coefficients in zip(path.coefficients[::-1], known["coefficients"], strict=True):
        assert row * scale == pytest.approx(coefficients, rel=1e-6, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 5000), st.sampled_from([0.0, 0.3, 1.0]), st.booleans())
def test_the_conditions_of_optimality_hold_along_the_path(
    seed: int, mixing: float, weighted: bool
) -> None:
    d = draw(seed)
    rng = np.random.default_rng(seed)
    weights = rng.integers(1, 4, 120).astype(float) if weighted else np.ones(120)
    factors = np.array([0.0, 2.0, *np.ones(10)]) if weighted else np.ones(12)
    path = fit_penalised_cox(**d, mixing=mixing, n_penalties=8, factors=factors, weights=weights)
    total = weights.sum()
    mean = weights @ d["design"] / total
    scale = np.sqrt(weights @ (d["design"] - mean) ** 2 / total)
    for penalty, beta in zip(path.penalties, path.coefficients, strict=True):
        score = likelihood(path.sets, beta, "efron").score / scale / total
        pull = score - penalty * (1 - mixing) * factors * beta * scale
        lasso = penalty * mixing * factors
        zero = beta == 0
        assert (np.abs(pull[zero]) <= lasso[zero] + 1e-8).all()
        assert pull[~zero] == pytest.approx((np.sign(beta) * lasso)[~zero], abs=1e-8)
    if mixing == 1.0:
        out = path.coefficients[0] != 0
        assert not out[factors > 0].any()
        assert (path.coefficients[-1] != 0).sum() > (path.coefficients[0] != 0).sum()


def test_no_penalty_is_maximum_likelihood_and_a_huge_one_leaves_nothing() -> None:
    d = draw(1)
    path = fit_penalised_cox(**d, penalties=[0.0, 1e3], mixing=0.5)
    assert path.coefficients[1] == pytest.approx(fit_cox(**d).coefficients, rel=1e-6)
    assert not path.coefficients[0].any()
    assert path.log_likelihood[0] == pytest.approx(path.null_log_likelihood)


def test_units_of_columns_do_not_matter() -> None:
    d = draw(2)
    one = fit_penalised_cox(**d, n_penalties=5)
    units = np.geomspace(1e-3, 1e3, 12)
    other = fit_penalised_cox(d["design"] * units, d["time"], d["event"], n_penalties=5)
    assert other.coefficients * units == pytest.approx(one.coefficients, rel=1e-6, abs=1e-9)


def test_separation_and_collinear_columns_are_no_obstacle() -> None:
    d = draw(3)
    never = (np.arange(120) % 5 == 0).astype(float)
    d["event"] &= never == 0
    d["design"] = np.column_stack([d["design"], never, 2 * never])
    with pytest.raises(DataError):
        fit_cox(**d)
    path = fit_penalised_cox(**d, mixing=0.0, penalties=[0.01])
    assert path.coefficients[0, -2:].max() < 0
    curves = path.model(0.01).survival(d["design"][:3], [1, 5, 20])
    assert ((curves > 0) & (curves <= 1)).all() and (np.diff(curves, axis=1) <= 0).all()


def test_cross_validation_finds_the_columns_that_matter() -> None:
    d = draw(4, n=400)
    path = fit_penalised_cox(**d, n_penalties=25)
    chosen = cross_validate(path, folds=5, seed=1)
    assert path.penalties[-1] < chosen.best < path.penalties[0]
    assert chosen.sparse >= chosen.best
    beta = path.model(chosen.sparse).coefficients
    assert set(np.flatnonzero(beta)) >= {0, 1} and (beta != 0).sum() <= 8
    again = cross_validate(path, folds=chosen.folds)
    assert again.deviance == pytest.approx(chosen.deviance, rel=1e-12)
    counts = np.bincount(chosen.folds, path.data.event)
    assert np.ptp(counts) <= 1  # each fold has its share of events


def test_persons_stay_together() -> None:
    d = draw(5)
    person = np.arange(120) // 3
    chosen = cross_validate(fit_penalised_cox(**d, n_penalties=3, cluster=person), folds=4)
    assert all(len(set(chosen.folds[person == one])) == 1 for one in range(40))
    late = fit_penalised_cox(**d, n_penalties=3, entry=np.zeros(120))
    with pytest.raises(UsageError, match="give cluster="):
        cross_validate(late)


def test_wrong_options_are_named_together() -> None:
    d = draw(6)
    with pytest.raises(UsageError) as caught:
        fit_penalised_cox(**d, mixing=1.5, penalties=[-1.0], smallest=0, factors=[1.0])
    assert len(caught.value.problems) == 4
    with pytest.raises(DataError, match="constant-column"):
        fit_penalised_cox(np.ones((120, 1)), d["time"], d["event"])
    path = fit_penalised_cox(**d, n_penalties=3)
    with pytest.raises(UsageError, match="the path has no penalty"):
        path.model(123.0)
    with pytest.raises(UsageError, match="two folds or more"):
        cross_validate(path, folds=1)
    with pytest.raises(DataError, match="holds all events"):
        cross_validate(path, folds=d["event"])
