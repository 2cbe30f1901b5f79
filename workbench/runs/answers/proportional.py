"""Whether hazards are proportional in the cases of a survival run, feature by feature."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.learning.cases import Cases
from workbench.learning.survival import outcome_of
from workbench.methods.survival.cox import fit_cox
from workbench.methods.survival.proportional_hazards import proportional_hazards_test
from workbench.methods.survival.smooth import smooth_over_time

EMPTY: dict[str, pd.DataFrame] = {}


def proportional_artefacts(cases: Cases) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Test the features of cases for a trend of their effect over time.

    The model is a Cox regression of all features that vary on all cases, whatever the run's model
    is: the question is about the data.

    Args:
        cases: Rows of numbers, with times and events.

    Returns:
        Tables by name of their file, and the content of ``proportional_hazards.json``: ``absent``
        (why there is no test; empty where there is), ``left_out`` (features of one value).
    """
    values, outcome = cases.matrix(), outcome_of(cases)
    varies = np.array([len(np.unique(column)) > 1 for column in values.T], dtype=np.bool_)
    names = [name for name, whether in zip(cases.features, varies, strict=True) if whether]
    left_out = [name for name in cases.features if name not in names]
    try:
        design = pd.DataFrame(values[:, varies], columns=names)
        fit = fit_cox(design, outcome[:, 0], outcome[:, 1])
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
        "proportional_hazards.csv": table,
        "proportional_hazards_curves.csv": pd.concat(curves, ignore_index=True),
    }
    return tables, {"absent": "", "left_out": left_out}
