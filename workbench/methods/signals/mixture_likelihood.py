"""The log likelihood of a gamma mixture given pair counts, with its gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, expit, gammaln

from workbench.methods.signals.cells import Cells
from workbench.methods.signals.gamma_mixture import GammaMixture

Floats = NDArray[np.float64]
Likelihood = Literal["zero-truncated", "zero-truncated-mixture", "full-table"]
LIKELIHOODS: dict[str, str] = {
    "zero-truncated": "mixture of two negative binomials, each given at least 1 report (DuMouchel "
    "and Pregibon 2001; openEBGM, PhViD): the share is one of reported cells",
    "zero-truncated-mixture": "mixture of two negative binomials, given that it brings at least 1 "
    "report: the share is one of all cells",
    "full-table": "mixture of two negative binomials over all cells, empty ones included "
    "(DuMouchel 1999)",
}


@dataclass(frozen=True, eq=False)
class MixtureLikelihood:
    """The likelihood in free coordinates: logarithms of shapes and rates, logit of the share.

    Attributes:
        cells: The data.
        likelihood: Which of ``LIKELIHOODS``.
        sizes: The counts that occur.
        place: Of each cell among them.
    """

    cells: Cells
    likelihood: Likelihood
    sizes: Floats
    place: NDArray[np.int64]

    @classmethod
    def of(cls, cells: Cells, likelihood: Likelihood) -> MixtureLikelihood:
        """Prepare the likelihood of cells."""
        sizes, place = np.unique(cells.n, return_inverse=True)
        return cls(cells, likelihood, sizes, place)

    def value(self, free: Floats) -> tuple[float, Floats]:
        """Return the log likelihood and its gradient, ``(5,)``.

        Args:
            free: Log alpha1, log beta1, log alpha2, log beta2, logit share.
        """
        weight = self.cells.weight
        log_share, log_rest = -np.logaddexp(0.0, -free[4]), -np.logaddexp(0.0, free[4])
        first, d_first = self._component(free[:2])
        second, d_second = self._component(free[2:4])
        mixed = np.logaddexp(log_share + first, log_rest + second)
        # Each cell's chance to come from the first component.
        own = np.exp(log_share + first - mixed) * weight
        of_share = float(own.sum() - np.exp(log_share) * weight.sum())
        gradient = np.concatenate([d_first @ own, d_second @ (weight - own), [of_share]])
        total = float(weight @ mixed)
        if self.likelihood == "zero-truncated-mixture":
            less, d_less = self._mixture_reports(free)
            return total - less, gradient - d_less
        return total, gradient

    def _component(self, free: Floats) -> tuple[Floats, Floats]:
        """Return log probabilities ``(m,)`` and their gradient by log alpha and log beta."""
        (alpha, beta), expected = np.exp(free), self.cells.expected
        factor = gammaln(alpha + self.sizes) - gammaln(alpha) - gammaln(self.sizes + 1.0)
        slope = digamma(alpha + self.sizes) - digamma(alpha)
        low = np.log1p(expected / beta)
        odds = self.cells.n * (np.log(expected / beta) - low)
        value = factor[self.place] + odds - alpha * low
        of_beta = (alpha * expected - self.cells.n * beta) / (expected + beta)
        gradient = np.vstack([alpha * (slope[self.place] - low), of_beta])
        if self.likelihood == "zero-truncated":
            none, d_none = self._no_report(free)
            value -= np.log(-np.expm1(none))
            # The derivative of -log(1 - e^none) is that of none times e^none / (1 - e^none).
            gradient += d_none / np.expm1(-none)
        return value, gradient

    def _no_report(self, free: Floats) -> tuple[Floats, Floats]:
        """Return the log probability of no report ``(m,)`` and its gradient ``(2, m)``."""
        (alpha, beta), expected = np.exp(free), self.cells.expected
        none = -alpha * np.log1p(expected / beta)
        return none, np.vstack([none, alpha * expected / (expected + beta)])

    def _mixture_reports(self, free: Floats) -> tuple[float, Floats]:
        """Return the log probability that each cell has a report, summed, and its gradient."""
        share, rest = np.exp(-np.logaddexp(0.0, [-free[4], free[4]]))
        (first, d_first), (second, d_second) = self._no_report(free[:2]), self._no_report(free[2:4])
        # As differences from 1, so that tiny probabilities of a report keep their digits.
        lost = np.expm1([first, second])
        some = -(share * lost[0] + rest * lost[1])
        each = self.cells.weight / some
        gradient = np.concatenate(
            [
                -(d_first @ (each * share * np.exp(first))),
                -(d_second @ (each * rest * np.exp(second))),
                [share * rest * (each @ (lost[1] - lost[0]))],
            ]
        )
        return float(self.cells.weight @ np.log(some)), gradient


def to_free(prior: GammaMixture) -> Floats:
    """Return a prior in free coordinates, ``(5,)``."""
    values = np.array(prior.values())
    return np.append(np.log(values[:4]), np.log(values[4]) - np.log1p(-values[4]))


def from_free(free: Floats) -> GammaMixture:
    """Return the prior at free coordinates."""
    alpha1, beta1, alpha2, beta2 = (float(value) for value in np.exp(free[:4]))
    return GammaMixture(alpha1, beta1, alpha2, beta2, float(expit(free[4])))
