"""Fills or keeps missing values by a stated policy; without one, a missing value is an error.

=====================  ====================================================================
policy                 meaning
=====================  ====================================================================
``reject``             any missing value is an error
``worst``              the worst value the metric can take (needs its range)
``worst-observed``     the worst value that any algorithm has in this task
a number               this value (challengeR ``na.treat = <number>``)
``drop``               the case is left out for this algorithm only (challengeR
                       ``na.treat = "na.rm"``): algorithms are then compared on different
                       cases, and leaving out hard cases pays. Schemes that rank within a case
                       put the algorithm last there instead, as challengeR does.
=====================  ====================================================================
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError, did_you_mean

Direction = Literal["maximize", "minimize"]
Missing = Literal["reject", "worst", "worst-observed", "drop"] | float
POLICIES = ("reject", "worst", "worst-observed", "drop")


def check_direction(direction: str) -> bool:
    """Return whether more is better.

    Raises:
        UsageError: Neither ``maximize`` nor ``minimize``.
    """
    if direction not in ("maximize", "minimize"):
        hint = did_you_mean(direction, ("maximize", "minimize"))
        raise UsageError(f"direction is maximize or minimize, got '{direction}'", remedy=hint)
    return direction == "maximize"


def check_policy(missing: Missing | None) -> None:
    """Refuse a policy that is none of :data:`POLICIES` and no finite number."""
    if missing is None or missing in POLICIES:
        return
    if isinstance(missing, str):
        hint = did_you_mean(missing, POLICIES)
        expected = f"missing is {', '.join(POLICIES)} or a number"
        raise UsageError(f"{expected}; got '{missing}'", remedy=hint)
    if not math.isfinite(missing):
        raise UsageError(f"missing values cannot be replaced by {missing}: name a finite number")


def fill(
    values: NDArray[np.float64],
    missing: Missing,
    direction: Direction | None,
    value_range: tuple[float, float] | None,
) -> NDArray[np.float64]:
    """Return the values with missing ones replaced; under ``drop`` they stay NaN.

    Args:
        values: Shape ``(n, m)``; NaN means missing.
        missing: The policy; ``reject`` is the caller's to enforce.
        direction: Needed by the two ``worst`` policies.
        value_range: Smallest and largest value of the metric, needed by ``worst``.

    Raises:
        UsageError: The policy lacks the direction or the range, or the range has no worst end.

    >>> fill(np.array([[0.2, np.nan]]), "worst-observed", "maximize", None).tolist()
    [[0.2, 0.2]]
    """
    check_policy(missing)
    if missing in ("drop", "reject"):
        return values
    if not isinstance(missing, str):
        return np.where(np.isnan(values), missing, values)
    if direction is None:
        raise UsageError(f"the policy {missing} needs a direction: maximize or minimize")
    larger = check_direction(direction)
    if missing == "worst-observed":
        worst = float(np.nanmin(values) if larger else np.nanmax(values))
    elif value_range is None:
        raise UsageError(
            "the policy worst needs the range of the metric",
            remedy="say --range LOW HIGH, in Python value_range=(low, high); or worst-observed",
        )
    else:
        worst = value_range[0] if larger else value_range[1]
    if not math.isfinite(worst):
        raise UsageError(f"there is no worst value: the range {value_range} is open there")
    return np.where(np.isnan(values), worst, values)
