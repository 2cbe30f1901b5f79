"""Checks predicted survival curves: probabilities of lasting beyond each of some times."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, Problem, UsageError
from workbench.metrics.arrays import numbers
from workbench.metrics.choices import check_positive
from workbench.metrics.sums import row_blocks

# A curve may rise by this much between two times: what single precision can add up to.
RISE = 1e-6


def checked_times(times: ArrayLike) -> tuple[float, ...]:
    """Return evaluation times as a tuple: above 0, finite, strictly rising.

    Raises:
        UsageError: There are none, or one breaks the rule.

    >>> checked_times([1, 2.5])
    (1.0, 2.5)
    """
    try:
        found = tuple(float(time) for time in np.atleast_1d(numbers(times, "times")))
    except (DataError, TypeError) as error:
        raise UsageError(f"times must be numbers, got {times!r}") from error
    if not found:
        raise UsageError("times must hold at least one time")
    for i, time in enumerate(found):
        if not np.isfinite(time) or time <= 0:
            raise UsageError(f"times[{i}] must be a number above 0, got {time:g}")
        if i and time <= found[i - 1]:
            raise UsageError(
                f"times must rise: times[{i}] = {time:g} follows {found[i - 1]:g}",
                remedy="sort the times, each once, and the columns of the prediction with them",
            )
    return found


def curve_column(time: float) -> str:
    """Return the name of the column that holds survival at a time.

    >>> curve_column(1826.0)
    's_1826'
    """
    return f"s_{time:g}"


def checked_time(metric: str, parameter: str, time: float) -> float:
    """Return one evaluation time: a finite number above 0.

    Raises:
        UsageError: It is not, or there are several.

    >>> checked_time("uno-c", "tau", 5)
    5.0
    """
    check_positive(f"{parameter} of {metric}", time)
    return float(time)


def checked_curves(
    prediction: ArrayLike, times: Sequence[float], n_cases: int
) -> NDArray[np.float64]:
    """Return predicted survival probabilities of shape ``(n, K)``, one column a time.

    Args:
        prediction: Probability of no event up to and including each time; ``(n,)`` where there is
            one time.
        times: The K times.
        n_cases: Number of rows of the truth.

    Raises:
        DataError: Wrong shape; NaN; outside 0..1; or a curve that rises by more than 1e-6 between
            two times. All kinds of fault are named at once, each with its first place.
    """
    array = numbers(prediction, "prediction")
    if array.ndim == 1 and len(times) == 1:
        array = array[:, None]
    if array.shape != (n_cases, len(times)):
        raise DataError(
            f"prediction must have one survival probability for each of {n_cases} cases and "
            f"{len(times)} times, got shape {array.shape}",
            remedy="ask the model for survival at the metric's times",
        )
    blocks = row_blocks(n_cases, len(times))
    if not all(_are_curves(array[block]) for block in blocks):
        raise DataError("prediction holds no survival curves", problems=_problems(array, times))
    return array


def _are_curves(array: NDArray[np.float64]) -> bool:
    """Return whether every row is a survival curve; NaN fails every comparison."""
    with np.errstate(invalid="ignore"):
        rise = np.max(array[:, 1:] - array[:, :-1], initial=0.0)
        return bool(array.min() >= 0 and array.max() <= 1 and rise <= RISE)


def _problems(array: NDArray[np.float64], times: Sequence[float]) -> list[Problem]:
    """Return one problem for each kind of fault."""
    with np.errstate(invalid="ignore"):
        faults = [
            ("not-finite", ~np.isfinite(array), "survival probability is NaN or infinite"),
            ("not-a-probability", (array < 0) | (array > 1), "survival must lie between 0 and 1"),
            ("rising-curve", np.diff(array, axis=1, prepend=np.inf) > RISE, "the curve rises"),
        ]
    return [_problem(*fault, array, times) for fault in faults if fault[1].any()]


def _problem(
    code: str,
    places: NDArray[np.bool_],
    text: str,
    array: NDArray[np.float64],
    times: Sequence[float],
) -> Problem:
    """Return a kind of fault with its first place and the number of rows that have it."""
    row, column = (int(i) for i in np.argwhere(places)[0])
    rows = int(places.any(axis=1).sum())
    came = f" from {array[row, column - 1]:g}" if code == "rising-curve" else ""
    message = f"{text}: {array[row, column]:g}{came} ({rows} rows)"
    remedy = "give the probability of no event up to each time, one column a time, times rising"
    return Problem(code, message, f"row {row}, time {times[column]:g}", remedy)
