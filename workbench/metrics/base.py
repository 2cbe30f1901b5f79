"""What a metric is: a function of truth, prediction and weights, with its conventions beside it.

Bootstrap, patient-clustered bootstrap, jackknife, subgroups and importance weighting are all
choices of weights of shape ``(n,)`` or ``(n, B)``; a metric knows nothing else about them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics import inputs
from workbench.metrics.one_value import one_value

Direction = Literal["maximize", "minimize", "target"]
Need = Literal[
    "labels", "probabilities", "scores", "values", "risk", "survival", "events", "estimates",
    "alerts",
]  # fmt: skip
WeightKind = Literal["frequency", "importance"]


class Metric(ABC):
    """A metric on ordered classes ``0 .. K-1``, or on real values where ``classes`` is empty.

    A subclass is a frozen dataclass: its fields are the metric's parameters, its class attributes
    are its conventions. ``label`` names one instance (a metric and its parameters) in a sheet.

    Attributes:
        name: Name in the catalogue, such as ``"cost-score"``.
        title: One line for people.
        direction: Whether more is better, less, or what is nearest to ``target``.
        target: The right value, where the direction is ``target``.
        needs: Class numbers, class probabilities, real scores, predicted values, risks (higher is
            earlier), survival, a table of events, estimates of hidden numbers, or days of alerts.
        undefined: When there is no value; the value is then NaN (policy of every metric here).
        source: Publication and formula.
        per_case: Whether the value is a weighted mean of one number a case.
        supports: ``frequency``: a weight of 2 equals the row written twice. ``importance``: any
            real weight makes sense.
        stratum: What :meth:`needed_classes` are classes of, in a word.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    direction: ClassVar[Direction] = "maximize"
    target: ClassVar[float] = float("nan")
    needs: ClassVar[Need] = "labels"
    undefined: ClassVar[str] = "never"
    source: ClassVar[str] = ""
    per_case: ClassVar[bool] = False
    supports: ClassVar[tuple[WeightKind, ...]] = ("frequency", "importance")
    stratum: ClassVar[str] = "class"
    classes: tuple[str, ...]

    @property
    def label(self) -> str:
        """Name of this instance in a score sheet."""
        return self.name

    @property
    def convention(self) -> str:
        """The choice made where packages differ; empty when there is none."""
        return ""

    @property
    def range(self) -> tuple[float, float]:
        """Smallest and largest possible value."""
        return (0.0, 1.0)

    def better(self, a: float, b: float) -> bool:
        """Return whether value ``a`` is strictly better than ``b``; NaN is never better."""
        if self.direction == "target":
            return abs(a - self.target) < abs(b - self.target)
        return a > b if self.direction == "maximize" else a < b

    def __call__(
        self, truth: ArrayLike, prediction: ArrayLike, weights: ArrayLike | None = None
    ) -> Any:
        """Return the value, or one value for each column of weights.

        Args:
            truth: Class numbers, shape ``(n,)``.
            prediction: What ``needs`` says: class numbers ``(n,)``, probabilities ``(n, K)`` or
                scores ``(n,)`` or ``(n, K)``.
            weights: None, ``(n,)`` or ``(n, B)``; not negative.

        Returns:
            A float, or an array ``(B,)`` for weights ``(n, B)``. NaN where a weighted subset leaves
            the metric undefined (a warning says so for weights ``(n,)``).

        Raises:
            DataError: The input is not valid, or the metric is undefined on the whole set.
        """
        values = self.columns(truth, prediction, weights)
        if weights is not None and np.ndim(weights) == 2:
            return values
        return one_value(self.label, self.undefined, float(values[0]), weights is None)

    def columns(
        self, truth: ArrayLike, prediction: ArrayLike, weights: ArrayLike | None = None
    ) -> NDArray[np.float64]:
        """Return one value for each column of weights, shape ``(B,)``; NaN where undefined."""
        true = self.checked_truth(truth)
        columns = inputs.weight_columns(weights, len(true))
        return self.compute(true, self.checked(prediction, len(true)), columns)

    def columns_of_models(
        self,
        truth: ArrayLike,
        predictions: Sequence[ArrayLike],
        weights: ArrayLike | None = None,
    ) -> NDArray[np.float64]:
        """Return :meth:`columns` of several predictions at once, shape ``(m, B)``."""
        true = self.checked_truth(truth)
        columns = inputs.weight_columns(weights, len(true))
        checked = [self.checked(prediction, len(true)) for prediction in predictions]
        return self.compute_models(true, checked, columns)

    def checked_truth(self, truth: ArrayLike) -> NDArray[Any]:
        """Return the truth as class numbers, or raise a named error."""
        return inputs.codes(truth, len(self.classes), "truth")

    def constants(self, truth: NDArray[Any]) -> list[tuple[str, NDArray[Any]]]:
        """Return the answers that ignore the case: a name and one row of prediction each."""
        n_classes = len(self.classes)
        if self.needs == "labels":
            return [(name, np.array([i])) for i, name in enumerate(self.classes)]
        sure = [(name, np.eye(n_classes)[[i]]) for i, name in enumerate(self.classes)]
        shares = np.bincount(truth, minlength=n_classes)[None, :] / len(truth)
        return [*sure, ("class frequencies", shares)]

    def checked(self, prediction: ArrayLike, n_cases: int) -> NDArray[Any]:
        """Return the prediction in the form ``needs`` asks for, or raise a named error."""
        n_classes = len(self.classes)
        if self.needs == "probabilities":
            return inputs.probabilities(prediction, n_classes, n_cases)
        if self.needs == "scores":
            return inputs.scores(prediction, n_classes, n_cases)
        labels = inputs.codes(prediction, n_classes, "prediction")
        if len(labels) != n_cases:
            message = f"prediction has {len(labels)} rows, truth has {n_cases}"
            raise DataError(message, remedy=inputs.ONE_ROW)
        return labels

    def needed_classes(self, truth: NDArray[Any]) -> NDArray[np.int64] | None:
        """Return the class of each row, where a resample without one of them has no value.

        Args:
            truth: Checked truth.

        Returns:
            Shape ``(n,)``; None where the metric has no classes.
        """
        return truth if self.classes else None

    def share_of(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.bool_] | None:
        """Return the cases that a plain share is taken of; None where the metric is no share.

        Where all or none of them count, every resample is the same and the bootstrap says nothing:
        the interval is then Wilson's.
        """
        return None

    def compute_models(
        self, truth: NDArray[Any], predictions: list[NDArray[Any]], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the values of several predictions from checked input, shape ``(m, B)``.

        A metric that is faster for many models at once overrides this; the digits are those of
        :meth:`compute`.
        """
        return np.array([self.compute(truth, one, weights) for one in predictions])

    def contributions(
        self, truth: NDArray[Any], predictions: list[NDArray[Any]]
    ) -> NDArray[np.generic] | None:
        """Return one number a case and model whose mean is the value, or None.

        For a metric of the whole set the numbers are its first-order terms: the spread of their
        differences between two models is that of the difference of the values. Sign-flip tests
        (:func:`workbench.metrics.permutation.all_pairs`) need no more.

        Args:
            truth: Checked truth.
            predictions: Checked predictions, m of them.

        Returns:
            Shape ``(n, m)``; whole numbers may stand for a multiple of the value. None where the
            metric has no such terms.
        """
        return None

    @abstractmethod
    def compute(
        self, truth: NDArray[Any], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the values ``(B,)`` from checked input; weights have shape ``(n, B)``."""
