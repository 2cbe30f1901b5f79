"""Cox models of public data equal those of R ``survival`` in every number."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from workbench.methods.survival.cox import CoxFit, fit_cox

from . import real_cox

ORACLE = Path(__file__).resolve().parents[2] / "oracles" / "cox.json"
REAL = json.loads(ORACLE.read_text(encoding="utf-8"))
_FITTED: dict[str, CoxFit] = {}


@pytest.fixture(params=list(real_cox.NAMES))
def case(request, shared_data: Path) -> tuple[CoxFit, dict]:
    name = request.param
    if name not in _FITTED:
        _FITTED[name] = fit_cox(**real_cox.problem(shared_data, name))
    return _FITTED[name], REAL[name]


def near(values, rel=1e-8):
    return pytest.approx(np.asarray(values, float), rel=rel, abs=rel * np.max(np.abs(values)))


def test_coefficients_likelihoods_and_errors(case) -> None:
    fit, known = case
    assert fit.data.given == known["n"] and fit.data.event.sum() == known["events"]
    assert fit.coefficients == pytest.approx(known["coefficients"], rel=1e-7)
    assert fit.null_log_likelihood == pytest.approx(known["loglik"][0], abs=1e-8)
    assert fit.log_likelihood == pytest.approx(known["loglik"][1], abs=1e-8)
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx(known["error"], rel=1e-8)
    assert fit.covariance == near(known["covariance"])
    if "robust" in known:
        assert np.sqrt(np.diag(fit.robust_covariance)) == pytest.approx(known["robust"], rel=1e-7)
        assert fit.robust_by_default


def test_tests_of_all_coefficients(case) -> None:
    fit, known = case
    found = fit.tests().set_index("test").statistic
    assert found["likelihood ratio"] == pytest.approx(known["lrt"], rel=6e-4)  # R rounds it
    assert found["likelihood ratio"] == pytest.approx(2 * np.diff(known["loglik"])[0], rel=1e-8)
    assert found["score"] == pytest.approx(known["score"], rel=1e-7)
    if "wald_exact" in known:
        assert found["Wald"] == pytest.approx(known["wald_exact"], rel=1e-7)
    else:
        assert found["robust Wald"] == pytest.approx(known["wald"], rel=6e-3)


def test_residuals(case) -> None:
    fit, known = case
    martingale = fit.residuals()
    assert martingale[:8] == near(known["martingale"]["first"])
    assert (martingale**2).sum() == pytest.approx(known["martingale"]["squares"], rel=1e-8)
    score = fit.score_residuals()
    assert score[:4] == near(known["score_residual"]["first"], 1e-7)
    assert (score**2).sum(axis=0) == pytest.approx(known["score_residual"]["squares"], rel=1e-7)


@pytest.mark.parametrize("name", [name for name in real_cox.NAMES if "curve" in REAL[name]])
def test_curves_of_a_new_row(name: str, shared_data: Path) -> None:
    fit, curve = fit_cox(**real_cox.problem(shared_data, name)), REAL[name]["curve"]
    strata = [curve["stratum"]] if "stratum" in curve else None
    found = fit.survival(np.array([curve["row"]]), curve["times"], strata=strata)
    assert found[0] == pytest.approx(np.ravel(curve["survival"]), rel=1e-7)
    table = fit.baseline(at=curve["row"])
    if strata:
        table = table[table.stratum == str(strata[0])]
    last = [table.survival[table.time <= time].iloc[-1] for time in curve["times"]]
    assert last == pytest.approx(np.ravel(curve["survival"]), rel=1e-7)


@pytest.mark.parametrize("name", [name for name in real_cox.NAMES if "concordance" in REAL[name]])
def test_concordance_stands_beside_the_fit(name: str, shared_data: Path) -> None:
    found = fit_cox(**real_cox.problem(shared_data, name)).concordance()
    known = REAL[name]["concordance"]
    assert found.areas[0] == pytest.approx(known[0], abs=1e-10)
    assert found.errors[0] == pytest.approx(known[1], rel=1e-8)
