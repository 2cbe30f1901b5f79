"""The test of proportional hazards equals R ``cox.zph`` of survival 3.5, residuals included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError, UsageError
from workbench.methods.survival.cox import fit_cox
from workbench.methods.survival.proportional_hazards import proportional_hazards_test

from . import real_cox

ORACLE = Path(__file__).resolve().parents[2] / "oracles" / "cox.json"
REAL = json.loads(ORACLE.read_text(encoding="utf-8"))
CASES = [(name, transform) for name in real_cox.NAMES for transform in REAL[name]["zph"]]


@pytest.mark.parametrize(("name", "transform"), CASES)
def test_real_data_give_the_numbers_of_cox_zph(
    shared_data: Path, name: str, transform: Any
) -> None:
    known = REAL[name]["zph"][transform]
    terms = {"celltype": ["small", "adeno", "large"]} if name == "veteran_terms" else None
    found = proportional_hazards_test(
        fit_cox(**real_cox.problem(shared_data, name)), transform, terms
    )
    assert found.table.statistic.tolist() == pytest.approx(known["chisq"], rel=1e-6)
    assert found.table.p.tolist() == pytest.approx(known["p"], rel=1e-5)
    first = found.residuals.columns[3]
    rows = found.residuals.sort_values(["time", first]).head(6)
    assert rows.time.tolist() == known["times"]
    assert rows.transformed.tolist() == pytest.approx(known["x"], rel=1e-12)
    mine, theirs = rows.iloc[:, 3:].to_numpy(), np.asarray(known["y"], float)
    assert mine == pytest.approx(theirs, rel=1e-6, abs=1e-6 * np.abs(theirs).max())


def test_published_statistics(shared_data: Path) -> None:
    veteran = proportional_hazards_test(fit_cox(**real_cox.problem(shared_data, "veteran")))
    table = veteran.table.set_index("term").statistic
    assert table["karno"] == pytest.approx(12.935, abs=5e-4)
    gbsg = proportional_hazards_test(fit_cox(**real_cox.problem(shared_data, "gbsg")))
    assert gbsg.table.statistic.iloc[-1] == pytest.approx(22.1255, abs=5e-5)


def draw(effect_fades: bool) -> pd.DataFrame:
    """Return treated and untreated persons; the effect may act before time 1 only."""
    rng = np.random.default_rng(5)
    treated = np.repeat([0.0, 1.0], 1500)
    early = rng.exponential(np.exp(1.0 * treated))
    late = early if not effect_fades else np.where(early > 1, 1 + rng.exponential(size=3000), early)
    return pd.DataFrame({"treated": treated, "time": late})


def test_a_fading_effect_is_seen_and_a_lasting_one_is_not() -> None:
    for fades in (True, False):
        d = draw(fades)
        fit = fit_cox(d[["treated"]], d.time, np.ones(3000))
        found = proportional_hazards_test(fit)
        p = found.table.p.iloc[0]
        assert p < 1e-6 if fades else p > 0.01
        early = found.residuals.time < 1
        if fades:  # the residuals' means estimate the coefficient before and after
            means = found.residuals.treated.groupby(early).mean()
            assert means[True] == pytest.approx(-1, abs=0.25)
            assert means[False] == pytest.approx(0, abs=0.25)


def test_a_covariate_that_a_stratum_lacks_has_no_residual_there() -> None:
    rng = np.random.default_rng(1)
    stratum = np.repeat(["a", "b"], 50)
    x = np.column_stack([rng.normal(size=100), (rng.random(100) < 0.5) & (stratum == "a")])
    fit = fit_cox(x, rng.exponential(size=100), np.ones(100), strata=stratum)
    residuals = proportional_hazards_test(fit).residuals
    assert residuals.x1[residuals.stratum == "b"].isna().all()
    assert residuals.drop(columns="x1").notna().all(axis=None)


def test_wrong_use() -> None:
    d = draw(True).head(1600)
    fit = fit_cox(d[["treated"]], d.time, np.ones(1600))
    with pytest.raises(UsageError, match="did you mean 'rank'"):
        proportional_hazards_test(fit, "ranks")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="did you mean 'treated'"):
        proportional_hazards_test(fit, terms={"arm": ["treatd"]})
    with pytest.raises(UsageError, match="one term only"):
        proportional_hazards_test(fit, terms={"arm": ["treated", "treated"]})
    moved = fit_cox(d[["treated"]], d.time - 1, np.ones(1600), entry=np.full(1600, -1.0))
    with pytest.raises(DataError, match="log-of-zero"):
        proportional_hazards_test(moved, "log")
    empty = fit_cox(np.zeros((1600, 0)), d.time, np.ones(1600))
    with pytest.raises(DataError, match="no-covariates"):
        proportional_hazards_test(empty)
