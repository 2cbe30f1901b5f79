"""What of a curve may be shown: steps with few at risk are merged, small counts hidden.

A curve's steps are dates of events of single persons, and its tail stands on a handful. Claims data
(SNDS) may not be published in cells under 11 persons; the same rule is kept here for curves.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.methods.survival.curve import StepCurve
from workbench.metrics.choices import check_whole

LEAST = 11


def published(curve: StepCurve, *, least: int = LEAST) -> pd.DataFrame:
    """Return the steps of a curve that may be shown, each on at least so many persons at risk.

    Steps with fewer persons at risk are merged into the last one before them: the curve ends there,
    flat, so that nobody reads the fate of the last few. Counts of events are not given, since a
    step's height and its number at risk would give them back; numbers at risk stand at a few
    chosen times, see :func:`numbers_at_risk`.

    Args:
        curve: A curve.
        least: Fewest persons at risk of a step.

    Returns:
        Columns ``time, value, low, high``, from time 0 on; the last row closes the curve at the
        last time that enough persons reached.

    Raises:
        DataError: ``too-few``: no step has enough persons.

    >>> from workbench.methods.survival.kaplan_meier import kaplan_meier
    >>> from workbench.methods.survival.observed import observe
    >>> published(kaplan_meier(observe([1, 2, 3, 4], [1, 0, 1, 1])), least=3)["time"].tolist()
    [0.0, 1.0, 2.0]
    """
    check_whole("least", least, 1)
    enough = curve.persons_at_risk >= least
    if not enough.any():
        raise DataError(
            f"no step has {least} persons at risk, the most is {curve.persons_at_risk.max()} "
            "[too-few]",
            remedy="show groups with more persons",
        )
    end = curve.times[enough][-1]
    step = enough & (curve.events > 0)
    shown = pd.DataFrame(
        {
            "time": curve.times[step],
            "value": curve.value[step],
            "low": curve.low[step],
            "high": curve.high[step],
        }
    )
    first = pd.DataFrame(
        {"time": [0.0], "value": [curve.start], "low": [curve.start], "high": [curve.start]}
    )
    table = pd.concat([first, shown], ignore_index=True)
    if table["time"].iloc[-1] < end:
        table = pd.concat([table, table.iloc[[-1]].assign(time=end)], ignore_index=True)
    return table


def numbers_at_risk(
    curve: StepCurve, times: Sequence[float], *, least: int = LEAST
) -> pd.DataFrame:
    """Return how many persons are under observation just before each time.

    Args:
        curve: A curve.
        times: Chosen times, as below a plot.
        least: Smaller numbers are not given; 0 is.

    Returns:
        Columns ``time``, ``at_risk`` (missing where hidden) and ``shown`` (``"<11"`` there).
    """
    check_whole("least", least, 1)
    place = np.searchsorted(curve.times, np.asarray(times, dtype=np.float64), side="left")
    counts = np.append(curve.persons_at_risk, 0)[place]
    hidden = (counts > 0) & (counts < least)
    return pd.DataFrame(
        {
            "time": np.asarray(times, dtype=np.float64),
            "at_risk": pd.array(np.where(hidden, -1, counts), dtype="Int64"),
            "shown": [
                f"<{least}" if few else f"{count}"
                for few, count in zip(hidden.tolist(), counts.tolist(), strict=True)
            ],
        }
    ).assign(at_risk=lambda table: table["at_risk"].mask(table["at_risk"] < 0))
