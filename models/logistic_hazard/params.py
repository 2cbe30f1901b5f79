"""Parameters of LogisticHazard."""

from dataclasses import dataclass

from workbench.learning.network_params import NetworkParams


@dataclass(frozen=True)
class LogisticHazardParams(NetworkParams):
    """Parameters of LogisticHazard.

    Attributes:
        intervals: Intervals of time, at quantiles of the event times, 1 or more.
    """

    intervals: int = 20

    def _faults(self) -> list[str]:
        """Return what is out of range, in words."""
        few = [f"intervals={self.intervals}, expected 1 or more"] if self.intervals < 1 else []
        return super()._faults() + few
