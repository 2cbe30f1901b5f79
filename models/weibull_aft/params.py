"""Parameters of the Weibull regression."""

from dataclasses import dataclass

from workbench.errors import UsageError


@dataclass(frozen=True)
class WeibullAftParams:
    """Parameters of the Weibull regression.

    Attributes:
        penalizer: Strength of the ridge penalty on the coefficients, 0 or more.
    """

    penalizer: float = 0.01

    def __post_init__(self) -> None:
        if self.penalizer < 0:
            raise UsageError(
                f"penalizer={self.penalizer}: penalizer is 0 or more", where="model.params"
            )
