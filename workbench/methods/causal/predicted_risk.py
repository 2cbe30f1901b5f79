"""Predicted risk of the outcome, beside a competing event where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.methods.causal.cohort_outcome import Ends
from workbench.methods.causal.hazard_model import HazardModel, fit_hazard
from workbench.methods.causal.starts import Starts

# Persons times event times worked on at once: they stay in the cache.
_BLOCK = 200_000


@dataclass(frozen=True, eq=False)
class EventModel:
    """Hazards of the outcome and of a competing event in one arm.

    Attributes:
        causes: Model of the outcome, then of the competing event.
        jumps: Days on which either rises, up to the horizon, shape ``(m,)``.
        horizon: Last day anything is asked of.
    """

    causes: tuple[HazardModel, HazardModel]
    jumps: NDArray[np.float64]
    horizon: float

    @property
    def left_out(self) -> set[str]:
        """Columns a model could not use, with the model."""
        outcome, other = self.causes
        found = {f"event: {name}" for name in outcome.left_out}
        return found | {f"competing event: {name}" for name in other.left_out}

    def of(self, covariates: pd.DataFrame) -> PredictedRisk:
        """Return the risk of persons with these covariates."""
        first, second = (model.ratio(covariates) for model in self.causes)
        return PredictedRisk(self, first, second)


def fit_events(
    covariates: pd.DataFrame,
    ends: Ends,
    horizon: float,
    what: str,
    counts: NDArray[np.float64] | None = None,
    starts: Starts | None = None,
) -> EventModel:
    """Fit a Cox regression of the outcome and one of the competing event.

    Args:
        covariates: One numeric column each, ``(n, p)``.
        ends: Ends of follow-up, up to the horizon.
        horizon: Last day anything is asked of.
        what: Name of the model, for errors.
        counts: How often each person counts, above 0, ``(n,)``.
        starts: Where earlier fits of the models ended.

    Raises:
        DataError: The faults of :func:`fit_hazard`.
    """
    first, second = (
        fit_hazard(covariates, ends.time, ends.cause == cause, f"{name}, {what}", counts, starts)
        for cause, name in ((1, "event model"), (2, "competing event"))
    )
    return EventModel((first, second), np.union1d(first.times, second.times), horizon)


@dataclass(frozen=True, eq=False)
class Course:
    """Predicted course of some persons at the jumps, ``(b, m)`` each.

    Attributes:
        first: Hazard of the outcome.
        hazard: Of either event.
        free: Chance of neither, ones first, ``(b, m + 1)``.
        risk: Risk of the outcome, zeros first, ``(b, m + 1)``.
        onward: Further risk from each jump (from day 0 first) to the horizon, summed over days,
            ``(b, m + 1)``.
    """

    first: NDArray[np.float64]
    hazard: NDArray[np.float64]
    free: NDArray[np.float64]
    risk: NDArray[np.float64]
    onward: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PredictedRisk:
    """Risk of persons: the hazards of their arm times their own ratios, ``(n,)`` each."""

    model: EventModel
    first: NDArray[np.float64]
    second: NDArray[np.float64]

    def __len__(self) -> int:
        """Number of persons."""
        return len(self.first)

    def course(self, rows: slice | NDArray[np.int64]) -> Course:
        """Return the course of some persons.

        A hazard is 1 - exp(-step), so that the chance of neither event is its product to the last
        digit; it is shared between the causes as their steps are.
        """
        jumps, horizon = self.model.jumps, self.model.horizon
        free = self._free(rows)
        with np.errstate(invalid="ignore"):
            hazard = 1.0 - free[:, 1:] / free[:, :-1]
        hazard[free[:, :-1] == 0] = 1.0  # nobody is left that far down
        first, risk = hazard, 1.0 - free
        if self._competing:
            own, other = (
                np.outer(ratio[rows], np.diff(cause.at(jumps), prepend=0.0))
                for ratio, cause in zip((self.first, self.second), self.model.causes, strict=True)
            )
            step = own + other
            first = hazard * np.divide(own, step, out=np.zeros_like(step), where=step > 0)
            new = np.cumsum(free[:, :-1] * first, axis=1)
            risk = np.hstack([np.zeros((len(new), 1)), new])
        starts = np.append(0.0, jumps)
        area = risk * np.diff(np.append(starts, horizon))
        onward = np.cumsum(area[:, ::-1], axis=1)[:, ::-1] - risk * (horizon - starts)
        return Course(first, hazard, free, risk, onward)

    @property
    def _competing(self) -> bool:
        """Whether the models know a competing event."""
        return len(self.model.causes[1].times) > 0

    def _free(self, rows: slice | NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the chance of neither event at the jumps, ones first, ``(b, m + 1)``."""
        jumps = self.model.jumps
        one, two = (np.append(0.0, cause.at(jumps)) for cause in self.model.causes)
        met = np.outer(-self.first[rows], one)
        if self._competing:
            met -= np.outer(self.second[rows], two)
        return np.asarray(np.exp(met, out=met))

    def curves(self, days: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return 1 minus the risk at each day ``(n, k)``, and mean days without the outcome."""
        survival, mean = np.empty((len(self), len(days))), np.empty(len(self))
        jumps, horizon = self.model.jumps, self.model.horizon
        seen = np.searchsorted(jumps, days, side="right")
        lasts = np.diff(np.concatenate([[0.0], jumps, [horizon]]))  # days each step stays
        for rows in self.blocks(np.arange(len(self)), len(days)):
            without = 1.0 - self.course(rows).risk if self._competing else self._free(rows)
            survival[rows] = without[:, seen]
            mean[rows] = without @ lasts
        return survival, mean

    def blocks(self, rows: NDArray[np.int64], columns: int = 1) -> Iterator[NDArray[np.int64]]:
        """Yield parts of some rows that bound the memory."""
        size = max(1, _BLOCK // max(len(self.model.jumps), columns))
        for start in range(0, len(rows), size):
            yield rows[start : start + size]
