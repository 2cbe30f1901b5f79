"""Quantiles of mixtures of two gamma distributions, for many mixtures at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincc, gammaln, ndtri

from workbench.errors import RunError

Floats = NDArray[np.float64]
_ROUNDING = 1e-9  # of the relative step: the error left is its square
_FARTHEST = 3.0  # a step on the log scale, before both sides are known


def mixture_quantile(shape: Floats, rate: Floats, share: Floats, probability: float) -> Floats:
    """Return quantiles by Newton's method on the logarithms of probability and value.

    There the distribution function of a gamma is concave, so that steps from below never pass the
    root; a bracket catches what a mixture does beyond that.

    Args:
        shape: Of the two components, ``(2, m)``.
        rate: Of the same, ``(2, m)``.
        share: Of the first component, ``(m,)``.
        probability: Between 0 and 1.

    Raises:
        RunError: ``not-converged``.
    """
    log_x = _start(shape, rate, share, probability)
    low, high = np.full(len(share), -np.inf), np.full(len(share), np.inf)
    # The terms of a log density that do not depend on where it is taken.
    constant = shape * np.log(rate) - gammaln(shape)
    open_ = np.arange(len(share))
    for _ in range(60):
        part = _Part(shape[:, open_], rate[:, open_], share[open_], constant[:, open_])
        here = log_x[open_]
        gap, slope = part.gap(here, probability)
        beyond = gap > 0
        high[open_[beyond]] = here[beyond]
        low[open_[~beyond]] = here[~beyond]
        with np.errstate(divide="ignore", invalid="ignore"):
            step = -gap / slope
        ahead = here + np.clip(np.nan_to_num(step, nan=0.0), -_FARTHEST, _FARTHEST)
        below, above = low[open_], high[open_]
        lost = ~((ahead >= below) & (ahead <= above)) | ~np.isfinite(step)
        ahead[lost] = _between(below[lost], above[lost], here[lost])
        log_x[open_] = ahead
        open_ = open_[np.abs(ahead - here) > _ROUNDING * (1.0 + np.abs(here))]
        if not len(open_):
            return np.exp(log_x)
    raise RunError(
        f"{len(open_)} quantiles did not converge [not-converged]",
        remedy="look for expected counts that are extremely large or small",
    )


class _Part:
    """Some of the mixtures."""

    def __init__(self, shape: Floats, rate: Floats, share: Floats, constant: Floats) -> None:
        self.shape, self.rate, self.share, self.constant = shape, rate, share, constant

    def gap(self, log_x: Floats, probability: float) -> tuple[Floats, Floats]:
        """Return how far the log probability lies above the wanted, rising in x, and its slope."""
        scaled = self.rate * np.exp(log_x)
        density = np.exp(self.shape * log_x - scaled + self.constant)
        lower = probability <= 0.5
        parts = gammainc(self.shape, scaled) if lower else gammaincc(self.shape, scaled)
        reached = self.share * parts[0] + (1.0 - self.share) * parts[1]
        mass = self.share * density[0] + (1.0 - self.share) * density[1]
        wanted = probability if lower else 1.0 - probability
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.log(reached / wanted)
            slope = mass / reached
        return (value if lower else -value), slope


def _start(shape: Floats, rate: Floats, share: Floats, probability: float) -> Floats:
    """Return a first guess: Wilson and Hilferty's, of the gamma with the mixture's moments."""
    mean, second = shape / rate, shape * (shape + 1.0) / rate**2
    middle = share * mean[0] + (1.0 - share) * mean[1]
    spread = share * second[0] + (1.0 - share) * second[1] - middle**2
    size = middle**2 / spread
    root = 1.0 - 1.0 / (9.0 * size) + ndtri(probability) / (3.0 * np.sqrt(size))
    return np.asarray(np.log(middle) + 3.0 * np.log(np.maximum(root, 0.02)))


def _between(low: Floats, high: Floats, here: Floats) -> Floats:
    """Return a point within the bracket, or a long step where one side is not known."""
    down, up = np.where(np.isfinite(low), low, here - 2 * _FARTHEST), high
    up = np.where(np.isfinite(up), up, here + 2 * _FARTHEST)
    return np.asarray((down + up) / 2)
