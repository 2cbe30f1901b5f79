"""Parameters of the Cox regression."""

from dataclasses import dataclass, field

from workbench.errors import UsageError


@dataclass(frozen=True)
class CoxParams:
    """Parameters of the Cox regression.

    Attributes:
        penalizer: Strength of the penalty, 0 or more.
        l1_ratio: Share of the L1 penalty, [0, 1]; 0 is ridge.
        horizons: Times at which P(event by then) is given, in the unit of ``time``.
    """

    penalizer: float = 0.01
    l1_ratio: float = 0.0
    horizons: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.penalizer < 0 or not 0 <= self.l1_ratio <= 1 or any(h <= 0 for h in self.horizons):
            raise UsageError(
                f"penalizer={self.penalizer}, l1_ratio={self.l1_ratio}, horizons={self.horizons}: "
                "penalizer is 0 or more, l1_ratio lies in [0, 1], horizons are above 0",
                where="model.params",
            )
