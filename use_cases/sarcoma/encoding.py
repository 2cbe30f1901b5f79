"""From characteristics to numbers: medians, levels and indicators, learnt from given rows alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.learning.arrays import load_state, save_state

KIND = "SarcomaEncoding"
FOLDER = "characteristics"


@dataclass(frozen=True)
class Encoding:
    """How characteristics become features.

    A missing number takes the median and has an indicator; a category becomes 0 and 1 for every
    level but the first, a level nobody had in training counts as the first, and a missing one has
    an indicator.

    Attributes:
        medians: Of each number.
        levels: Of each category, the most frequent first.
        missing: Characteristics that were missing at least once.
    """

    medians: Mapping[str, float]
    levels: Mapping[str, list[str]]
    missing: list[str]

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features, in column order."""
        dummies = [f"{name}_{level}" for name, all_ in self.levels.items() for level in all_[1:]]
        return (*self.medians, *dummies, *(f"{name}_missing" for name in self.missing))

    def apply(self, numeric: pd.DataFrame, categorical: pd.DataFrame) -> NDArray[np.float64]:
        """Return the features of some rows, ``(n, p)``, none missing."""
        columns = [numeric[name].fillna(median) for name, median in self.medians.items()]
        columns += [
            (categorical[name] == level).astype(float)
            for name, all_ in self.levels.items()
            for level in all_[1:]
        ]
        both = pd.concat([numeric, categorical], axis=1)
        columns += [both[name].isna().astype(float) for name in self.missing]
        if not columns:
            return np.zeros((len(numeric), 0))
        return np.column_stack([column.to_numpy(dtype=np.float64) for column in columns])

    def save(self, folder: Path) -> None:
        """Write the encoding below a folder."""
        save_state(folder / FOLDER, {"kind": KIND, **asdict(self)}, {})

    @classmethod
    def load(cls, folder: Path) -> Encoding:
        """Read what :meth:`save` wrote."""
        facts, _ = load_state(folder / FOLDER, KIND)
        return cls(facts["medians"], facts["levels"], facts["missing"])


def learn(numeric: pd.DataFrame, categorical: pd.DataFrame) -> Encoding:
    """Learn an encoding from rows; a number that is always missing is left out."""
    present = numeric.dropna(axis=1, how="all")
    medians = {str(name): float(present[name].median()) for name in present}
    both = pd.concat([present, categorical], axis=1)
    levels = {str(name): _by_frequency(categorical[name]) for name in categorical}
    return Encoding(medians, levels, [str(name) for name in both if both[name].isna().any()])


def without_learning(numeric: pd.DataFrame, categorical: pd.DataFrame) -> Encoding:
    """Return an encoding that knows the names of levels and nothing of the numbers: gaps are 0."""
    levels = {str(name): sorted(categorical[name].dropna().unique()) for name in categorical}
    both = pd.concat([numeric, categorical], axis=1)
    missing = [str(name) for name in both if both[name].isna().any()]
    return Encoding({str(name): 0.0 for name in numeric}, levels, missing)


def _by_frequency(column: pd.Series) -> list[str]:
    """Return the levels of a category, most frequent first, then by name."""
    counts: dict[Any, int] = column.value_counts().to_dict()
    return sorted(map(str, counts), key=lambda level: (-counts[level], level))
