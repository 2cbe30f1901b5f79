"""Every estimator equals explicit person-months with scikit-learn's logistic regression."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from workbench.methods.causal.cohort import Cohort

from . import months
from .planned import Planned

SCRIPT = Path(__file__).resolve().parents[3] / "scripts/benchmarks/bench/plain_causal.py"


@pytest.fixture(scope="module")
def plain() -> ModuleType:
    spec = importlib.util.spec_from_file_location("plain_causal", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["plain_causal"] = module
    spec.loader.exec_module(module)
    return module


def people(plain: ModuleType, cohort: Cohort) -> object:
    values = cohort.covariates
    return plain.People(
        x=(values - values.mean(axis=0)) / values.std(axis=0),
        start=np.nan_to_num(np.ceil(cohort.treated_day) - 1, nan=np.inf),
        months=np.ceil(cohort.end_day).astype(int),
        death=cohort.event == 1,
        lost=(cohort.event == 0) & ~cohort.administrative,
    )


@pytest.mark.parametrize("compiled", ["always", "never"])
@pytest.mark.parametrize("name", ["naive", "landmark", "sequential_trials", "clone_censor_weight"])
def test_it_equals_explicit_person_months(
    monkeypatch: pytest.MonkeyPatch, plain: ModuleType, name: str, compiled: str
) -> None:
    monkeypatch.setenv("WORKBENCH_NUMBA", compiled)
    cohort = months.cohort(3, n=1500)
    weights = {"interval_days": 1, "forced_from": "last_interval"}
    planned = Planned(cohort, months.protocol(weights=weights), name)
    found = planned.fit().contrast
    assert planned.tasks.drop_out is not None
    terms = planned.tasks.drop_out.terms
    who = people(plain, cohort)
    risks, means = plain.all_estimators(who, months.MONTHS, months.GRACE, terms)[name]
    assert found.risks == pytest.approx(risks, abs=1e-8)
    assert found.means == pytest.approx(means, abs=1e-6)
