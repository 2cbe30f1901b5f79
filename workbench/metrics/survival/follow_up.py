"""Refuses a time after the last one at which anybody was under observation."""

from __future__ import annotations

import numpy as np

from workbench.errors import DataError
from workbench.metrics.survival.outcome import Outcome


def check_reached(outcome: Outcome, time: float, whose: str = "scored") -> None:
    """Refuse a time that no case reaches: often it is in another unit than the follow-up.

    Args:
        outcome: The cases.
        time: Time asked for.
        whose: Which cases they are, for the error.

    Raises:
        DataError: Every case was seen for a shorter time.
    """
    last = int(np.argmax(outcome.time))
    if time > outcome.time[last]:
        raise DataError(
            f"time {time:g} lies beyond the support of the censoring distribution: no {whose} case "
            f"is followed beyond {outcome.time[last]:g}",
            where=f"row {last}",
            remedy=f"choose a time up to {outcome.time[last]:g}, in the unit of the truth",
        )
