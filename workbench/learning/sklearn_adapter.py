"""Any scikit-learn classifier as a model: on rows, or on bags pooled to rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from workbench.errors import DataError, RunError
from workbench.learning.arrays import load_state, save_state
from workbench.learning.cases import Cases
from workbench.learning.model import Predictions, check_features, probability_table
from workbench.learning.plain_objects import Reader, Writer
from workbench.learning.pooling import case_rows
from workbench.learning.seeds import seed_everything
from workbench.learning.settings import FitContext, typed
from workbench.learning.signature import signature_of


class SklearnClassifier(ABC):
    """A scikit-learn classifier behind fit, predict, save, load; a subclass builds the estimator.

    Args:
        params: Values of ``params_type`` by name; absent ones take their default.
    """

    params_type: ClassVar[type[Any]]

    def __init__(self, params: Mapping[str, Any] | None = None) -> None:
        self.params = typed(self.params_type, params, where=type(self).__name__)
        self.estimator_: Any = None
        self.classes_: tuple[str, ...] = ()
        self.features_: tuple[str, ...] = ()

    @abstractmethod
    def build(self, seed: int) -> Any:
        """Return a fresh estimator with ``predict_proba``."""

    def fit(self, train: Cases, validation: Cases | None, context: FitContext) -> None:
        """Learn from all the cases: there is no early stop that would need the validation cases.

        Raises:
            DataError: Names every case that cannot be used, or there is one class only.
            UsageError: The estimator cannot be saved without pickle.
        """
        cases = train if validation is None else train.joined(validation)
        cases.check()
        labels = cases.labels()
        if len(np.unique(labels)) < 2:
            raise DataError("all training cases have one class", remedy="add cases or drop folds")
        seed_everything(context.seed)
        with _one_thread():
            self.estimator_ = self.build(context.seed).fit(case_rows(cases), labels)
        self.classes_, self.features_ = cases.classes, cases.features
        # Before hours of folds, not after: an estimator that cannot be saved is refused here.
        Writer().write(self.estimator_, type(self).__name__)

    def predict(self, cases: Cases) -> Predictions:
        """Return class probabilities; 0 for a class the training cases did not show.

        Raises:
            DataError: A case cannot be used, or the features are not those of the training.
        """
        if self.estimator_ is None:
            raise RunError(f"{type(self).__name__} is not fitted", remedy="call fit or load first")
        cases.check()
        check_features(self.features_, cases)
        values = np.zeros((len(cases), len(self.classes_)))
        with _one_thread():
            values[:, self.estimator_.classes_] = self.estimator_.predict_proba(case_rows(cases))
        return Predictions(probability_table(cases.ids, self.classes_, values))

    def save(self, folder: Path) -> None:
        """Write the estimator as JSON and plain arrays."""
        import sklearn

        writer = Writer()
        facts = {
            "kind": type(self).__name__,
            "model": type(self).__module__.split(".")[-2],
            "params": asdict(self.params),
            "classes": list(self.classes_),
            "features": list(self.features_),
            "signature": signature_of(self.features_, [f"p_{name}" for name in self.classes_]),
            "sklearn": sklearn.__version__,
            "estimator": writer.write(self.estimator_, type(self).__name__),
        }
        save_state(folder, facts, writer.arrays)

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Self:
        """Read a saved model; it always computes on the CPU.

        Raises:
            DataError: The folder holds no readable model of this kind, or one of another
                scikit-learn (minor versions may change what a state means).
        """
        import sklearn

        facts, arrays = load_state(folder, cls.__name__)
        saved, present = facts["sklearn"], sklearn.__version__
        if saved.split(".")[:2] != present.split(".")[:2]:
            raise DataError(
                f"saved with scikit-learn {saved}, this is {present}",
                where=str(folder),
                remedy=f"pip install 'scikit-learn=={saved}', or train again",
            )
        model = cls(facts["params"])
        model.estimator_ = Reader(arrays).read(facts["estimator"])
        model.classes_, model.features_ = tuple(facts["classes"]), tuple(facts["features"])
        return model


def _one_thread() -> Any:
    """Return a context on one BLAS thread: sums do not depend on the machine's core count."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    return threadpool_limits(1)
