"""The labels of estimates: true numbers, what an oracle could do, groups, what can be answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.scoring.answer_kinds.base import LabelColumn, LabelFault
from workbench.scoring.card_answer import EstimatesAnswer
from workbench.scoring.cells import numbers


def label_columns(answer: EstimatesAnswer) -> list[LabelColumn]:
    """Return the columns of the true number, the oracle, the group and the answerable."""
    named = [
        ("label", answer.label),
        ("oracle", answer.oracle),
        ("group", answer.group),
        ("answerable", answer.answerable),
    ]
    return [
        LabelColumn(role, name, ("answer", role), is_number=role != "group")
        for role, name in named
        if name
    ]


def label_faults(labels: pd.DataFrame, answer: EstimatesAnswer) -> Iterator[LabelFault]:
    """Yield numbers that are none, and what is not said of a case."""
    can = np.ones(len(labels), dtype=np.bool_)
    if answer.answerable is not None:
        column = labels[answer.answerable]
        can = (column != "0").to_numpy(dtype=np.bool_)
        for row in np.flatnonzero(~column.isin(("0", "1"))).tolist():
            message = f"the {answer.answerable} '{column[row]}' is neither 0 nor 1"
            yield LabelFault(row, "answerable-not-binary", message)
    for row in np.flatnonzero(np.isnan(numbers(labels[answer.label].tolist()))).tolist():
        message = f"the {answer.label} '{labels[answer.label][row]}' is no number"
        yield LabelFault(row, "label-not-a-number", message)
    if answer.oracle is not None:
        scale = numbers(labels[answer.oracle].tolist())
        for row in np.flatnonzero(can & ~(scale > 0)).tolist():
            message = f"the {answer.oracle} '{labels[answer.oracle][row]}' is no number above 0"
            yield LabelFault(row, "scale-not-positive", message)
    if answer.group is not None:
        for row in np.flatnonzero(labels[answer.group] == "").tolist():
            yield LabelFault(row, "missing-group", f"the {answer.group} is missing")


def hidden_numbers(labels: pd.DataFrame, answer: EstimatesAnswer) -> NDArray[Any]:
    """Return the columns of :class:`workbench.metrics.effects.base.Hidden`, ``(n, 4)``."""
    once = np.ones(len(labels))
    scale, group, can = once, 0.0 * once, once
    if answer.oracle is not None:
        scale = np.nan_to_num(numbers(labels[answer.oracle].tolist()))
    if answer.group is not None:
        group = np.unique(labels[answer.group], return_inverse=True)[1].astype(np.float64)
    if answer.answerable is not None:
        can = numbers(labels[answer.answerable].tolist())
    return np.column_stack([numbers(labels[answer.label].tolist()), scale, group, can])
