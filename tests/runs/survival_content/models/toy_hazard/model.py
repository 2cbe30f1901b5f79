"""Events over time at risk, apart for each value of the last feature: known in closed form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from workbench.learning.arrays import load_state, save_state
from workbench.learning.cases import Cases
from workbench.learning.model import Predictions
from workbench.learning.settings import FitContext, typed
from workbench.learning.survival import outcome_of


@dataclass(frozen=True)
class Params:
    """Settings: whether the order of risks is turned round, for a model worse than none."""

    wrong: bool = False


class ToyHazard:
    """An exponential model of two groups."""

    def __init__(self, params: Mapping[str, Any] | None = None) -> None:
        self.params = typed(Params, params, where="toy_hazard")
        self.rates = np.zeros(2)

    def fit(self, train: Cases, validation: Cases | None, context: FitContext) -> None:
        cases = train if validation is None else train.joined(validation)
        outcome, group = outcome_of(cases), self._group(cases)
        events = np.bincount(group, outcome[:, 1], minlength=2)
        rates = (events + 0.5) / np.bincount(group, outcome[:, 0], minlength=2)
        self.rates = rates[::-1].copy() if self.params.wrong else rates

    def predict(self, cases: Cases) -> Predictions:
        risk = np.log(self.rates[self._group(cases)])
        return Predictions(pd.DataFrame({"case": cases.ids, "risk": risk}))

    def survival(self, cases: Cases, times: Sequence[float]) -> np.ndarray:
        return np.exp(-self.rates[self._group(cases)][:, None] * np.asarray(times)[None, :])

    def save(self, folder: Path) -> None:
        save_state(
            folder,
            {"kind": "ToyHazard", "params": {"wrong": self.params.wrong}},
            {"rates": self.rates},
        )

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Self:
        facts, arrays = load_state(folder, "ToyHazard")
        model = cls(facts["params"])
        model.rates = arrays["rates"]
        return model

    @staticmethod
    def _group(cases: Cases) -> np.ndarray:
        return cases.matrix()[:, -1].astype(int)
