"""Where a metric estimates censoring: on a training outcome, or on the scored cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from numpy.typing import ArrayLike

from workbench.errors import DataError
from workbench.metrics.choices import check_choice
from workbench.metrics.survival.base import SurvivalMetric
from workbench.metrics.survival.ipcw import Reestimate
from workbench.metrics.survival.outcome import Outcome, checked_outcome


@dataclass(frozen=True, kw_only=True)
class EstimatesCensoring(SurvivalMetric):
    """A metric that needs the distribution of censoring.

    Attributes:
        training: Outcome ``(n, 2)`` that the censoring is estimated on, as scikit-survival asks
            for; without it the scored cases themselves.
        reestimate: ``each``: the censoring is estimated anew under each column of weights (a
            bootstrap then covers its uncertainty). ``once``: on the unweighted cases.
    """

    training: ArrayLike | None = field(default=None, repr=False, compare=False)
    reestimate: Reestimate = "each"

    def __post_init__(self) -> None:
        """Refuse a broken training outcome and unknown choices."""
        check_choice(self.name, "reestimate", self.reestimate, ("each", "once"))
        _ = self.trained_on

    @cached_property
    def trained_on(self) -> Outcome | None:
        """The training outcome, checked."""
        return None if self.training is None else checked_outcome(self.training, "training")

    @property
    def censoring_place(self) -> str:
        """Where the censoring comes from, in words."""
        if self.trained_on is not None:
            return "censoring estimated on the training outcome"
        place = "under each weighting" if self.reestimate == "each" else "once, unweighted"
        return f"censoring estimated {place}"

    def check_followed(self, outcome: Outcome, what: str, time: float) -> None:
        """Refuse a time after the last one at which anybody is under observation.

        Raises:
            DataError: It is beyond the last time of those that censoring is estimated on.
        """
        source = outcome if self.trained_on is None else self.trained_on
        last = float(source.time.max())
        if time > last:
            whose = "scored" if self.trained_on is None else "training"
            raise DataError(
                f"{what} {time:g} lies beyond the support of the censoring distribution: "
                f"no {whose} case is followed beyond {last:g}",
                remedy=f"choose {what} up to {last:g}",
            )
