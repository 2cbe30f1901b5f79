"""Agreement of decisions with the truth beyond chance: Matthews correlation and Cohen's kappa."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_choice
from workbench.metrics.confusion import ConfusionMetric, ratio


@register
@dataclass(frozen=True)
class MatthewsCorrelation(ConfusionMetric):
    """Matthews correlation of the confusion matrix, for any number of classes."""

    classes: tuple[str, ...]

    name = "mcc"
    title = "Matthews correlation coefficient"
    undefined = "the truth is one single class (scikit-learn says 0)"
    source = "Gorodkin 2004, Comput Biol Chem 28:367; sklearn.metrics.matthews_corrcoef"

    @property
    def convention(self) -> str:
        """The value of an answer that never varies."""
        return "0 where all answers are one class"

    @property
    def range(self) -> tuple[float, float]:
        """From -1 to 1."""
        return (-1.0, 1.0)

    def of_matrices(self, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the correlation of the two indicator matrices."""
        true, called = matrices.sum(axis=2), matrices.sum(axis=1)
        total = true.sum(axis=1)
        right = np.trace(matrices, axis1=1, axis2=2)
        top = right * total - (true * called).sum(axis=1)
        spread_true = total**2 - (true**2).sum(axis=1)
        spread_called = total**2 - (called**2).sum(axis=1)
        value = ratio(top, np.sqrt(spread_true) * np.sqrt(spread_called))
        return np.where((spread_called == 0) & (spread_true > 0), 0.0, value)


@register
@dataclass(frozen=True)
class CohenKappa(ConfusionMetric):
    """Agreement beyond chance; disagreements count equally, by distance, or by its square."""

    classes: tuple[str, ...]
    scheme: Literal["none", "linear", "quadratic"] = "none"

    name = "kappa"
    title = "agreement beyond chance (Cohen's kappa)"
    undefined = "truth and answers are one and the same single class"
    source = "Cohen 1968, Psychol Bull 70:213; sklearn.metrics.cohen_kappa_score"

    def __post_init__(self) -> None:
        """Refuse an unknown weighting scheme."""
        check_choice(self.name, "scheme", self.scheme, ("none", "linear", "quadratic"))

    @property
    def convention(self) -> str:
        """The weighting scheme."""
        return f"{self.scheme} weights"

    @property
    def range(self) -> tuple[float, float]:
        """From -1 to 1."""
        return (-1.0, 1.0)

    def of_matrices(self, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return 1 - observed disagreement / disagreement expected by chance."""
        places = np.arange(len(self.classes))
        apart = np.abs(places[:, None] - places[None, :]).astype(np.float64)
        power = {"none": np.sign(apart), "linear": apart, "quadratic": apart**2}[self.scheme]
        true, called = matrices.sum(axis=2), matrices.sum(axis=1)
        observed = (power * matrices).sum(axis=(1, 2)) * true.sum(axis=1)
        expected = np.einsum("bi,ij,bj->b", true, power, called)
        return 1.0 - ratio(observed, expected)


@register
@dataclass(frozen=True)
class QuadraticKappa(CohenKappa):
    """Cohen's kappa with squared distance between ordered classes."""

    scheme: Literal["none", "linear", "quadratic"] = "quadratic"

    name = "quadratic-kappa"
    title = "agreement beyond chance, far errors weighing by squared distance"
