"""Days of alerts beside answers that are classes: their column, labels, truth and rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import Problem
from workbench.metrics import Metric
from workbench.scoring.answer_kinds.base import Found, LabelColumn, LabelFault
from workbench.scoring.card import Challenge
from workbench.scoring.card_answer import Alerts, ClassesAnswer
from workbench.scoring.cells import numbers


def alerts_of(card: Challenge) -> Alerts | None:
    """Return the card's section on alerts, where there is one."""
    return card.answer.alerts if isinstance(card.answer, ClassesAnswer) else None


def alert_card_problems(card: Challenge) -> Iterator[Found]:
    """Check that a submission has the column of the days."""
    alerts, asked = alerts_of(card), {column.name for column in card.submission.columns}
    if alerts is not None and alerts.day not in asked:
        message = f"a submission has no column '{alerts.day}'"
        remedy = "add it to submission.columns"
        yield ("answer", "alerts", "day"), "alert-column", message, remedy


def alert_metric_problems(metric: Metric, primary: bool, card: Challenge) -> Iterator[Problem]:
    """Refuse metrics of alerts where none are asked for, and as the one that ranks."""
    if metric.needs != "alerts":
        return
    if alerts_of(card) is None:
        message = f"'{metric.label}' looks at days of alerts, the card asks for none"
        yield Problem("metric-alerts", message, "", "name their columns: answer.alerts")
    if primary:
        message = f"'{metric.label}' rests on the author's word and cannot rank"
        yield Problem("not-rankable", message, "", "rank by average-precision")


def alert_label_columns(card: Challenge) -> list[LabelColumn]:
    """Return the column of the first day on which an alert is possible."""
    alerts = alerts_of(card)
    if alerts is None:
        return []
    place = ("answer", "alerts", "first")
    return [LabelColumn("first day", alerts.first, place, is_number=True)]


def alert_label_faults(labels: pd.DataFrame, card: Challenge) -> Iterator[LabelFault]:
    """Yield first days that are none; one after the window is of a case nobody could find."""
    alerts = alerts_of(card)
    if alerts is None:
        return
    first = numbers(labels[alerts.first].tolist())
    for row in np.flatnonzero(~(first >= 0)).tolist():
        message = f"the {alerts.first} '{labels[alerts.first][row]}' is no day of 0 or later"
        yield LabelFault(row, "first-day-outside", message, "count days from the window's first")


def alert_truth(
    metric: Metric, truth: NDArray[Any], labels: pd.DataFrame, card: Challenge
) -> NDArray[Any]:
    """Return class numbers; for metrics of alerts with first day and end, ``(n, 3)``."""
    alerts = alerts_of(card)
    if metric.needs != "alerts" or alerts is None:
        return truth
    first = np.minimum(numbers(labels[alerts.first].tolist()), alerts.days)
    return np.column_stack([truth, first, np.full(len(truth), float(alerts.days))])


def alert_days(
    table: pd.DataFrame, empty: NDArray[np.bool_], card: Challenge
) -> NDArray[np.float64]:
    """Return the day of each alert, the window's end where a case was not answered.

    Returns:
        Shape ``(n,)``; NaN throughout where no days were given.
    """
    alerts = alerts_of(card)
    if alerts is None or alerts.day not in table:
        return np.full(len(table), np.nan)
    return np.where(empty, float(alerts.days), table[alerts.day].to_numpy(dtype=np.float64))
