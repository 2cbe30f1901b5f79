"""What every model gives: fit, predict, save, load; and the predictions it returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, Self, runtime_checkable

import numpy as np
import pandas as pd

from workbench.errors import DataError, Problem
from workbench.learning.cases import Cases
from workbench.learning.settings import FitContext, TrainerSettings, typed

__all__ = [
    "FitContext",
    "Model",
    "Predictions",
    "TrainerSettings",
    "check_features",
    "probability_table",
    "typed",
]


@dataclass(frozen=True)
class Predictions:
    """What a model says about cases.

    Attributes:
        table: One row a case in the order asked for: ``case`` and ``p_<class>`` (sum 1), or
            ``case`` and ``risk`` (higher is sooner) for survival.
        attention: Case id to float32 (n_tiles,), sum 1, in the bag's tile order; empty when the
            model has none.
    """

    table: pd.DataFrame
    attention: Mapping[str, np.ndarray] = field(default_factory=dict)


@runtime_checkable
class Model(Protocol):
    """What the entry class of a folder in ``models/`` gives; built as ``Entry(params)``."""

    def fit(self, train: Cases, validation: Cases | None, context: FitContext) -> None:
        """Learn from the training cases; the validation cases only decide when to stop."""

    def predict(self, cases: Cases) -> Predictions:
        """Return one row a case, in the cases' order; labels are not looked at."""

    def save(self, folder: Path) -> None:
        """Write the fitted model in one step, as JSON and plain arrays."""

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Self:
        """Read what ``save`` wrote; predictions are equal."""


def probability_table(
    cases: list[str], classes: tuple[str, ...], values: np.ndarray
) -> pd.DataFrame:
    """Return the predictions table of a classifier.

    Args:
        cases: Case ids.
        classes: Class names.
        values: Probabilities (n_cases, n_classes); each row is divided by its sum.

    >>> probability_table(["a"], ("low", "high"), np.array([[1.0, 3.0]]))["p_high"].tolist()
    [0.75]
    """
    values = np.asarray(values, dtype=np.float64)
    values = values / values.sum(axis=1, keepdims=True)
    columns = {f"p_{name}": values[:, number] for number, name in enumerate(classes)}
    return pd.DataFrame({"case": cases, **columns})


def check_features(
    expected: tuple[str, ...], cases: Cases, rows: tuple[str, ...] | None = None
) -> None:
    """Check that cases carry the features a model was fitted on, in the same order.

    Args:
        expected: Features of a row, or of a tile.
        cases: The cases.
        rows: Features of the rows beside the tiles; None for a model that does not look at them.

    Raises:
        DataError: Names the missing and the unknown features.
    """
    problems = _differences(expected, cases.features, "features")
    if rows is not None:
        problems += _differences(rows, cases.row_features, "row_features")
    if problems:
        raise DataError(
            "the features are not those of the training",
            problems=problems,
            remedy="extract features with the settings the model was trained with",
        )


def _differences(expected: tuple[str, ...], given: tuple[str, ...], where: str) -> list[Problem]:
    """Return how given features differ from those expected."""
    if given == expected:
        return []
    problems = [
        Problem("missing-feature", f"the model needs '{name}'", where)
        for name in expected
        if name not in given
    ]
    problems += [
        Problem("unknown-feature", f"the model was not fitted on '{name}'", where)
        for name in given
        if name not in expected
    ]
    return problems or [Problem("reordered", "the same features in another order", where)]
