"""One row of features a case: the row itself, or a bag's mean, spread and maximum."""

from __future__ import annotations

import numpy as np

from workbench.learning.cases import Cases

POOLS = ("mean", "sd", "max")


def case_rows(cases: Cases) -> np.ndarray:
    """Return one float64 row a case.

    Args:
        cases: Kind ``table``: the rows as they are, (n_cases, n_features). Kind ``bags``: mean,
            standard deviation and maximum over the tiles, (n_cases, 3 * n_features).
    """
    if cases.kind == "table":
        return cases.matrix()
    bags = [np.asarray(cases.inputs[case].features, dtype=np.float64) for case in cases.ids]
    return np.stack([np.concatenate([bag.mean(0), bag.std(0), bag.max(0)]) for bag in bags])


def row_names(cases: Cases) -> list[str]:
    """Return the names of the columns of ``case_rows``."""
    if cases.kind == "table":
        return list(cases.features)
    return [f"{name}_{pool}" for pool in POOLS for name in cases.features]
