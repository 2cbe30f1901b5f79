"""Metrics read off the ROC or precision-recall curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from workbench.errors import UsageError
from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_choice, check_share
from workbench.metrics.confusion import ratio
from workbench.metrics.curves import Counts, CurveMetric, band_area
from workbench.metrics.sums import shares_sum

# A threshold that meets the asked-for share up to rounding counts as meeting it.
_SLACK = 1e-9


@register
@dataclass(frozen=True)
class AveragePrecision(CurveMetric):
    """Mean precision over the positives, each at the threshold that just finds it."""

    name = "average-precision"
    title = "area under the precision-recall curve as a step function"
    source = "sklearn.metrics.average_precision_score"

    @property
    def convention(self) -> str:
        """How the curve is joined."""
        return "steps, no interpolation; ties share one threshold"

    def of_curve(self, hits: Counts, misfires: Counts) -> Counts:
        """Return the sum of recall steps times precision."""
        called = hits[1:] + misfires[1:]
        precision = np.divide(hits[1:], called, out=np.zeros_like(called), where=called > 0)
        return shares_sum(ratio(np.diff(hits, axis=0), hits[-1]) * precision)


@register
@dataclass(frozen=True)
class PartialAuroc(CurveMetric):
    """Area under a band of the ROC curve, plain or brought to the scale of the whole area.

    ``focus`` names the axis the band lies on; ``band`` its lower and upper end.
    """

    focus: Literal["specificity", "sensitivity"] = "specificity"
    band: tuple[float, float] = (0.8, 1.0)
    corrected: bool = True

    name = "partial-auroc"
    title = "area under the ROC curve within a band of specificity or sensitivity"
    source = "McClish 1989, Med Decis Making 9:190; R pROC auc(partial.auc=...)"

    def __post_init__(self) -> None:
        """Refuse a band without width."""
        super().__post_init__()
        object.__setattr__(self, "band", tuple(float(end) for end in self.band))
        check_choice(self.name, "focus", self.focus, ("specificity", "sensitivity"))
        if len(self.band) != 2 or not 0.0 <= self.band[0] < self.band[1] <= 1.0:
            raise UsageError(f"band is two rising numbers within 0..1, got {self.band}")

    @property
    def convention(self) -> str:
        """Band and scale."""
        low, high = self.band
        scale = "McClish-corrected (chance 0.5)" if self.corrected else "plain area"
        return f"{self.focus} {low:g} to {high:g}, {scale}, straight lines between points"

    @property
    def range(self) -> tuple[float, float]:
        """From 0 to the width of the band; corrected: to 1, below 0 for far worse than chance."""
        low, high = self.band
        if not self.corrected:
            return (0.0, high - low)
        chance = self._chance()
        return (0.5 * (1.0 - chance / (high - low - chance)), 1.0)

    def _chance(self) -> float:
        """Return the area of the diagonal within the band."""
        low, high = self.band
        return (high - low) - (high**2 - low**2) / 2

    def of_curve(self, hits: Counts, misfires: Counts) -> Counts:
        """Integrate by trapezoids, cut at the ends of the band."""
        sensitivity = ratio(hits, hits[-1])
        specificity = 1.0 - ratio(misfires, misfires[-1])
        if self.focus == "specificity":
            along, across = specificity[::-1], sensitivity[::-1]
        else:
            along, across = sensitivity, specificity
        area = band_area(along, across, *self.band)
        if not self.corrected:
            return area
        chance, width = self._chance(), self.band[1] - self.band[0]
        return 0.5 * (1.0 + (area - chance) / (width - chance))


@dataclass(frozen=True)
class _Operating(CurveMetric):
    """The best of one axis of the ROC curve where the other is at least ``at``."""

    at: float = 0.9

    held: ClassVar[str]
    source = "thresholds of the ROC curve, no interpolation"

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        super().__post_init__()
        check_share(self.name, "at", self.at)

    @property
    def convention(self) -> str:
        """What is asked for."""
        return f"{self.held} at least {self.at:g}, no interpolation"


@register
@dataclass(frozen=True)
class SensitivityAtSpecificity(_Operating):
    """Largest sensitivity of a threshold whose specificity is at least ``at``."""

    name = "sensitivity-at-specificity"
    title = "largest sensitivity at a specificity of at least the stated one"
    held = "specificity"

    def of_curve(self, hits: Counts, misfires: Counts) -> Counts:
        """Return the best sensitivity among allowed thresholds."""
        allowed = misfires <= (1.0 - self.at + _SLACK) * misfires[-1]
        return ratio(np.where(allowed, hits, 0.0).max(axis=0), hits[-1])


@register
@dataclass(frozen=True)
class SpecificityAtSensitivity(_Operating):
    """Largest specificity of a threshold whose sensitivity is at least ``at``."""

    name = "specificity-at-sensitivity"
    title = "largest specificity at a sensitivity of at least the stated one"
    held = "sensitivity"

    def of_curve(self, hits: Counts, misfires: Counts) -> Counts:
        """Return the best specificity among allowed thresholds."""
        allowed = hits >= (self.at - _SLACK) * hits[-1]
        fewest = np.where(allowed, misfires, np.inf).min(axis=0)
        return 1.0 - ratio(fewest, misfires[-1])
