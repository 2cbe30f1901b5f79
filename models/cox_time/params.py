"""Parameters of CoxTime."""

from dataclasses import dataclass

from workbench.learning.network_params import NetworkParams


@dataclass(frozen=True)
class CoxTimeParams(NetworkParams):
    """Parameters of CoxTime.

    Attributes:
        controls: Cases at risk that each event is compared with, drawn anew each epoch, 1 or more.
        knots: Times that relative risks are computed at, at quantiles of the event times.
    """

    controls: int = 4
    knots: int = 50

    def _faults(self) -> list[str]:
        """Return what is out of range, in words."""
        faults = super()._faults()
        if self.controls < 1 or self.knots < 1:
            faults.append(f"controls={self.controls}, knots={self.knots}, expected 1 or more")
        return faults
