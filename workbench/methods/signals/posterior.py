"""What is believed of a pair's ratio of observed to expected reports, once it has been counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, expit, gammainc, gammaln

from workbench.errors import UsageError
from workbench.methods.signals.cells import cells_of
from workbench.methods.signals.gamma_mixture import GammaMixture
from workbench.methods.signals.mixture_quantile import mixture_quantile
from workbench.metrics.choices import check_positive

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Posterior:
    """Each pair's ratio: again a mixture of two gamma distributions.

    Attributes:
        prior: Of the ratio.
        n: Reports, ``(m,)``.
        shape: Of the two components, ``(2, m)``.
        rate: Of the same, ``(2, m)``.
        share: Of the first component, ``(m,)``.
    """

    prior: GammaMixture
    n: Floats
    shape: Floats
    rate: Floats
    share: Floats

    @classmethod
    def of(cls, n: ArrayLike, expected: ArrayLike, prior: GammaMixture) -> Posterior:
        """Return the posterior of pairs.

        Args:
            n: Reports, ``(m,)``.
            expected: Expected reports, above 0, ``(m,)``.
            prior: Of the ratio.

        Raises:
            DataError: See :func:`workbench.methods.signals.cells.cells_of`.
        """
        cells = cells_of(n, expected)
        alpha, beta = np.array([prior.alpha1, prior.alpha2]), np.array([prior.beta1, prior.beta2])
        shape, rate = alpha[:, None] + cells.n, beta[:, None] + cells.expected
        sizes, place = np.unique(cells.n, return_inverse=True)
        factor = gammaln(alpha[:, None] + sizes) - gammaln(alpha)[:, None]
        # Log odds of the first component; what both share (n!, E to the n) falls out.
        gap = factor[0] - factor[1]
        odds = gap[place] - cells.n * np.log(rate[0] / rate[1])
        odds -= prior.alpha1 * np.log1p(cells.expected / prior.beta1)
        odds += prior.alpha2 * np.log1p(cells.expected / prior.beta2)
        odds += np.log(prior.share) - np.log1p(-prior.share)
        return cls(prior, cells.n, shape, rate, expit(odds))

    def geometric_mean(self) -> Floats:
        """Return ``exp(E[log ratio])``, which is EBGM, ``(m,)``."""
        sizes, place = np.unique(self.n, return_inverse=True)
        alpha = np.array([[self.prior.alpha1], [self.prior.alpha2]])
        of_size = digamma(alpha + sizes)
        logs = of_size[:, place] - np.log(self.rate)
        return np.asarray(np.exp(self.share * logs[0] + (1.0 - self.share) * logs[1]))

    def quantile(self, probability: float) -> Floats:
        """Return what the ratio is below with this probability, ``(m,)``.

        Raises:
            UsageError: The probability does not lie between 0 and 1.
        """
        if not 0.0 < probability < 1.0:
            raise UsageError(f"a quantile's probability lies between 0 and 1, got {probability}")
        return mixture_quantile(self.shape, self.rate, self.share, probability)

    def below(self, ratio: float = 1.0) -> Floats:
        """Return the probability that the ratio is at most ``ratio``, ``(m,)``."""
        check_positive("ratio", ratio)
        parts = gammainc(self.shape, self.rate * ratio)
        return np.asarray(self.share * parts[0] + (1.0 - self.share) * parts[1])
