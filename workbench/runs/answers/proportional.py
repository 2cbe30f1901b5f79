"""Whether hazards are proportional in the cases of a survival run, feature by feature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.learning.cases import Cases
from workbench.learning.survival import Linear, outcome_of
from workbench.methods.survival.cox import CoxFit, fit_cox
from workbench.methods.survival.proportional_hazards import proportional_hazards_test
from workbench.methods.survival.smooth import smooth_over_time

EMPTY: dict[str, pd.DataFrame] = {}


def proportional_artefacts(
    cases: Cases, linear: Linear | None
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Test the features of cases for a trend of their effect over time.

    The model is a Cox regression of all features that vary on all cases, whatever the run's model
    is: the question is about the data. Coefficients are given beside those of the run's model, with
    its own features: levels of a category are told from the same one.

    Args:
        cases: Rows of numbers, with times and events.
        linear: Coefficients of the run's model, where it has them.

    Returns:
        Tables by name of their file, and the content of ``proportional_hazards.json``: ``absent``
        (why there is no test; empty where there is), ``left_out`` (features of one value).
    """
    names, left_out = _varying(cases)
    try:
        fit = _fitted(cases, names)
        own = fit if linear is None else _fitted(linear.cases, _varying(linear.cases)[0])
        test = proportional_hazards_test(fit)
        curves = [
            smooth_over_time(
                test.residuals["time"],
                test.residuals[name],
                variance=float(test.covariance[place, place]),
            ).assign(term=name)
            for place, name in enumerate(names)
        ]
    except WorkbenchError as error:
        return EMPTY, {"absent": error.render(), "left_out": left_out}
    coefficients = dict(zip(names, fit.coefficients.tolist(), strict=True))
    table = test.table.assign(coefficient=test.table["term"].map(coefficients))
    tables = {
        "coefficients.csv": _coefficients(own, {} if linear is None else linear.coefficients),
        "proportional_hazards.csv": table,
        "proportional_hazards_curves.csv": pd.concat(curves, ignore_index=True),
    }
    return tables, {"absent": "", "left_out": left_out}


def _varying(cases: Cases) -> tuple[list[str], list[str]]:
    """Return the features that vary, and those that do not."""
    values = cases.matrix()
    varies = [len(np.unique(column)) > 1 for column in values.T]
    names = [name for name, whether in zip(cases.features, varies, strict=True) if whether]
    return names, [name for name in cases.features if name not in names]


def _fitted(cases: Cases, names: list[str]) -> CoxFit:
    """Return a Cox regression of some features, without penalty."""
    design = pd.DataFrame(cases.matrix(), columns=list(cases.features))[names]
    outcome = outcome_of(cases)
    return fit_cox(design, outcome[:, 0], outcome[:, 1])


def _coefficients(fit: CoxFit, own: Mapping[str, float]) -> pd.DataFrame:
    """Return the coefficients of the regression with their intervals, the run's own beside them."""
    table = fit.summary().rename(columns={"covariate": "term"})
    table = table.assign(low=np.log(table["low"]), high=np.log(table["high"]))
    own_ones = table["term"].map(dict(own)).astype(float)
    return table[["term", "coefficient", "low", "high", "p"]].assign(own=own_ones)
