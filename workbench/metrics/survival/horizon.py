"""What metrics of predicted survival at one time share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.survival.censoring_weighted import CensoringWeighted, unsupported
from workbench.metrics.survival.curves import checked_time
from workbench.metrics.survival.outcome import Outcome


@dataclass(frozen=True)
class AtHorizon(CensoringWeighted):
    """A metric of the predicted survival at one time, weighted for censoring.

    An event at the horizon itself counts as an event. A case censored before it or at it counts
    only through the weights of the others.

    Attributes:
        horizon: Time, in the unit of the truth; someone must be followed beyond it.
    """

    horizon: float

    def __post_init__(self) -> None:
        """Refuse a horizon that is no time."""
        super().__post_init__()
        checked_time(self.name, "horizon", self.horizon)

    @property
    def label(self) -> str:
        """Name with the horizon."""
        return f"{self.name}-{self.horizon:g}"

    @property
    def convention(self) -> str:
        """Where packages differ."""
        return self.censoring_convention

    @property
    def evaluation_times(self) -> tuple[float, ...]:
        """The horizon."""
        return (float(self.horizon),)

    def dead(self, outcome: Outcome) -> NDArray[np.bool_]:
        """Return the cases with an event up to and including the horizon, shape ``(n,)``."""
        return outcome.event & (outcome.time <= self.horizon)

    def known_weights(self, outcome: Outcome, weights: NDArray[np.generic]) -> NDArray[np.float64]:
        """Return each case's weight as one whose state at the horizon is known, ``(n, b)``.

        Cases censored before weigh 0. A column without a value is all NaN.
        """
        dead, alive = self.dead(outcome), outcome.time > self.horizon
        censoring, counts = self.ipcw(outcome, weights), weights.astype(np.float64)
        inverse = np.zeros_like(counts)
        inverse[dead] = censoring.of_events(outcome.time[dead])
        inverse[alive] = censoring.of_survivors([self.horizon])
        unknown = np.any(np.isinf(inverse) & (counts > 0), axis=0)
        unknown |= unsupported(outcome, weights, self.horizon)
        known = counts * np.where(np.isinf(inverse), 0.0, inverse)
        return np.where(unknown, np.nan, known)
