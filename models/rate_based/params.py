"""Parameters of the measure."""

from dataclasses import dataclass

from workbench.metrics.choices import check_choice, check_level

AGAINST = ("others", "class")


@dataclass(frozen=True)
class RateBasedParams:
    """Parameters of the measure.

    Attributes:
        level: Of the interval whose lower end ranks the pairs, above 0 and below 1.
        against: All ``others`` on the market, or those of the same ``class``.
    """

    level: float = 0.95
    against: str = "others"

    def __post_init__(self) -> None:
        check_level(self.level)
        check_choice("rate_based", "against", self.against, AGAINST)
