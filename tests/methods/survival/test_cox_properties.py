"""What must hold for every Cox regression, whatever the data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import DataError
from workbench.methods.survival import newton
from workbench.methods.survival.cox import CoxFit, fit_cox

SEEDS = st.integers(0, 10_000)
TIES = st.sampled_from(["efron", "breslow"])


def draw(seed: int, n: int = 60, late: bool = False) -> dict[str, Any]:
    """Return a regression with tied times, weights and, if wanted, late entries."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(size=n), rng.random(n) < 0.5, rng.integers(0, 4, n)])
    time = np.ceil(8 * rng.exponential(np.exp(-0.4 * x[:, 0]))) + 1
    problem = {"design": x, "time": time, "event": rng.random(n) < 0.8}
    if late:
        problem["entry"] = np.floor(time * rng.random(n) * 0.9)
    return problem


def same(one: CoxFit, other: CoxFit, rel: float = 1e-7) -> None:
    """Check that two fits agree in coefficients, both covariances and the likelihood."""
    assert other.coefficients == pytest.approx(one.coefficients, rel=rel, abs=rel)
    for mine, theirs in (
        (one.covariance, other.covariance),
        (one.robust_covariance, other.robust_covariance),
    ):
        assert theirs == pytest.approx(mine, rel=rel, abs=rel * np.abs(mine).max())
    assert other.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(SEEDS, TIES, st.booleans())
def test_the_order_of_rows_does_not_matter(seed: int, ties: Any, late: bool) -> None:
    problem = draw(seed, late=late)
    order = np.random.default_rng(seed).permutation(60)
    shuffled = {name: values[order] for name, values in problem.items()}
    one, other = fit_cox(**problem, ties=ties), fit_cox(**shuffled, ties=ties)
    same(one, other)
    assert other.residuals() == pytest.approx(one.residuals()[order], abs=1e-7)


@settings(max_examples=25, deadline=None)
@given(SEEDS, TIES, st.floats(0.01, 1000), st.floats(0, 100_000))
def test_only_the_order_of_times_matters(seed: int, ties: Any, scale: float, shift: float) -> None:
    problem = draw(seed, late=True)
    moved = problem | {name: problem[name] * scale for name in ("time", "entry")}
    one = fit_cox(**problem, ties=ties)
    same(one, fit_cox(**moved, ties=ties))
    moved = problem | {name: problem[name] + np.floor(shift) for name in ("time", "entry")}
    same(one, fit_cox(**moved, ties=ties))


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_a_weight_of_three_is_three_rows(seed: int) -> None:
    # By Breslow: Efron's share of a tie depends on how many events there are.
    problem = draw(seed, late=True)
    counts = np.random.default_rng(seed).integers(0, 4, 60)
    person = np.arange(60)
    weighted = fit_cox(**problem, weights=counts, ties="breslow", cluster=person)
    repeated = {name: np.repeat(values, counts, axis=0) for name, values in problem.items()}
    many = fit_cox(**repeated, ties="breslow", cluster=np.repeat(person, counts))
    same(weighted, many)


@settings(max_examples=15, deadline=None)
@given(SEEDS, TIES)
def test_one_stratum_is_none_and_whole_follow_up_is_none(seed: int, ties: Any) -> None:
    problem = draw(seed)
    one = fit_cox(**problem, ties=ties)
    same(one, fit_cox(**problem, ties=ties, strata=["a"] * 60))
    same(one, fit_cox(**problem, ties=ties, entry=np.zeros(60)))
    same(one, fit_cox(**problem, ties=ties, offset=np.full(60, 5.0)))


@settings(max_examples=15, deadline=None)
@given(SEEDS, TIES)
def test_few_times_of_many_rows_are_added_up_first(seed: int, ties: Any) -> None:
    problem = draw(seed, n=400)
    one = fit_cox(**problem, ties=ties)
    assert one.sets.few_times
    other = fit_cox(**problem, ties=ties, entry=np.zeros(400))  # by running sums over the rows
    same(one, other)
    assert other.residuals() == pytest.approx(one.residuals(), abs=1e-7)


