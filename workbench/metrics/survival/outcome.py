"""Checks the truth of a survival metric: a time above 0, and 1 for an event or 0 for censored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, Problem
from workbench.metrics.arrays import numbers


@dataclass(frozen=True, eq=False)
class Outcome:
    """What was seen of each case.

    Attributes:
        time: Time of the event or of the last contact, above 0, in any unit, shape ``(n,)``.
        event: Whether the event was seen; False is censored, shape ``(n,)``.
    """

    time: NDArray[np.float64]
    event: NDArray[np.bool_]

    def __len__(self) -> int:
        """Number of cases."""
        return len(self.time)

    @classmethod
    def of(cls, truth: NDArray[np.float64]) -> Outcome:
        """Return the outcome behind a checked truth of shape ``(n, 2)``."""
        return cls(truth[:, 0], truth[:, 1] == 1)


def checked_outcome(truth: ArrayLike, what: str = "truth") -> Outcome:
    """Return time and event of each case, or raise one error that names every fault.

    Args:
        truth: Shape ``(n, 2)``: time, and 1 for an event or 0 for censored.
        what: Name of the argument, for the error.

    Raises:
        DataError: Wrong shape, fewer than two rows, NaN or infinity, a time of 0 or below, an event
            that is neither 0 nor 1, or no event at all.

    >>> checked_outcome([[2.5, 1], [4.0, 0]]).event.tolist()
    [True, False]
    """
    array = numbers(truth, what)
    if array.ndim != 2 or array.shape[1] != 2:
        raise DataError(
            f"{what} must hold a time and an event (1 or 0) for each case, got shape {array.shape}"
        )
    if len(array) < 2:
        raise DataError(f"{what} has {len(array)} rows; survival metrics compare at least two")
    problems = _problems(array[:, 0], array[:, 1])
    if problems:
        raise DataError(f"{what} is no valid survival outcome", problems=problems)
    outcome = Outcome.of(array)
    if not outcome.event.any():
        raise DataError(
            f"{what}: all {len(array)} cases are censored",
            remedy="score a set with events, and check that 1 stands for the event, not censoring",
        )
    return outcome


_LEAVE_OUT = "leave these cases out, or count time from an earlier day"
_CODED = "write 1 for the event that is predicted, 0 for every other end of follow-up"


def _problems(time: NDArray[np.float64], event: NDArray[np.float64]) -> list[Problem]:
    """Return one problem for each kind of fault, with the first row and the number of rows."""
    known = np.isfinite(time)
    faults = [
        ("time-not-finite", ~known, time, "the time is NaN or infinite", _LEAVE_OUT),
        ("time-not-positive", known & (time <= 0), time, "the time must be above 0", _LEAVE_OUT),
        (
            "event-not-binary",
            ~np.isin(event, (0.0, 1.0)),
            event,
            "the event must be 1 or 0",
            _CODED,
        ),
    ]
    return [
        Problem(
            code,
            f"{text}, got {values[rows][0]:g} ({rows.sum()} rows)",
            f"row {_first(rows)}",
            remedy,
        )
        for code, rows, values, text, remedy in faults
        if rows.any()
    ]


def _first(rows: NDArray[np.bool_]) -> int:
    """Return the number of the first row that is True."""
    return int(np.argmax(rows))
