"""Rows behind a plot of survival curves: published steps, and numbers at risk at the ticks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from workbench.methods.survival.curve import StepCurve
from workbench.methods.survival.disclosure import LEAST, numbers_at_risk, published


@dataclass(frozen=True)
class StepSeries:
    """One curve of a plot.

    Attributes:
        name: Of the group.
        steps: ``(time, value, low, high)`` in order of time, from time 0; NaN ends draw no band.
        at_risk: What is written below each tick, such as ``"312"`` or ``"<11"``; empty for none.
    """

    name: str
    steps: Sequence[tuple[float, float, float, float]]
    at_risk: Sequence[str] = ()


def step_series(
    curves: Mapping[str, StepCurve], times: Sequence[float], *, least: int = LEAST
) -> list[StepSeries]:
    """Return what of some curves may be shown, see :mod:`workbench.methods.survival.disclosure`.

    Args:
        curves: Name and curve of each group.
        times: Ticks, where numbers at risk are written.
        least: Fewest persons at risk of a step, and smallest number that is written.

    Raises:
        DataError: A group has nowhere so many persons at risk.
    """
    return [
        StepSeries(
            str(name),
            _tuples(published(curve, least=least)),
            numbers_at_risk(curve, times, least=least)["shown"].tolist(),
        )
        for name, curve in curves.items()
    ]


def series_of_table(table: pd.DataFrame, group: str, time: str, value: str) -> list[StepSeries]:
    """Return the curves of a table, such as those of an estimator, without numbers at risk.

    Args:
        table: Columns of group, time and value and, where known, ``low`` and ``high``.
        group: Name of the group's column.
        time: Name of the time's column.
        value: Name of the value's column.
    """
    found = []
    for name, part in table.groupby(group, sort=False):
        nothing = pd.Series(float("nan"), index=part.index)
        ordered = pd.DataFrame(
            {
                "time": part[time],
                "value": part[value],
                "low": part.get("low", nothing),
                "high": part.get("high", nothing),
            }
        ).sort_values("time", kind="stable")
        found.append(StepSeries(str(name), _tuples(ordered)))
    return found


def steps_csv(series: Sequence[StepSeries]) -> pd.DataFrame:
    """Return the steps of all curves as one table: ``group, time, value, low, high``."""
    rows = [(one.name, *step) for one in series for step in one.steps]
    return pd.DataFrame(rows, columns=["group", "time", "value", "low", "high"])


def at_risk_csv(series: Sequence[StepSeries], times: Sequence[float]) -> pd.DataFrame:
    """Return the numbers at risk of all curves as one table: ``group, time, at_risk``."""
    rows = [
        (one.name, time, shown)
        for one in series
        for time, shown in zip(times, one.at_risk, strict=False)
    ]
    return pd.DataFrame(rows, columns=["group", "time", "at_risk"])


def _tuples(table: pd.DataFrame) -> list[tuple[float, float, float, float]]:
    """Return the rows of a table as tuples."""
    columns = [table[name].astype(float).tolist() for name in ("time", "value", "low", "high")]
    return list(zip(*columns, strict=True))
