"""The part that all survival models on rows share: everything but learning and predicting."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import RunError
from workbench.learning.arrays import load_state, save_state
from workbench.learning.cases import Cases
from workbench.learning.model import Predictions, check_features
from workbench.learning.seeds import seed_everything
from workbench.learning.settings import FitContext, typed
from workbench.learning.signature import signature_of
from workbench.learning.survival import checked_times, never_rising, outcome_of

State = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Sample:
    """Cases as arrays.

    Attributes:
        rows: Features, float64 (n, p).
        time: Time of the event or of the last contact, above 0, (n,).
        event: Whether the event was seen, bool (n,).
        features: Names of the columns of ``rows``, for messages; may be empty.
    """

    rows: NDArray[np.float64]
    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    features: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.time)

    def varying(self) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
        """Return which columns are not the same for all, (p,), and their names.

        A feature that is constant in a fold says nothing there, and has no coefficient.
        """
        varies = np.ptp(self.rows, axis=0) > 0
        names = self.features or tuple(f"x{place + 1}" for place in range(len(varies)))
        return varies, tuple(name for name, used in zip(names, varies, strict=True) if used)

    @classmethod
    def of(cls, cases: Cases, *, events_needed: bool = True) -> Sample:
        """Return checked cases as arrays, or raise one error that names every fault."""
        cases.check()
        outcome = outcome_of(cases, events_needed=events_needed)
        return cls(cases.matrix(), outcome[:, 0], outcome[:, 1] == 1, cases.features)


class SurvivalEstimator(ABC):
    """A survival model on rows of features: a subclass learns arrays and predicts from them.

    The cases are of kind ``table`` with the columns ``time`` (above 0, any one unit) and ``event``
    (1 seen, 0 censored). What was learnt is a set of plain arrays, and that is all that is saved.

    Args:
        params: Values of ``params_type`` by name; absent ones take their default.
    """

    params_type: ClassVar[type[Any]]
    stops_early: ClassVar[bool] = False
    """Whether validation cases decide when to stop; without it they are learnt from as well."""

    def __init__(self, params: Mapping[str, Any] | None = None) -> None:
        self.params = typed(self.params_type, params, where=type(self).__name__)
        self.features_: tuple[str, ...] = ()
        self.state_: State = {}

    @abstractmethod
    def learn(self, train: Sample, validation: Sample | None, context: FitContext) -> State:
        """Return what is learnt, as arrays; ``validation`` is None unless ``stops_early``."""

    @abstractmethod
    def risks(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a risk for each row, higher meaning an earlier event, ``(n,)``."""

    @abstractmethod
    def curves(self, rows: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the survival of each row at each rising time, ``(n, K)``."""

    def fit(self, train: Cases, validation: Cases | None, context: FitContext) -> None:
        """Learn from the training cases.

        The validation cases decide when to stop, or are learnt from where nothing stops early.

        Raises:
            DataError: Names every case that cannot be used, or nobody has the event.
            RunError: The fit does not converge.
        """
        if validation is not None:
            check_features(train.features, validation)
        if validation is not None and not self.stops_early:
            train, validation = train.joined(validation), None
        learnt_from = Sample.of(train)
        held = None if validation is None else Sample.of(validation, events_needed=False)
        seed_everything(context.seed)
        self.state_ = self.learn(learnt_from, held, context)
        self.features_ = train.features

    def predict(self, cases: Cases) -> Predictions:
        """Return ``case`` and ``risk``, higher meaning an earlier event.

        Raises:
            DataError: A case cannot be used, or the features are not those of the training.
        """
        risk = self.risks(self._rows(cases))
        return Predictions(pd.DataFrame({"case": cases.ids, "risk": risk}))

    def survival(self, cases: Cases, times: Sequence[float]) -> NDArray[np.float64]:
        """Return the probability of no event up to and including each time, ``(n, K)``.

        Raises:
            DataError: A case or a time cannot be used, or the features are not those of the
                training.
        """
        rows = self._rows(cases)
        return never_rising(self.curves(rows, checked_times(times)))

    def output_columns(self) -> list[str]:
        """Return the names of the prediction's columns beside ``case``."""
        return ["risk"]

    def save(self, folder: Path) -> None:
        """Write parameters and what was learnt as JSON and plain arrays."""
        facts = {
            "kind": type(self).__name__,
            "model": type(self).__module__.split(".")[-2],
            "params": asdict(self.params),
            "features": list(self.features_),
            "signature": signature_of(self.features_, self.output_columns()),
        }
        save_state(folder, facts, self.state_)

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Self:
        """Read a saved model; it computes on the CPU unless a subclass says otherwise.

        Raises:
            DataError: The folder holds no readable model of this kind.
        """
        facts, arrays = load_state(folder, cls.__name__)
        model = cls(facts["params"])
        model.features_, model.state_ = tuple(facts["features"]), arrays
        return model

    def _rows(self, cases: Cases) -> NDArray[np.float64]:
        """Return the checked rows of cases to predict for."""
        if not self.state_:
            raise RunError(f"{type(self).__name__} is not fitted", remedy="call fit or load first")
        cases.check()
        check_features(self.features_, cases)
        return cases.matrix()
