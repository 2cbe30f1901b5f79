"""Cox regression of lifelines behind fit, predict, save, load."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from workbench.errors import RunError
from workbench.learning.arrays import load_state, save_state
from workbench.learning.cases import Cases
from workbench.learning.model import Predictions, check_features
from workbench.learning.seeds import seed_everything
from workbench.learning.settings import FitContext, typed
from workbench.learning.signature import signature_of
from workbench.learning.survival import outcome_of


class CoxRegression:
    """Cox's proportional hazards (Cox 1972, ties by Efron), fitted by lifelines.

    The cases are of kind ``table`` with the columns ``time`` (above 0, any one unit) and ``event``
    (1 seen, 0 censored). The fitted state is five small arrays; lifelines is needed to fit only.

    Args:
        params: Values of ``params_type`` by name: ``penalizer``, ``l1_ratio``, ``horizons``.
    """

    params_type: ClassVar[type[Any]]

    def __init__(self, params: Mapping[str, Any] | None = None) -> None:
        self.params = typed(self.params_type, params, where=type(self).__name__)
        self.features_: tuple[str, ...] = ()
        self.state_: dict[str, np.ndarray] = {}

    def fit(self, train: Cases, validation: Cases | None, context: FitContext) -> None:
        """Learn from all the cases: there is no early stop that would need the validation cases.

        Raises:
            DataError: Names every case that cannot be used.
            RunError: The fit does not converge.
        """
        from lifelines import CoxPHFitter
        from lifelines.exceptions import ConvergenceError

        cases = train if validation is None else train.joined(validation)
        cases.check()
        outcome_of(cases)
        seed_everything(context.seed)
        table = pd.DataFrame(cases.matrix(), columns=list(cases.features))
        table["time"], table["event"] = cases.table["time"], cases.table["event"]
        fitter = CoxPHFitter(penalizer=self.params.penalizer, l1_ratio=self.params.l1_ratio)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                fitter.fit(table, duration_col="time", event_col="event")
        except ConvergenceError as error:
            raise RunError(
                f"the Cox regression does not converge: {str(error).splitlines()[0]}",
                remedy="raise model.params.penalizer, or drop features that say the same",
            ) from error
        hazard = fitter.baseline_cumulative_hazard_
        self.features_ = cases.features
        self.state_ = {
            "coefficients": fitter.params_.to_numpy(),
            "standard_errors": fitter.standard_errors_.to_numpy(),
            "feature_means": table[list(cases.features)].mean().to_numpy(),
            "times": hazard.index.to_numpy(dtype=np.float64),
            "baseline_cumulative_hazard": hazard.iloc[:, 0].to_numpy(),
        }

    def predict(self, cases: Cases) -> Predictions:
        """Return the log partial hazard ``risk`` and, per horizon, P(event by then).

        Raises:
            DataError: A case cannot be used, or the features are not those of the training.
        """
        if not self.state_:
            raise RunError(f"{type(self).__name__} is not fitted", remedy="call fit or load first")
        cases.check()
        check_features(self.features_, cases)
        centred = cases.matrix() - self.state_["feature_means"]
        risk = (centred * self.state_["coefficients"]).sum(axis=1)
        columns = {"case": cases.ids, "risk": risk}
        for name, horizon in zip(self._horizon_columns(), self.params.horizons, strict=True):
            columns[name] = -np.expm1(-self._baseline(horizon) * np.exp(risk))
        return Predictions(pd.DataFrame(columns))

    def save(self, folder: Path) -> None:
        """Write parameters and fitted state as JSON and plain arrays."""
        facts = {
            "kind": type(self).__name__,
            "model": type(self).__module__.split(".")[-2],
            "params": asdict(self.params),
            "features": list(self.features_),
            "signature": signature_of(self.features_, ["risk", *self._horizon_columns()]),
        }
        save_state(folder, facts, self.state_)

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Self:
        """Read a saved model; it always computes on the CPU.

        Raises:
            DataError: The folder holds no readable model of this kind.
        """
        facts, arrays = load_state(folder, cls.__name__)
        model = cls(facts["params"])
        model.features_, model.state_ = tuple(facts["features"]), arrays
        return model

    def _horizon_columns(self) -> Sequence[str]:
        """Return the names of the horizon columns, such as ``p_event_365``."""
        return [f"p_event_{horizon:g}" for horizon in self.params.horizons]

    def _baseline(self, horizon: float) -> float:
        """Return the baseline cumulative hazard at a time: the step at or before it."""
        step = int(np.searchsorted(self.state_["times"], horizon, side="right")) - 1
        return float(self.state_["baseline_cumulative_hazard"][step]) if step >= 0 else 0.0
