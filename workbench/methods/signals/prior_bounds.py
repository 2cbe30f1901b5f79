"""Bounds that hold a prior where the likelihood alone does not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from workbench.errors import UsageError
from workbench.methods.signals.gamma_mixture import PARAMETERS

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bounds:
    """What a bounded fit stays within.

    Attributes:
        smallest: Of a shape or rate.
        largest: Of a shape or rate.
        smallest_share: Of a component.

    Raises:
        UsageError: Bounds that do not rise, or lie outside what the parameters can be.
    """

    smallest: float = 0.01
    largest: float = 100.0
    smallest_share: float = 0.001

    def __post_init__(self) -> None:
        """Refuse bounds without meaning."""
        if not 0.0 < self.smallest < self.largest < float("inf"):
            text = f"got {self.smallest} and {self.largest}"
            raise UsageError(f"bounds of shapes and rates rise from above 0, {text}")
        if not 0.0 < self.smallest_share < 0.5:
            text = f"got {self.smallest_share}"
            raise UsageError(f"the smallest share lies between 0 and 0.5, {text}")

    def free(self) -> list[tuple[float, float]]:
        """Return the bounds in free coordinates: logarithms, and a logit."""
        low, high = float(np.log(self.smallest)), float(np.log(self.largest))
        share = float(np.log(self.smallest_share) - np.log1p(-self.smallest_share))
        return [(low, high)] * 4 + [(share, -share)]

    def reached(self, free: Floats) -> tuple[str, ...]:
        """Return which parameters the bounds hold, in words."""
        values = [*np.exp(free[:4]), expit(free[4])]
        return tuple(
            f"{name} is held at its bound {value:.4g}"
            for name, value, here, ends in zip(PARAMETERS, values, free, self.free(), strict=True)
            if min(abs(here - end) for end in ends) < 1e-6
        )

    def words(self) -> str:
        """Return the bounds in words."""
        return (
            f"bounded fit: shapes and rates within {self.smallest:g} to {self.largest:g}, "
            f"each share at least {self.smallest_share:g}"
        )
