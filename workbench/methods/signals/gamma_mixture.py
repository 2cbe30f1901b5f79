"""A prior of two gamma distributions for the ratio of observed to expected reports."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from workbench.errors import UsageError
from workbench.metrics.choices import check_positive

PARAMETERS = ("alpha1", "beta1", "alpha2", "beta2", "share")


@dataclass(frozen=True)
class GammaMixture:
    """``ratio ~ share Gamma(alpha1, beta1) + (1 - share) Gamma(alpha2, beta2)``.

    DuMouchel 1999, Am Stat 53:177. Gamma(alpha, beta) has mean ``alpha / beta``.

    Attributes:
        alpha1: Shape of the first component.
        beta1: Rate of the first component.
        alpha2: Shape of the second.
        beta2: Rate of the second.
        share: Of the first component, between 0 and 1.

    Raises:
        UsageError: A shape or rate is not above 0, or the share not between 0 and 1.
    """

    alpha1: float
    beta1: float
    alpha2: float
    beta2: float
    share: float

    def __post_init__(self) -> None:
        """Refuse numbers that make no distribution."""
        for name in PARAMETERS[:4]:
            check_positive(name, getattr(self, name))
        if not 0.0 < self.share < 1.0:
            raise UsageError(f"share lies between 0 and 1, got {self.share}")

    def values(self) -> tuple[float, float, float, float, float]:
        """Return alpha1, beta1, alpha2, beta2 and share."""
        return astuple(self)

    @property
    def mean(self) -> float:
        """Mean of the ratio."""
        first, second = self.alpha1 / self.beta1, self.alpha2 / self.beta2
        return self.share * first + (1.0 - self.share) * second
