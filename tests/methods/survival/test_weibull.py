"""Weibull regression: R survreg, torchsurv's values, identities, named errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import DataError, UsageError
from workbench.methods.survival.observed import observe
from workbench.methods.survival.weibull import WeibullFit, fit_weibull
from workbench.methods.survival.weibull_likelihood import weibull_log_likelihood

ORACLES = Path(__file__).resolve().parents[2] / "oracles"
KNOWN = json.loads((ORACLES / "survival_weibull.json").read_text(encoding="utf-8"))


def cases(shared_data: Path, name: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the design and the follow-up of one of the cases of the R script."""
    data = pd.read_csv(shared_data / f"survival/survival_{name.split('_')[0]}.csv")
    if name.startswith("veteran"):
        x = data[["trt", "karno", "diagtime", "age", "prior"]].copy()
        for cell in ("large", "smallcell", "squamous"):
            x[f"celltype{cell}"] = (data["celltype"] == cell).astype(float)
        follow_up: dict[str, Any] = {"time": data["time"], "event": data["status"]}
        if name == "veteran_weighted":
            follow_up["weights"] = 0.5 + (np.arange(1, len(data) + 1) % 7) / 4
    elif name == "colon_cluster":
        data = data.dropna(subset=["nodes"])
        x = data[["nodes", "obstruct", "age"]].copy()
        x["rxLev+5FU"] = (data["rx"] == "Lev+5FU").astype(float)
        x["rxObs"] = (data["rx"] == "Obs").astype(float)
        follow_up = {"time": data["time"], "event": data["status"], "cluster": data["id"]}
    elif name == "pbc":
        x = data[["edema", "age"]].copy()
        x["log(bili)"], x["log(albumin)"] = np.log(data["bili"]), np.log(data["albumin"])
        follow_up = {"time": data["time"], "event": data["status"] == 2}
    else:
        x = data[["age", "meno", "grade", "nodes", "pgr", "er", "hormon", "chemo"]]
        follow_up = {"time": data["dtime"], "event": data["death"]}
    return x, follow_up


@pytest.mark.parametrize("name", [name for name in KNOWN if name != "source"])
def test_coefficients_errors_and_predictions_are_those_of_survreg(shared_data, name) -> None:
    known = KNOWN[name]
    x, follow_up = cases(shared_data, name)
    x = x[known["names"][1:]]
    scale = 1.0 if name == "veteran_exponential" else None
    fit = fit_weibull(observe(**follow_up), x, scale=scale)
    ours = [fit.intercept, *fit.coefficients]
    np.testing.assert_allclose(ours, known["coefficients"], rtol=1e-5)
    assert fit.scale == pytest.approx(known["scale"], rel=1e-6)
    likelihoods = (fit.null_log_likelihood, fit.log_likelihood)
    assert likelihoods == pytest.approx(known["loglik"], rel=1e-8)
    wanted = np.array(known["covariance"])
    spread = np.sqrt(np.diag(wanted))
    np.testing.assert_allclose(
        fit.covariance / np.outer(spread, spread), wanted / np.outer(spread, spread), atol=2e-5
    )
    np.testing.assert_allclose(fit.location(x.head(5)), known["location"], rtol=1e-6)
    found = fit.quantiles(x.head(5), [0.1, 0.5, 0.9])
    np.testing.assert_allclose(found, known["quantiles"], rtol=1e-5)


def test_likelihood_is_that_of_torchsurv_reference(shared_data) -> None:
    folder = shared_data / "survival/torchsurv_reference"
    for case in json.loads((folder / "benchmark_weibull.json").read_text(encoding="utf-8")):
        value = weibull_log_likelihood(
            np.array(case["time"], float),
            np.array(case["status"]) == 1,
            np.array(case["log_scale"][0]),
        )
        assert value == pytest.approx(case["log_likelihood"][0], rel=1e-6)


def draw(seed: int, n: int = 80) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    event_time = np.exp(1 + x @ [0.5, -0.3]) * rng.weibull(1.5, n)
    last = rng.exponential(6, n)
    return x, np.minimum(event_time, last), event_time <= last


