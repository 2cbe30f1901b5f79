"""Separation is told from slow convergence: a linear programme knows which it is."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from workbench.errors import DataError
from workbench.methods.survival.cox import fit_cox


def monotone(x: np.ndarray, time: np.ndarray, event: np.ndarray) -> bool:
    """Say whether some direction orders every event before those at risk, and not all alike."""
    pairs = [
        (i, j) for i in np.flatnonzero(event) for j in np.flatnonzero(time >= time[i]) if i != j
    ]
    if not pairs:
        return False
    ahead = np.array([x[i] - x[j] for i, j in pairs])
    bounds = [(-1, 1)] * x.shape[1]
    found = linprog(-ahead.sum(axis=0), A_ub=-ahead, b_ub=np.zeros(len(ahead)), bounds=bounds)
    return bool(-found.fun > 1e-7)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.integers(0, 100_000))
def test_a_likelihood_without_maximum_is_always_named_and_no_other_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, p = rng.integers(5, 40), rng.integers(1, 4)
    wide = rng.normal(size=(n, p)) * 10.0 ** rng.integers(-3, 4)
    x = np.column_stack([rng.integers(0, 2, n), wide])[:, : rng.integers(1, p + 2)]
    time = np.ceil(rng.exponential(np.exp(3 * rng.normal() * x[:, 0])) * rng.choice([3, 1000]))
    event = rng.random(n) < rng.choice([0.3, 0.9])
    event[rng.integers(n)] = True
    try:
        fit_cox(x, time, event)
        said = {"none"}
    except DataError as error:
        said = {problem.code for problem in error.problems}
    if said <= {"none", "separation"}:
        assert said == ({"separation"} if monotone(x, time, event) else {"none"})
    else:
        assert said <= {"constant-column", "collinear-columns"}
