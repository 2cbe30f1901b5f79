"""Checks the parameters of metrics and intervals: named choices, levels."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import Any

import numpy as np

from workbench.errors import UsageError, WorkbenchError, did_you_mean


def check_choice(metric: str, parameter: str, value: str, known: Iterable[str]) -> None:
    """Refuse a value of a parameter that is not one of the known, with a hint.

    Args:
        metric: Whose parameter it is.
        parameter: Its name.
        value: What was given.
        known: What may be given.

    Raises:
        UsageError: It is not known.
    """
    words = list(known)
    if value not in words:
        raise UsageError(
            f"{parameter} of {metric} is {', '.join(words)}; got '{value}'",
            remedy=did_you_mean(str(value), words),
        )


def check_level(level: float) -> None:
    """Refuse a confidence level that is no share.

    Raises:
        UsageError: It does not lie between 0 and 1.
    """
    if not _real(level) or not 0.0 < level < 1.0:
        raise UsageError(f"level lies between 0 and 1, got {level}", remedy="0.95 is usual")


def check_share(metric: str, parameter: str, value: float) -> None:
    """Refuse a parameter that is a share, its ends included.

    Raises:
        UsageError: It does not lie within 0 to 1.
    """
    if not _real(value) or not 0.0 <= value <= 1.0:
        raise UsageError(f"{parameter} of {metric} lies within 0 to 1, got {value}")


def check_whole(
    what: str, value: Any, least: int, error: type[WorkbenchError] = UsageError
) -> None:
    """Refuse what is no whole number of at least ``least``.

    Args:
        what: Name of the number, such as ``"resamples"``.
        value: What was given.
        least: Smallest number that has a meaning.
        error: What is raised; ``DataError`` where the number was counted, not chosen.

    Raises:
        UsageError: Not whole, or too small.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise error(f"{what} must be a whole number of at least {least}, got {value!r}")


def check_positive(what: str, value: Any) -> None:
    """Refuse what is no finite number above 0.

    Raises:
        UsageError: It is not.
    """
    if not _real(value) or not 0.0 < value < float("inf"):
        raise UsageError(f"{what} must be a number above 0, got {value!r}")


def _real(value: Any) -> bool:
    """Return whether a value is one real number."""
    return isinstance(value, Real) and not isinstance(value, bool)
