"""Parameters of the measure."""

from dataclasses import dataclass

from workbench.metrics.choices import check_level


@dataclass(frozen=True)
class InformationComponentParams:
    """Parameters of the measure.

    Attributes:
        level: Of the interval whose lower end ranks the pairs, above 0 and below 1.
    """

    level: float = 0.95

    def __post_init__(self) -> None:
        check_level(self.level)
