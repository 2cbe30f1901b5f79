"""Quantiles of mixtures of two gamma distributions, for many mixtures at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaln, ndtri

from workbench.errors import RunError

Floats = NDArray[np.float64]
_ROUNDING = 1e-9  # of the relative step: the error left is its square
_FARTHEST = 30.0  # a step on the log scale
_PATIENCE = 30  # turns of Newton; from then on the bracket is halved
_TURNS = 100


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
    # The terms of a log density that do not depend on where it is taken.
    constant = shape * np.log(rate) - gammaln(shape)
    every = _Part(shape, rate, share, constant)
    log_x = _start(every, probability)
    low, high = np.full(len(share), -np.inf), np.full(len(share), np.inf)
    open_ = np.arange(len(share))
    for turn in range(_TURNS):
        here = log_x[open_]
        gap, slope = every.of(open_).gap(here, probability)
        beyond = gap > 0
        high[open_[beyond]] = here[beyond]
        low[open_[~beyond]] = here[~beyond]
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.clip(-gap / slope, -_FARTHEST, _FARTHEST)
        ahead = here + np.nan_to_num(step, nan=0.0)
        still = ~(np.abs(step) <= _ROUNDING * (1.0 + np.abs(here)))
        below, above = low[open_], high[open_]
        # Out of the bracket, or back at its end: a mixture bends where one gamma would not.
        lost = still & ~((ahead > below) & (ahead < above))
        if turn > _PATIENCE:
            lost = still
        ahead[lost] = _between(below[lost], above[lost], here[lost])
        log_x[open_] = ahead
        open_ = open_[still]
        if not len(open_):
            return np.exp(log_x)
    raise RunError(
        f"{len(open_)} quantiles did not converge [not-converged]",
        remedy="look for expected counts that are extremely large or small",
    )


class _Part(NamedTuple):
    """Some of the mixtures."""

    shape: Floats
    rate: Floats
    share: Floats
    constant: Floats

    def of(self, rows: NDArray[np.int64]) -> _Part:
        """Return some of these."""
        if len(rows) == len(self.share):
            return self
        parts = self.shape[:, rows], self.rate[:, rows], self.share[rows], self.constant[:, rows]
        return _Part(*parts)

    def gap(self, log_x: Floats, probability: float) -> tuple[Floats, Floats]:
        """Return how far the log probability lies above the wanted, rising in x, and its slope."""
        scaled = self.rate * np.exp(log_x)
        density = np.exp(self.shape * log_x - scaled + self.constant)
        lower = probability <= 0.5
        parts = gammainc(self.shape, scaled)
        reached = self.share * parts[0] + (1.0 - self.share) * parts[1]
        if not lower:
            # scipy's upper tail takes eight times as long; this has digits enough below 1 - 1e-9.
            reached = 1.0 - reached
        mass = self.share * density[0] + (1.0 - self.share) * density[1]
        wanted = probability if lower else 1.0 - probability
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.log(reached / wanted)
            slope = mass / reached
        return (value if lower else -value), slope


def _start(every: _Part, probability: float) -> Floats:
    """Return a first guess: the better of two.

    Wilson and Hilferty's quantile of the gamma with the mixture's moments, good where the
    components overlap; and that of the component that the quantile falls in, good where they are
    far apart.
    """
    mean, second = every.shape / every.rate, every.shape * (every.shape + 1.0) / every.rate**2
    middle = every.share * mean[0] + (1.0 - every.share) * mean[1]
    spread = every.share * second[0] + (1.0 - every.share) * second[1] - middle**2
    whole = _wilson_hilferty(middle**2 / spread, middle / spread, probability)
    first_low = mean[0] <= mean[1]
    lower = np.where(first_low, every.share, 1.0 - every.share)
    in_low = probability < lower
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(in_low, probability / lower, (probability - lower) / (1.0 - lower))
    pick = np.where(in_low == first_low, 0, 1)
    rows = np.arange(len(pick))
    apart = _wilson_hilferty(
        every.shape[pick, rows], every.rate[pick, rows], np.clip(own, 1e-6, 1.0 - 1e-6)
    )
    gaps = [np.abs(every.gap(guess, probability)[0]) for guess in (whole, apart)]
    return np.where(gaps[0] <= gaps[1], whole, apart)


def _wilson_hilferty(shape: Floats, rate: Floats, probability: float | Floats) -> Floats:
    """Return the logarithm of a gamma's approximate quantile."""
    root = 1.0 - 1.0 / (9.0 * shape) + ndtri(probability) / (3.0 * np.sqrt(shape))
    return np.asarray(np.log(shape / rate) + 3.0 * np.log(np.maximum(root, 0.02)))


def _between(low: Floats, high: Floats, here: Floats) -> Floats:
    """Return a point within the bracket, or a long step where one side is not known."""
    down, up = np.where(np.isfinite(low), low, here - 2 * _FARTHEST), high
    up = np.where(np.isfinite(up), up, here + 2 * _FARTHEST)
    return np.asarray((down + up) / 2)
