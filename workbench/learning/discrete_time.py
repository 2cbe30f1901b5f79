"""Time cut into intervals: what a model of discrete hazards learns from, and its curves.

Between two cuts the hazard is taken as constant, so that survival falls smoothly and a case lost
within an interval counts for the part of it that was seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Course:
    """How far each case came.

    Attributes:
        last: Number of the last interval in which a case was at risk, int32 (n,).
        share: Part of that interval that was seen, (0, 1]; 1 where the event was, (n,).
        event: Whether the event was in that interval, bool (n,).
    """

    last: NDArray[np.int32]
    share: NDArray[np.float64]
    event: NDArray[np.bool_]


@dataclass(frozen=True)
class Intervals:
    """Intervals of time, open on the left and closed on the right.

    Attributes:
        cuts: Rising, from 0 to the last event of the training, (K + 1,).
    """

    cuts: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.cuts) - 1

    @classmethod
    def learn(cls, time: NDArray[np.float64], event: NDArray[np.bool_], count: int) -> Self:
        """Cut at quantiles of the event times, so that intervals hold alike many events.

        Args:
            time: Above 0, (n,).
            event: At least one, (n,).
            count: Intervals; fewer where events share their times.

        >>> time = np.array([1.0, 2.0, 3.0, 4.0])
        >>> Intervals.learn(time, np.array([True] * 4), 2).cuts.tolist()
        [0.0, 2.0, 4.0]
        """
        places = np.linspace(0, 1, count + 1)[1:]
        found = np.unique(np.quantile(time[event], places, method="inverted_cdf"))
        return cls(np.concatenate([[0.0], found]))

    def course(self, time: NDArray[np.float64], event: NDArray[np.bool_]) -> Course:
        """Return how far each case came; what happened after the last cut is not looked at."""
        last = np.clip(np.searchsorted(self.cuts, time, side="left") - 1, 0, len(self) - 1)
        within = time <= self.cuts[-1]
        seen = (np.minimum(time, self.cuts[-1]) - self.cuts[last]) / np.diff(self.cuts)[last]
        happened = event & within
        return Course(last.astype(np.int32), np.where(happened, 1.0, seen), happened)

    def curves(self, rises: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return survival at any times; beyond the last cut it stays.

        Args:
            rises: Rise of the cumulative hazard over each interval, (n, K).
            times: Any times of 0 or more, (m,).

        >>> steps = Intervals(np.array([0.0, 2.0, 4.0]))
        >>> even = rises_of(np.zeros((1, 2)))
        >>> steps.curves(even, np.array([0.0, 1.0, 2.0, 4.0])).round(3).tolist()
        [[1.0, 0.707, 0.5, 0.25]]
        """
        place = np.clip(np.searchsorted(self.cuts, times, side="left") - 1, 0, len(self) - 1)
        part = np.clip((times - self.cuts[place]) / np.diff(self.cuts)[place], 0.0, 1.0)
        before = np.cumsum(rises, axis=1) - rises
        return np.asarray(np.exp(-(before[:, place] + part * rises[:, place])))

    def time_lost(self, rises: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean time lost up to the last cut, in the unit of time, (n,).

        One number for curves that may cross: the last cut minus the restricted mean survival time.
        """
        survival = self.curves(rises, self.cuts)
        between = (survival[:, 1:] + survival[:, :-1]) / 2
        return np.asarray(self.cuts[-1] - (between * np.diff(self.cuts)).sum(axis=1))


def rises_of(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rise of the cumulative hazard, minus log(1 - hazard), without rounding to 0.

    Args:
        logits: Log odds of the event in each interval for who enters it, (n, K).
    """
    return np.asarray(np.logaddexp(0.0, logits))


def marginal_logits(course: Course, n_intervals: int) -> NDArray[np.float64]:
    """Return the log odds of the event in each interval for everybody together, (K,)."""
    events = np.bincount(course.last[course.event], minlength=n_intervals)
    seen_of_last = np.bincount(course.last, course.share, minlength=n_intervals)
    reached = np.bincount(course.last, minlength=n_intervals)[::-1].cumsum()[::-1]
    at_risk = np.append(reached[1:], 0) + seen_of_last
    # Not all of those at risk: log odds are finite, and one case decides nothing.
    hazard = np.minimum(events / at_risk, 1 - 1 / (at_risk + 1))
    return np.asarray(np.log(hazard / (1 - hazard)))
