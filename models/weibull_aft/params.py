"""Parameters of the Weibull regression: none."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WeibullAftParams:
    """Weibull regression by maximum likelihood has no parameters."""
