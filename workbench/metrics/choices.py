"""Checks the parameters of metrics and intervals: named choices, levels."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.errors import UsageError, did_you_mean


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
    if not 0.0 < level < 1.0:
        raise UsageError(f"level lies between 0 and 1, got {level}", remedy="0.95 is usual")


def check_share(metric: str, parameter: str, value: float) -> None:
    """Refuse a parameter that is a share, its ends included.

    Raises:
        UsageError: It does not lie within 0 to 1.
    """
    if not 0.0 <= value <= 1.0:
        raise UsageError(f"{parameter} of {metric} lies within 0 to 1, got {value}")
