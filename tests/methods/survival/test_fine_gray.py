"""Fine and Gray's regression equals R ``cmprsk::crr``; predictions too."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import DataError
from workbench.methods.survival.cox import fit_cox
from workbench.methods.survival.fine_gray import fit_fine_gray

from . import real_cox

ORACLE = Path(__file__).resolve().parents[2] / "oracles" / "fine_gray.json"
REAL = json.loads(ORACLE.read_text(encoding="utf-8"))
NAMES = ("mgus2", "pbc", "pbc_groups")


@pytest.mark.parametrize("name", NAMES)
def test_real_data_give_the_numbers_of_crr(shared_data: Path, name: str) -> None:
    known = REAL[name]
    fit = fit_fine_gray(**real_cox.competing(shared_data, name))
    assert fit.data.given == known["n"]
    assert fit.coefficients == pytest.approx(known["coefficients"], rel=1e-7)
    assert fit.null_log_likelihood == pytest.approx(known["loglik"][0], abs=1e-8)
    assert fit.log_likelihood == pytest.approx(known["loglik"][1], abs=1e-8)
    found = fit.cumulative_incidence(np.array([known["row"]]), known["times"])
    assert found[0] == pytest.approx(known["incidence"], rel=1e-7)
    if name == "pbc_groups":  # crr's differ a little there; see the test of a jackknife below
        errors = np.sqrt(np.diag(known["variance"]))
        assert np.sqrt(np.diag(fit.covariance)) == pytest.approx(errors, rel=2e-3)
        return
    largest = np.abs(known["variance"]).max()
    assert fit.covariance == pytest.approx(
        np.array(known["variance"]), rel=1e-7, abs=1e-9 * largest
    )


def draw(seed: int, n: int = 80) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(size=n), rng.random(n) < 0.5])
    time = np.ceil(6 * rng.exponential(size=n) * np.exp(-0.5 * x[:, 0]))
    return {"design": x, "time": time, "event": rng.choice([0, 1, 1, 2], n)}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 5000))
def test_without_competing_events_it_is_a_cox_model(seed: int) -> None:
    d = draw(seed)
    d["event"] = (d["event"] == 1).astype(int)
    one, other = fit_fine_gray(**d), fit_cox(**d, ties="breslow")
    assert one.coefficients == pytest.approx(other.coefficients, rel=1e-8)
    assert one.covariance == pytest.approx(other.robust_covariance, rel=1e-7)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 5000))
def test_without_censoring_competing_events_happen_never(seed: int) -> None:
    d = draw(seed)
    d["event"] = np.maximum(d["event"], 1)
    d["event"][:3] = 2
    last = np.where(d["event"] == 2, 1e6, d["time"])
    one = fit_fine_gray(**d)
    other = fit_cox(d["design"], last, d["event"] == 1, ties="breslow")
    assert one.coefficients == pytest.approx(other.coefficients, rel=1e-8)
    assert one.covariance == pytest.approx(other.robust_covariance, rel=1e-7)


@pytest.mark.parametrize("grouped", [False, True])
def test_errors_are_those_of_an_infinitesimal_jackknife(grouped: bool) -> None:
    # Each row stands twenty times; leaving one copy out is nearly a derivative, of censoring too.
    rng = np.random.default_rng(4)
    x = np.column_stack([rng.normal(size=150), rng.random(150) < 0.5])
    end = rng.exponential(np.where(x[:, 1] > 0, 0.4, 3))
    first = rng.exponential(np.exp(-0.5 * x[:, 0]))
    code = np.where(first <= end, rng.choice([1, 2], 150), 0)
    time, group = np.minimum(first, end), x[:, 1] if grouped else np.zeros(150)

    def fit(counts: np.ndarray):
        rows = np.repeat(np.arange(150), counts)
        return fit_fine_gray(x[rows], time[rows], code[rows], censoring_groups=group[rows])

    often = np.full(150, 20)
    whole = fit(often).coefficients
    effects = [
        20 * (fit(often - np.eye(150, dtype=int)[row]).coefficients - whole) for row in range(150)
    ]
    jackknife = np.transpose(effects) @ np.array(effects)
    mine = fit(np.ones(150, dtype=int)).covariance
    assert np.diag(mine) == pytest.approx(np.diag(jackknife), rel=0.02)


def test_order_of_rows_and_clusters() -> None:
    d = draw(1)
    fit = fit_fine_gray(**d, cluster=np.arange(80))
    assert fit.covariance == pytest.approx(fit_fine_gray(**d).covariance, rel=1e-10)
    order = np.random.default_rng(0).permutation(80)
    other = fit_fine_gray(**{name: values[order] for name, values in d.items()})
    assert other.covariance == pytest.approx(fit.covariance, rel=1e-9)
    pairs = fit_fine_gray(
        np.repeat(d["design"], 2, axis=0),
        np.repeat(d["time"], 2),
        np.repeat(d["event"], 2),
        cluster=np.repeat(np.arange(80), 2),
    )
    assert pairs.coefficients == pytest.approx(fit.coefficients, rel=1e-8)
    assert pairs.covariance == pytest.approx(fit.covariance, rel=1e-7)


def test_wrong_causes_are_named() -> None:
    d = draw(2)
    with pytest.raises(DataError, match=r"cause 3; there are \[1, 2\] \[unknown-cause\]"):
        fit_fine_gray(**d, cause=3)
    with pytest.raises(DataError, match=r"event, row 4: .* got 0.5 .*not-a-cause"):
        fit_fine_gray(**d | {"event": np.where(np.arange(80) == 4, 0.5, d["event"])})
    with pytest.raises(DataError, match="beyond-follow-up"):
        fit_fine_gray(**d).cumulative_incidence(d["design"], [1e6])


def test_the_summary_has_ratios_and_intervals() -> None:
    d = draw(3)
    table = fit_fine_gray(pd.DataFrame(d["design"], columns=["a", "b"]), d["time"], d["event"])
    shown = table.summary()
    assert list(shown.covariate) == ["a", "b"]
    assert ((shown.low < shown.hazard_ratio) & (shown.hazard_ratio < shown.high)).all()
