"""Persons made ready for survival models; see ``workbench.learning.use_case.Prepared``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import Problem
from workbench.learning.cases import Cases

from .encoding import FOLDER, Encoding, learn, without_learning


@dataclass(frozen=True)
class PreparedPersons:
    """What a run asks of prepared persons.

    Attributes:
        cases: One case a person, kind ``table``; gaps are 0 and have an indicator.
        excluded: Persons left out: ``case``, ``reason``, ``message``.
        flow: What each step kept.
        slides: Characteristics of each kept person for the report; column ``case``.
        numeric: Numbers of each kept person, rows as in ``cases``.
        categorical: Categories of each kept person.
        warnings: What looks wrong and left nobody out.
        heatmaps: Nothing is drawn.
        speed: Nothing is timed.
        encoder: Name of what makes the features.
    """

    cases: Cases
    excluded: pd.DataFrame
    flow: list[dict[str, Any]]
    slides: pd.DataFrame
    numeric: pd.DataFrame
    categorical: pd.DataFrame
    warnings: list[Problem] = field(default_factory=list)
    heatmaps: int = 0
    speed: dict[str, float] = field(default_factory=dict)
    encoder: str = FOLDER

    def encode(self, train: Sequence[str], seed: int, folder: Path) -> Cases:
        """Return all cases with gaps filled and levels named by the training cases alone."""
        if not (folder / FOLDER).is_dir():
            rows = self.cases.table["case"].isin(set(train)).to_numpy()
            learn(self.numeric[rows], self.categorical[rows]).save(folder)
        return self.encode_with(folder)

    def encode_with(self, folder: Path) -> Cases:
        """Return all cases with the features of a saved encoding."""
        return encoded(self.cases, Encoding.load(folder), self.numeric, self.categorical)

    def save_encoder(self, trained: Path, target: Path) -> None:
        """Keep the encoding beside a model."""
        Encoding.load(trained).save(target)

    def heatmap(self, case: str, scores: np.ndarray) -> dict[str, bytes]:
        """Return pictures of a case; there are none."""
        return {}


def encoded(
    cases: Cases, encoding: Encoding, numeric: pd.DataFrame, categorical: pd.DataFrame
) -> Cases:
    """Return the cases with the features of an encoding."""
    columns = [*encoding.medians, *encoding.levels]
    known = pd.concat([numeric, categorical], axis=1).reindex(columns=columns)
    values = encoding.apply(known[[*encoding.medians]].astype(float), known[[*encoding.levels]])
    inputs = dict(zip(cases.ids, values, strict=True))
    return replace(cases, inputs=inputs, features=encoding.features)


def cases_of(table: pd.DataFrame, numeric: pd.DataFrame, categorical: pd.DataFrame) -> Cases:
    """Return cases whose features need no training."""
    empty = Cases(table, {}, "table", (), ())
    return encoded(empty, without_learning(numeric, categorical), numeric, categorical)
