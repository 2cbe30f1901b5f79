"""Areas or concordances of several models with their covariance: intervals and differences."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.metrics.choices import check_level

Scale = Literal["logit", "identity"]


@dataclass(frozen=True)
class Areas:
    """Areas of several models on the same cases, with their covariance.

    Attributes:
        areas: Shape ``(m,)``.
        covariance: Shape ``(m, m)``.
        method: ``"DeLong"`` or ``"Obuchowski"`` (clustered).
    """

    areas: NDArray[np.float64]
    covariance: NDArray[np.float64]
    method: str

    def interval(self, model: int = 0, level: float = 0.95, scale: Scale = "logit") -> tuple[
        float, float
    ]:  # fmt: skip
        """Return the normal interval of one area.

        Args:
            model: Which model.
            level: Confidence level.
            scale: ``logit`` keeps the interval within 0..1 and is better near the ends;
                ``identity`` is the plain one (cut to 0..1), as in R pROC.

        Returns:
            The two ends; both NaN where the variance is zero (perfect separation): no interval of
            width zero is given for certain.
        """
        check_level(level)
        self._check_models(model)
        area, variance = float(self.areas[model]), float(self.covariance[model, model])
        if scale not in ("logit", "identity"):
            raise UsageError(f"scale is logit or identity, got '{scale}'")
        if variance <= 0.0:
            return (math.nan, math.nan)
        from scipy.special import ndtri

        z = float(ndtri(0.5 + level / 2))
        error = math.sqrt(variance)
        if scale == "identity":
            return (max(0.0, area - z * error), min(1.0, area + z * error))
        middle, width = math.log(area / (1 - area)), z * error / (area * (1 - area))
        return (1 / (1 + math.exp(width - middle)), 1 / (1 + math.exp(-width - middle)))

    def difference(self, first: int, second: int) -> tuple[float, float, float]:
        """Return the difference of two areas, its standard error and the two-sided p value.

        Equal areas without variance (identical predictions) have p = 1 by convention: 0/0 else.
        """
        self._check_models(first, second)
        gap = float(self.areas[first] - self.areas[second])
        c = self.covariance
        variance = float(c[first, first] + c[second, second] - 2 * c[first, second])
        error = math.sqrt(max(variance, 0.0))
        if error <= 1e-15:
            return gap, 0.0, 1.0 if gap == 0.0 else 0.0
        from scipy.special import ndtr

        return gap, error, float(2 * ndtr(-abs(gap) / error))

    def _check_models(self, *models: int) -> None:
        """Refuse numbers that no model has."""
        for model in models:
            if model not in range(len(self.areas)):
                raise UsageError(f"models are numbered 0 to {len(self.areas) - 1}, got {model!r}")