def near(a: WeibullFit, b: WeibullFit) -> None:
    np.testing.assert_allclose(a.coefficients, b.coefficients, rtol=1e-6, atol=1e-9)
    assert a.scale == pytest.approx(b.scale, rel=1e-7)


@given(st.integers(0, 10_000), st.floats(1e-3, 1e3))
def test_the_unit_of_time_moves_the_intercept_alone(seed, unit) -> None:
    x, time, event = draw(seed)
    one, other = (fit_weibull(observe(time * u, event), x) for u in (1.0, unit))
    near(one, other)
    assert other.intercept == pytest.approx(one.intercept + np.log(unit), abs=1e-7)
    times = np.quantile(time, [0.2, 0.7])
    np.testing.assert_allclose(
        one.survival(x, times.tolist()), other.survival(x, (times * unit).tolist()), atol=1e-7
    )


@given(st.integers(0, 10_000))
def test_whole_weights_are_rows_written_out(seed) -> None:
    x, time, event = draw(seed)
    counts = np.random.default_rng(seed).integers(1, 4, len(time))
    written = [np.repeat(part, counts, axis=0) for part in (x, time, event)]
    near(
        fit_weibull(observe(time, event, weights=counts), x),
        fit_weibull(observe(written[1], written[2]), written[0]),
    )


@given(st.integers(0, 10_000))
def test_curves_fall_with_time_and_the_median_is_their_half(seed) -> None:
    x, time, event = draw(seed)
    fit = fit_weibull(observe(time, event), x)
    curves = fit.survival(x, [0.5, 1.0, 2.0, 8.0])
    assert ((np.diff(curves, axis=1) <= 0) & (curves[:, 1:] >= 0)).all()
    medians = fit.quantiles(x[:5], [0.5])[:, 0]
    own = [fit.survival(x[i : i + 1], [medians[i]])[0, 0] for i in range(5)]
    np.testing.assert_allclose(own, 0.5, atol=1e-12)
    order = np.argsort(fit.risk(x))
    assert (np.diff(fit.survival(x, [1.0])[order, 0]) <= 1e-12).all()


def test_delayed_entry_is_allowed_for() -> None:
    x, time, event = draw(3, 20_000)
    entry = np.random.default_rng(0).uniform(0, 4, len(time))
    seen = time > entry
    fit = fit_weibull(observe(time[seen], event[seen], entry=entry[seen]), x[seen])
    ignored = fit_weibull(observe(time[seen], event[seen]), x[seen])
    true = np.array([1.0, 0.5, -0.3])
    assert np.abs([fit.intercept, *fit.coefficients] - true).max() < 0.03
    assert abs(ignored.intercept - 1.0) > 0.2, "those who live long are seen more often"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda x, e: (x, e * 0), "no-event"),
        (lambda x, e: (np.column_stack([x, np.ones(len(x))]), e), "no-variation"),
        (lambda x, e: (np.column_stack([x, x[:, 0] * 2]), e), "collinear"),
        (lambda x, e: (np.column_stack([x, e == 0]), e), "separation"),
        (lambda x, e: (np.where(x > 2, np.nan, x), e), "not-finite"),
        (lambda x, e: (x[:-1], e), "shape"),
    ],
)
def test_what_cannot_be_fitted_is_refused_by_name(change, code) -> None:
    x, time, event = draw(1)
    design, seen = change(x, event.astype(int))
    with pytest.raises(DataError, match=code):
        fit_weibull(observe(time, seen), design)


def test_a_missing_column_and_a_share_without_meaning_are_named() -> None:
    x, time, event = draw(2)
    fit = fit_weibull(observe(time, event), pd.DataFrame(x, columns=["grade", "size"]))
    with pytest.raises(DataError, match="missing: size"):
        fit.survival(pd.DataFrame({"grade": [1.0], "sise": [2.0]}), [1.0])
    with pytest.raises(UsageError, match="between 0 and 1"):
        fit.quantiles(x, [1.0])