def test_many_events_need_no_more_digits_than_they_have(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = draw(1, n=15_000)
    one = fit_cox(**problem)
    monkeypatch.setattr(newton, "_MANY", np.inf)
    exact = fit_cox(**problem)
    assert one.top.iterations <= exact.top.iterations
    assert one.coefficients == pytest.approx(exact.coefficients, rel=1e-9)
    assert one.log_likelihood == pytest.approx(exact.log_likelihood, abs=1e-8)
    assert one.covariance == pytest.approx(exact.covariance, rel=1e-5, abs=1e-6 / 12_000)


@settings(max_examples=15, deadline=None)
@given(SEEDS, TIES)
def test_follow_up_may_be_cut_into_rows(seed: int, ties: Any) -> None:
    problem = draw(seed)
    n = len(problem["time"])
    cut = np.minimum(np.random.default_rng(seed).integers(1, 9, n), problem["time"] - 0.5)
    halves = {
        "design": np.vstack([problem["design"]] * 2),
        "entry": np.concatenate([np.zeros(n), cut]),
        "time": np.concatenate([cut, problem["time"]]),
        "event": np.concatenate([np.zeros(n, bool), problem["event"]]),
        "cluster": np.tile(np.arange(n), 2),
    }
    same(fit_cox(**problem, ties=ties), fit_cox(**halves, ties=ties))


@settings(max_examples=15, deadline=None)
@given(SEEDS, TIES)
def test_strata_add_their_likelihoods(seed: int, ties: Any) -> None:
    a, b = draw(seed, late=True), draw(seed + 1, late=True)
    both = {name: np.concatenate([a[name], b[name]]) for name in a}
    label = np.repeat(["a", "b"], 60)
    fit = fit_cox(**both, strata=label, ties=ties)
    offsets = [np.asarray(part["design"]) @ fit.coefficients for part in (a, b)]
    alone = [
        fit_cox(np.zeros((60, 0)), p["time"], p["event"], entry=p["entry"], offset=o, ties=ties)
        for p, o in zip((a, b), offsets, strict=True)
    ]
    assert fit.log_likelihood == pytest.approx(sum(f.log_likelihood for f in alone), rel=1e-9)
    steps = fit.baseline()
    for name, one in zip("ab", alone, strict=True):
        known = one.baseline().survival.to_numpy()
        assert steps.survival[steps.stratum == name].to_numpy() == pytest.approx(known, rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(SEEDS, TIES, st.booleans())
def test_residuals_add_up_to_nothing(seed: int, ties: Any, late: bool) -> None:
    fit = fit_cox(**draw(seed, late=late), ties=ties)
    assert fit.residuals().sum() == pytest.approx(0, abs=1e-8)
    assert fit.score_residuals().sum(axis=0) == pytest.approx(np.zeros(3), abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.booleans())
def test_the_score_is_the_slope_of_the_likelihood(seed: int, late: bool) -> None:
    from workbench.methods.survival.partial_likelihood import likelihood

    fit = fit_cox(**draw(seed, late=late))
    beta = np.random.default_rng(seed).normal(size=3) / 4
    here = likelihood(fit.sets, beta, "efron")
    for column in range(3):
        step = np.zeros(3)
        step[column] = 1e-5
        up, down = (likelihood(fit.sets, beta + s, "efron") for s in (step, -step))
        assert (up.value - down.value) / 2e-5 == pytest.approx(here.score[column], abs=1e-4)
        slope = (down.score - up.score) / 2e-5
        assert slope == pytest.approx(here.information[column], rel=1e-4, abs=1e-3)


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_separation_is_found_however_the_columns_are_scaled(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = draw(seed)
    never = rng.random(60) < 0.3
    never[np.argmax(problem["time"])] = True  # somebody who is at risk to the end
    problem["event"] &= ~never
    marker = never * 10.0 ** rng.integers(-4, 5)
    problem["design"] = np.column_stack([problem["design"], marker])
    with pytest.raises(DataError) as caught:
        fit_cox(**problem)
    assert [found.code for found in caught.value.problems] == ["separation"]
    assert caught.value.problems[0].where == "column x3"


@settings(max_examples=20, deadline=None)
@given(SEEDS, TIES, st.booleans(), st.booleans())
def test_compiled_and_plain_code_agree(seed: int, ties: Any, late: bool, split: bool) -> None:
    problem = draw(seed, late=late) | ({"strata": np.arange(60) % 3} if split else {})
    fits = []
    for choice in ("never", "always"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("WORKBENCH_NUMBA", choice)
            fits.append(fit_cox(**problem, ties=ties))
    same(*fits, rel=1e-9)


@settings(max_examples=10, deadline=None)
@given(SEEDS, TIES, st.booleans(), st.sampled_from(["never", "always"]))
def test_a_stratum_of_tiny_risks_keeps_its_digits(
    seed: int, ties: Any, late: bool, compiled: str
) -> None:
    label = np.arange(60) % 3
    problem = draw(seed, late=late) | {"strata": label, "ties": ties}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_NUMBA", compiled)
        one = fit_cox(**problem)
        other = fit_cox(**problem, offset=np.array([-200.0, 90.0, -60.0])[label])
    same(one, other)
    assert other.residuals() == pytest.approx(one.residuals(), abs=1e-8)
