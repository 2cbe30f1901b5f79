"""Kaplan-Meier survival with its interval: Greenwood, or robust for weights and clusters."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, UsageError
from workbench.methods.survival.curve import StepCurve
from workbench.methods.survival.influence import places, second_moments
from workbench.methods.survival.observed import Observed
from workbench.metrics.choices import check_choice
from workbench.metrics.survival.censoring import StepCurves
from workbench.metrics.survival.censoring import kaplan_meier as product_limit
from workbench.metrics.survival.probability_interval import SCALES, Scale, probability_interval

Variance = Literal["greenwood", "robust"]
VARIANCES: dict[Variance, str] = {
    "greenwood": "Greenwood's variance",
    "robust": "robust variance (infinitesimal jackknife)",
}


def kaplan_meier(
    observed: Observed,
    *,
    interval: Scale = "log-log",
    level: float = 0.95,
    variance: Variance | None = None,
) -> StepCurve:
    """Return the Kaplan-Meier curve of the event; every other end of follow-up is censoring.

    Equal to R ``survfit``. With competing events this is no probability of the event: use
    :func:`~workbench.methods.survival.aalen_johansen.aalen_johansen`.

    Args:
        observed: Follow-up, with entry, weights and clusters where there are.
        interval: Scale of the pointwise interval: ``log-log``, ``log`` or ``plain``.
        level: Confidence level.
        variance: ``greenwood`` (weights count rows) or ``robust`` (weights are any real numbers,
            rows of a cluster go together). By default robust where there are weights or clusters.

    Raises:
        UsageError: An unknown choice, or Greenwood's variance for clusters.

    >>> from workbench.methods.survival.observed import observe
    >>> curve = kaplan_meier(observe([1, 2, 3, 4], [1, 0, 1, 0]))
    >>> curve.value.tolist(), curve.quantile(0.5).time
    ([0.75, 0.75, 0.375, 0.375], 3.0)
    """
    chosen: Variance = variance or _default(observed)
    check_choice("kaplan-meier", "variance", chosen, VARIANCES)
    if chosen == "greenwood" and observed.cluster is not None:
        raise UsageError("Greenwood's variance takes rows as independent", remedy="use robust")
    found = product_limit(observed.outcome(1), observed.weights[:, None], observed.entry)
    steps = Steps.of(observed, found, 1)
    survival = found.values[1:, 0]
    if chosen == "greenwood":
        relative = np.cumsum(steps.share * steps.per_survivor)
    else:
        relative = _robust(observed, steps)
    with np.errstate(invalid="ignore"):
        error = np.where(survival > 0, survival * np.sqrt(np.maximum(relative, 0.0)), np.nan)
    low, high = probability_interval(survival, error, interval, level)
    words = f"Kaplan-Meier; {VARIANCES[chosen]}; interval {SCALES[interval]}"
    return steps.curve(observed, survival, error, (low, high), 1.0, level, words)


def kaplan_meier_by(
    observed: Observed,
    groups: ArrayLike,
    *,
    interval: Scale = "log-log",
    level: float = 0.95,
    variance: Variance | None = None,
) -> dict[Hashable, StepCurve]:
    """Return the curve of each group, by its name, in sorted order.

    Args:
        observed: Follow-up.
        groups: Group of each row, ``(n,)``.
        interval: See :func:`kaplan_meier`.
        level: Confidence level.
        variance: See :func:`kaplan_meier`.

    Raises:
        DataError: Not one group a row.
    """
    names, codes = group_codes(groups, len(observed))
    return {
        name: kaplan_meier(
            observed.take(codes == place), interval=interval, level=level, variance=variance
        )
        for place, name in enumerate(names)
    }


def group_codes(groups: ArrayLike, n: int) -> tuple[Sequence[Hashable], NDArray[np.int64]]:
    """Return the sorted names of groups and the number of each row's group.

    Raises:
        DataError: Not one group a row, or one is missing.
    """
    array = np.asarray(groups)
    if array.shape != (n,):
        raise DataError(f"groups needs one name a row, got shape {array.shape} for {n} rows")
    missing = [row for row, name in enumerate(array.tolist()) if name is None or name != name]
    if missing:
        raise DataError("groups has missing names", where=f"row {missing[0]}")
    names, codes = np.unique(array, return_inverse=True)
    return names.tolist(), codes.astype(np.int64)


class Steps:
    """Counts at each time that curves and their variances are made of.

    Attributes:
        times: Distinct times, ``(m,)``.
        at_risk: Weight at risk, ``(m,)``.
        events: Weight of events that the curve counts, ``(m,)``.
        share: Events over at risk, ``(m,)``.
        per_survivor: One over those who stay; 0 where nobody does (the curve is then 0).
    """

    def __init__(
        self,
        times: NDArray[np.float64],
        at_risk: NDArray[np.float64],
        events: NDArray[np.float64],
        censored: NDArray[np.float64],
        persons: NDArray[np.int64],
    ) -> None:
        self.times, self.at_risk, self.events = times, at_risk, events
        self.censored, self.persons = censored, persons
        staying = at_risk - events
        self.share = np.divide(events, at_risk, out=np.zeros_like(events), where=at_risk > 0)
        left = staying > 1e-9 * np.maximum(at_risk, 1e-300)
        self.per_survivor = np.divide(1.0, staying, out=np.zeros_like(events), where=left)

    @classmethod
    def of(cls, observed: Observed, found: StepCurves, cause: int | None) -> Steps:
        """Return the counts of one cause, or of all (None)."""
        first, last = places(observed, found.times)
        m = len(found.times)
        seen = observed.outcome(cause).event
        total, events = (
            np.bincount(last, weight, minlength=m).astype(np.float64)
            for weight in (observed.weights, observed.weights * seen)
        )
        there = observed.weights > 0
        came, gone = (np.bincount(place[there], minlength=m + 1)[:m] for place in (first, last))
        persons = np.cumsum(came) - np.cumsum(gone) + gone
        return cls(found.times, found.at_risk[:, 0], events, total - events, persons)

    def curve(
        self,
        observed: Observed,
        value: NDArray[np.float64],
        error: NDArray[np.float64],
        ends: tuple[NDArray[np.float64], NDArray[np.float64]],
        start: float,
        level: float,
        words: str,
    ) -> StepCurve:
        """Return the curve over these steps."""
        late = "; delayed entry" if observed.entry is not None else ""
        return StepCurve(
            self.times,
            value,
            error,
            ends[0],
            ends[1],
            self.at_risk,
            self.persons,
            self.events,
            self.censored,
            start,
            float(observed.time.max()),
            level,
            words + late,
        )


def _default(observed: Observed) -> Variance:
    """Return the variance that is right for the rows."""
    return "robust" if observed.weighted or observed.cluster is not None else "greenwood"


def _robust(observed: Observed, steps: Steps) -> NDArray[np.float64]:
    """Return the variance of log S: each row's share in it, squared and summed."""
    own = places(observed, steps.times)[1]
    seen = observed.outcome(1).event
    jump = np.where(seen, steps.per_survivor[own], 0.0)[:, None]
    path = np.cumsum(steps.share * steps.per_survivor)[:, None]
    return second_moments(observed, steps.times, jump, path)[:, 0, 0]
