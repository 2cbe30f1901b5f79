"""Cause-specific Cox models and absolute risks equal R ``riskRegression::CSC``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import DataError
from workbench.methods.survival import cause_specific
from workbench.methods.survival.cause_specific import fit_cause_specific

from . import real_cox

ORACLE = Path(__file__).resolve().parents[2] / "oracles" / "fine_gray.json"
REAL = json.loads(ORACLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["mgus2", "pbc"])
def test_real_data_give_the_numbers_of_csc(shared_data: Path, name: str) -> None:
    known = REAL[name]
    fit = fit_cause_specific(**real_cox.competing(shared_data, name), ties="breslow")
    for cause in (1, 2):
        coefficients = known["csc_coefficients"][str(cause)]
        assert fit.fits[cause].coefficients == pytest.approx(coefficients, rel=1e-6)
    row = np.array([known["row"]])
    for product, which in ((True, "csc_product"), (False, "csc_exponential")):
        found = fit.absolute_risk(row, known["times"], product_limit=product)
        assert found[0] == pytest.approx(known[which], rel=1e-6)
    assert list(fit.summary().cause.unique()) == [1, 2]


def draw(n: int = 300) -> dict:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(n, 2))
    time = np.ceil(9 * rng.exponential(np.exp(-0.5 * x[:, 0])))
    return {"design": x, "time": time, "event": rng.choice([0, 1, 2, 3], n)}


def test_risks_and_freedom_from_events_add_up_to_one() -> None:
    d = draw()
    fit = fit_cause_specific(**d, strata=np.arange(300) % 2)
    rows = {"design": d["design"][:5] / 3, "times": [0.5, 3, 8], "strata": [0, 1, 0, 1, 1]}
    total = sum(fit.absolute_risk(**rows, cause=cause, product_limit=True) for cause in (1, 2, 3))
    assert total[:, 0].tolist() == [0] * 5
    assert ((total >= 0) & (total <= 1)).all() and (np.diff(total, axis=1) > 0).all()
    alone = np.prod(
        [one.survival(rows["design"], [8], strata=rows["strata"]) for one in fit.fits.values()],
        axis=0,
    )
    plain = sum(fit.absolute_risk(**rows, cause=cause) for cause in (1, 2, 3))
    assert 1 - plain[:, 2] == pytest.approx(alone[:, 0], abs=0.05)


def test_many_rows_are_worked_on_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    d = draw()
    fit = fit_cause_specific(**d)
    whole = fit.absolute_risk(d["design"], [3, 8], cause=2)
    monkeypatch.setattr(cause_specific, "_CELLS", 100)
    assert (fit.absolute_risk(d["design"], [3, 8], cause=2) == whole).all()


def test_unknown_causes_are_named() -> None:
    d = draw()
    with pytest.raises(DataError, match=r"cause 4; there are \[1, 2, 3\]"):
        fit_cause_specific(**d).absolute_risk(d["design"], [1], cause=4)
    with pytest.raises(DataError, match="all-censored"):
        fit_cause_specific(d["design"], d["time"], np.zeros(300))
