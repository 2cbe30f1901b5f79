"""Weight gain and death after stopping to smoke (NHEFS): R geepack, survey and the book."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.methods.causal.balancing import Weighting, balancing_weights
from workbench.methods.causal.plain_augmented import augmented_difference
from workbench.methods.causal.plain_effects import standardised_difference, weighted_difference
from workbench.methods.causal.propensity import Propensity, fit_propensity

ORACLE = Path(__file__).resolve().parents[2] / "oracles" / "causal_nhefs.json"
KNOWN = json.loads(ORACLE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def data(shared_data: Path) -> pd.DataFrame:
    return pd.read_csv(shared_data / "survival/causaldata_nhefs_complete.csv")


def covariates_of(data: pd.DataFrame) -> pd.DataFrame:
    columns = {name: data[name] for name in ("sex", "race")}
    for name in ("age", "smokeintensity", "smokeyrs", "wt71"):
        columns |= {name: data[name], f"{name}^2": data[name] ** 2}
    for name, levels in (("education", (2, 3, 4, 5)), ("exercise", (1, 2)), ("active", (1, 2))):
        columns |= {f"{name}={level}": data[name] == level for level in levels}
    return pd.DataFrame(columns).astype(float)


@pytest.fixture(scope="module")
def propensity(data: pd.DataFrame) -> Propensity:
    return fit_propensity(covariates_of(data), data.qsmk.to_numpy() == 1)


@pytest.mark.parametrize("target", ["all", "treated", "untreated", "overlap", "matching"])
def test_weighting_equals_geepack_and_stacked_equations(data, propensity, target) -> None:
    known = KNOWN["iptw"][target]
    gain = data.wt82_71.to_numpy()
    plain = weighted_difference(
        gain, propensity, weighting=Weighting(target=target), weights_known=True
    )
    assert plain.value == pytest.approx(known["value"], rel=1e-8)
    assert plain.standard_error == pytest.approx(known["gee_se"], rel=1e-8)
    n = KNOWN["n"]
    assert plain.standard_error * np.sqrt(n / (n - 1)) == pytest.approx(known["survey_se"])
    stacked = weighted_difference(gain, propensity, weighting=Weighting(target=target))
    assert stacked.value == plain.value
    assert stacked.standard_error == pytest.approx(known["stacked_se"], rel=1e-5)


def test_the_books_weighted_value(data, propensity) -> None:
    found = weighted_difference(data.wt82_71.to_numpy(), propensity, weights_known=True)
    # Hernan and Robins, What If, 12.2: 3.4 kg (2.4 to 4.5).
    assert [round(x, 1) for x in (found.value, found.low, found.high)] == [3.4, 2.4, 4.5]
    assert found.estimand == "mean_difference"


def test_stabilised_weights_lie_about_one(propensity) -> None:
    weights = balancing_weights(propensity, Weighting()).value
    known = KNOWN["stabilised"]
    assert [weights.mean(), weights.min(), weights.max()] == pytest.approx(
        [known["mean"], known["min"], known["max"]], rel=1e-8
    )


def test_standardisation_equals_r_and_the_book(data) -> None:
    base = covariates_of(data)

    def design(qsmk: np.ndarray) -> np.ndarray:
        return np.column_stack([np.ones(len(data)), base, qsmk, qsmk * data.smokeintensity])

    treated = data.qsmk.to_numpy() == 1
    found = standardised_difference(
        data.wt82_71.to_numpy(),
        treated,
        design(treated),
        design(np.ones(len(data))),
        design(np.zeros(len(data))),
    )
    known = KNOWN["standardisation"]["gain"]
    assert found.value == pytest.approx(known["value"], rel=1e-8)
    assert found.standard_error == pytest.approx(known["se"], rel=1e-5)
    # What If, 13.3: 3.5 kg (2.6 to 4.5, by bootstrap).
    assert [round(x, 1) for x in (found.value, found.low, found.high)] == [3.5, 2.6, 4.5]


def test_death_by_standardised_logistic_regression(data) -> None:
    base, treated = covariates_of(data), data.qsmk.to_numpy() == 1
    death = data.death.to_numpy(float)
    crude = [death[treated].mean(), death[~treated].mean()]
    assert crude == pytest.approx([0.225806, 0.171969], abs=1e-6)
    designs = [
        np.column_stack([np.ones(len(data)), base, qsmk])
        for qsmk in (treated, np.ones(len(data)), np.zeros(len(data)))
    ]
    found = standardised_difference(death, treated, *designs, family="logistic")
    known = KNOWN["standardisation"]["death"]
    assert found.estimand == "risk_difference"
    assert found.value == pytest.approx(known["value"], rel=1e-6)
    assert found.standard_error == pytest.approx(known["se"], rel=1e-5)


def test_augmented_equals_r_without_cross_fitting_and_agrees_with_it(data) -> None:
    base, treated = covariates_of(data), data.qsmk.to_numpy() == 1
    gain = data.wt82_71.to_numpy()
    found = augmented_difference(gain, treated, base, folds=1)
    assert found.value == pytest.approx(KNOWN["aipw"]["value"], rel=1e-8)
    assert found.standard_error == pytest.approx(KNOWN["aipw"]["se"], rel=1e-8)
    crossed = augmented_difference(gain, treated, base, folds=5, seed=1)
    assert crossed.value == pytest.approx(found.value, abs=0.5 * found.standard_error)
    assert crossed == augmented_difference(gain, treated, base, folds=5, seed=1)
