"""The part that all models of signals share: a measure orders pairs, labels only set the scale."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from workbench.errors import DataError, RunError
from workbench.learning.arrays import load_state, save_state
from workbench.learning.cases import Cases
from workbench.learning.model import Predictions, check_features, probability_table
from workbench.learning.settings import FitContext, typed
from workbench.learning.signature import signature_of
from workbench.metrics.one_thread import one_blas_thread

PAIR_COUNTS = ("n", "expected", "n_drug", "n_event", "n_total")
PAIR_RATES = (
    *PAIR_COUNTS,
    *("exposed", "others_n", "others_exposed", "class_n", "class_exposed"),
)
"""Counts of a pair, and the exposed patients and cases of it, of all others, of its class's."""
Floats = NDArray[np.float64]
State = dict[str, NDArray[Any]]
_LEAST_SLOPE = 0.01  # a measure is never turned round by the labels of a few pairs
_FARTHEST = 30.0  # of the log odds, so that probabilities of 1 do not tie


class SignalScorer(ABC):
    """A measure of disproportionality as a classifier of pairs into no signal and signal.

    The cases are of kind ``table`` with the measure's features, others may stand beside them, and
    two classes, the second of which is the signal. The order of the probabilities is that of the
    measure; a logistic curve through the labels of the training pairs gives their scale.

    Args:
        params: Values of ``params_type`` by name; absent ones take their default.

    Attributes:
        features: What the measure looks at.
    """

    params_type: ClassVar[type[Any]]
    features: ClassVar[tuple[str, ...]] = PAIR_COUNTS

    def __init__(self, params: Mapping[str, Any] | None = None) -> None:
        self.params = typed(self.params_type, params, where=type(self).__name__)
        self.classes_: tuple[str, ...] = ()
        self.state_: State = {}

    def learn(self, counts: pd.DataFrame) -> State:
        """Return what the measure learns from counts without labels; nothing, for most."""
        return {}

    @abstractmethod
    def strengths(self, counts: pd.DataFrame, state: State) -> Floats:
        """Return how strong each pair's signal is, on a log scale ``(m,)``; NaN if undefined."""

    def fit(self, train: Cases, validation: Cases | None, context: FitContext) -> None:
        """Learn from all the cases: nothing stops early.

        Raises:
            DataError: A case cannot be used, the features are not counts of pairs, there are not
                two classes, or the training cases have one class only.
            RunError: The measure cannot be learnt.
        """
        cases = train if validation is None else train.joined(validation)
        counts = _counts_of(cases, self.features)
        if len(cases.classes) != 2:
            raise DataError(
                f"a signal is one of two classes; got {', '.join(cases.classes) or 'none'}",
                remedy="name the classes of the challenge from no signal to signal",
            )
        labels = cases.labels()
        if len(np.unique(labels)) < 2:
            raise DataError("all training cases have one class", remedy="add cases or drop folds")
        state = self.learn(counts)
        strength = np.nan_to_num(self.strengths(counts, state))
        self.state_ = state | {"curve": _curve(strength, labels)}
        self.classes_ = cases.classes

    def predict(self, cases: Cases) -> Predictions:
        """Return the probability of both classes; a pair without a value counts as ratio 1.

        Raises:
            DataError: A case cannot be used, or the features are not those of the training.
        """
        if not self.classes_:
            raise RunError(f"{type(self).__name__} is not fitted", remedy="call fit or load first")
        counts = _counts_of(cases, self.features)
        intercept, slope = self.state_["curve"]
        odds = intercept + slope * np.nan_to_num(self.strengths(counts, self.state_))
        signal = expit(odds.clip(-_FARTHEST, _FARTHEST))
        values = np.column_stack([1 - signal, signal])
        return Predictions(probability_table(cases.ids, self.classes_, values))

    def save(self, folder: Path) -> None:
        """Write parameters and what was learnt as JSON and plain arrays."""
        facts = {
            "kind": type(self).__name__,
            "model": type(self).__module__.split(".")[-2],
            "params": asdict(self.params),
            "classes": list(self.classes_),
            "features": list(self.features),
            "signature": signature_of(self.features, [f"p_{name}" for name in self.classes_]),
        }
        save_state(folder, facts, self.state_)

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Self:
        """Read a saved model; it always computes on the CPU."""
        facts, arrays = load_state(folder, cls.__name__)
        model = cls(facts["params"])
        model.classes_, model.state_ = tuple(facts["classes"]), arrays
        return model


def _counts_of(cases: Cases, features: tuple[str, ...]) -> pd.DataFrame:
    """Return checked cases as a table of counted pairs, the features of a measure alone."""
    cases.check()
    if not set(features) <= set(cases.features):
        check_features(features, cases)
    return pd.DataFrame(cases.matrix(), columns=list(cases.features))[list(features)]


@one_blas_thread()
def _curve(strength: Floats, labels: NDArray[np.int64]) -> Floats:
    """Return intercept and slope of the logistic curve from strengths to labels."""
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression(C=100.0).fit(strength[:, None], labels)
    slope = float(found.coef_[0, 0])
    if slope < _LEAST_SLOPE:
        return np.array([logit(labels.mean()) - _LEAST_SLOPE * strength.mean(), _LEAST_SLOPE])
    return np.array([float(found.intercept_[0]), slope])
