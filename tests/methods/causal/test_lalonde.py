"""Matching and weighting of the Lalonde data: R MatchIt and survey."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.methods.causal.balancing import Weighting
from workbench.methods.causal.diagnostics import balance_table
from workbench.methods.causal.matching import match_nearest
from workbench.methods.causal.plain_effects import weighted_difference
from workbench.methods.causal.propensity import Propensity, fit_propensity

ORACLE = Path(__file__).resolve().parents[2] / "oracles" / "causal_lalonde.json"
KNOWN = json.loads(ORACLE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def data(shared_data: Path) -> pd.DataFrame:
    return pd.read_csv(shared_data / "survival/MatchIt_lalonde.csv", index_col=0)


def covariates_of(data: pd.DataFrame, levels: tuple[str, ...]) -> pd.DataFrame:
    base = data[["age", "educ"]].astype(float)
    for level in levels:
        base[f"race{level}"] = (data.race == level).astype(float)
    return base.join(data[["married", "nodegree", "re74", "re75"]].astype(float))


@pytest.fixture(scope="module")
def propensity(data: pd.DataFrame) -> Propensity:
    return fit_propensity(covariates_of(data, ("hispan", "white")), data.treat.to_numpy() == 1)


# summary(matchit(..., method = "nearest")) as MatchIt documents it ("Getting started"): means of
# untreated partners, standardised differences and variance ratios.
DOCUMENTED = {
    "age": (25.3027, 0.0718, 0.4568),
    "educ": (10.6054, -0.1290, 0.5721),
    "raceblack": (0.4703, 1.0259, np.nan),
    "racehispan": (0.2162, -0.6629, np.nan),
    "racewhite": (0.3135, -0.7296, np.nan),
    "married": (0.2108, -0.0552, np.nan),
    "nodegree": (0.6378, 0.1546, np.nan),
    "re74": (2342.1076, -0.0505, 1.3289),
    "re75": (1614.7451, -0.0257, 1.4956),
}


def test_pairs_equal_a_plain_loop_and_balance_what_matchit_documents(data, propensity) -> None:
    pairs = match_nearest(propensity)
    assert (len(pairs.treated), pairs.alone) == (185, 0)
    ours = set(zip(data.index[pairs.treated], data.index[pairs.untreated], strict=True))
    assert ours == {tuple(pair) for pair in KNOWN["nearest"]}
    base = covariates_of(data, ("black", "hispan", "white"))
    table = balance_table(base, propensity.treated, pairs.weights, target="treated")
    columns = ["mean_untreated", "smd_after", "variance_ratio_after"]
    shown = table.set_index("covariate")[columns].round(4)
    known = pd.DataFrame.from_dict(DOCUMENTED, orient="index", columns=columns)
    pd.testing.assert_frame_equal(shown, known, check_names=False)


def test_balance_before_equals_matchit(data, propensity) -> None:
    base = covariates_of(data, ("black", "hispan", "white"))
    table = balance_table(base, propensity.treated, np.ones(len(data)), target="treated")
    known = pd.DataFrame(KNOWN["before"]).astype(float)
    assert table.covariate.tolist() == KNOWN["rows"]
    assert table.smd_before.to_numpy() == pytest.approx(known.smd.to_numpy(), rel=1e-8)
    assert table.smd_after.to_numpy() == pytest.approx(known.smd.to_numpy(), rel=1e-8)
    ratio = table.variance_ratio_before.to_numpy()
    assert ratio == pytest.approx(known.ratio.to_numpy(), rel=1e-8, nan_ok=True)


def test_a_caliper_leaves_the_same_pairs_as_a_plain_loop(data, propensity) -> None:
    pairs = match_nearest(propensity, caliper_sd=0.1)
    ours = set(zip(data.index[pairs.treated], data.index[pairs.untreated], strict=True))
    assert ours == {tuple(pair) for pair in KNOWN["caliper"]}
    assert pairs.alone == 185 - len(ours) > 0
    gap = propensity.score[pairs.treated] - propensity.score[pairs.untreated]
    assert np.abs(gap).max() <= pairs.caliper


def test_effect_on_the_treated_equals_survey(data, propensity) -> None:
    earned = data.re78.to_numpy()
    found = weighted_difference(
        earned, propensity, weighting=Weighting(target="treated"), weights_known=True
    )
    n = KNOWN["n"]
    assert found.value == pytest.approx(KNOWN["att"]["value"], rel=1e-8)
    robust = found.standard_error * np.sqrt(n / (n - 1))
    assert robust == pytest.approx(KNOWN["att"]["survey_se"], rel=1e-8)
    crude = earned[propensity.treated].mean() - earned[~propensity.treated].mean()
    assert crude == pytest.approx(KNOWN["crude"], rel=1e-10)


def test_nobody_within_the_caliper_is_named() -> None:
    apart = pd.DataFrame({"x": [0.0, 1.0, 2.0, 0.5, 1.5, 2.5]})
    scores = fit_propensity(apart, np.array([1, 1, 1, 0, 0, 0], bool))
    with pytest.raises(DataError) as error:
        match_nearest(scores, caliper_sd=0.01)
    assert [problem.code for problem in error.value.problems] == ["no-overlap"]
