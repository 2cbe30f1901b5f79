"""Metrics over events grouped by case: marks on images, alerts of patients.

Truth is one row a case: how many targets it has (lesions, hospital stays) and, if cases differ, its
exposure (images, patient-years). A prediction is a table of events: the case an event belongs to,
the target it hits, its score. Weights stay weights of cases, so a bootstrap over patients draws a
patient's images with all their targets and all their marks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics import inputs
from workbench.metrics.arrays import numbers
from workbench.metrics.base import Metric
from workbench.metrics.sums import is_integral, on_grid, weighted_sums

EVENT = np.dtype([("case", np.int64), ("target", np.int64), ("score", np.float64)])
# The target of an event that hits none.
MISS = -1


def events(case: ArrayLike, target: ArrayLike, score: ArrayLike) -> NDArray[Any]:
    """Return a table of events, the prediction of an :class:`EventMetric`.

    Args:
        case: Row of the truth each event belongs to, shape ``(m,)``.
        target: Number within the case of the target it hits, from 0; -1 where it hits none.
        score: How sure the model is, any scale; higher is surer.

    Returns:
        A structured array ``(m,)`` with the fields ``case, target, score``.

    Raises:
        DataError: Unequal lengths, numbers that are not whole or too small, NaN or infinity.

    >>> events([0, 0], [1, -1], [0.9, 0.2])["target"].tolist()
    [1, -1]
    """
    columns = {"case": case, "target": target, "score": score}
    arrays = {name: numbers(column, f"events: {name}") for name, column in columns.items()}
    shapes = {array.shape for array in arrays.values()}
    if len(shapes) > 1 or len(next(iter(shapes))) != 1:
        raise DataError(f"events need one case, target and score each, got shapes {shapes}")
    table = np.empty(len(arrays["case"]), dtype=EVENT)
    for name, least in (("case", 0), ("target", MISS)):
        table[name] = inputs.whole_numbers(arrays[name], f"events: {name}", least)
    table["score"] = inputs.values(arrays["score"], "events: score") if len(table) else 0.0
    return table


class EventMetric(Metric):
    """A metric of events.

    Truth is the number of targets of each case ``(n,)``, or targets and exposure ``(n, 2)`` (the
    exposure is 1 where it is not given). A prediction is the table that :func:`events` returns.
    """

    classes = ()
    stratum = "target"
    needs = "events"
    undefined = "no case has a target, or the exposure is zero"

    def checked_truth(self, truth: ArrayLike) -> NDArray[Any]:
        """Return targets and exposure of each case, shape ``(n, 2)``, or raise a named error."""
        table = inputs.values(truth, "truth")
        if table.ndim == 1:
            table = np.column_stack([table, np.ones(len(table))])
        if table.ndim != 2 or table.shape[1] != 2:
            raise DataError(f"truth must be targets, or targets and exposure; got {table.shape}")
        inputs.whole_numbers(table[:, 0], "truth: targets", 0)
        negative = np.flatnonzero(table[:, 1] < 0)
        if negative.size:
            raise DataError("truth: the exposure is negative", where=f"row {negative[0]}")
        return table

    def checked(self, prediction: ArrayLike, n_cases: int) -> NDArray[Any]:
        """Return the events, or say which one lies outside the cases."""
        table = np.asarray(prediction)
        if table.dtype != EVENT or table.ndim != 1:
            raise DataError(
                f"prediction must be a table of events, got {table.dtype} of shape {table.shape}",
                remedy="make one with workbench.metrics.events.events(case, target, score)",
            )
        outside = np.flatnonzero(table["case"] >= n_cases)
        if outside.size:
            case = table["case"][outside[0]]
            raise DataError(
                f"there is no case {case}, truth has {n_cases}", where=f"event {outside[0]}"
            )
        return table

    def needed_classes(self, truth: NDArray[Any]) -> NDArray[np.int64]:
        """Return 1 for cases with targets: a resample without any has no value."""
        return (truth[:, 0] > 0).astype(np.int64)

    def constants(self, truth: NDArray[Any]) -> list[tuple[str, NDArray[Any]]]:
        """Return the answer that marks nothing."""
        return [("no event", events([], [], []))]


@dataclass(frozen=True)
class Matched:
    """Targets with their best event, and the events that hit nothing.

    Attributes:
        target_case: Case of each target, shape ``(t,)``.
        best: Highest score of its events, ``-inf`` where it was missed, shape ``(t,)``.
        false_case: Case of each event that hits nothing, shape ``(f,)``.
        false_score: Its score, shape ``(f,)``.
    """

    target_case: NDArray[np.int64]
    best: NDArray[np.float64]
    false_case: NDArray[np.int64]
    false_score: NDArray[np.float64]


def matched(truth: NDArray[Any], table: NDArray[Any]) -> Matched:
    """Count each target once, with the highest score of the events that hit it.

    Args:
        truth: Targets and exposure, shape ``(n, 2)``.
        table: Checked events.

    Raises:
        DataError: An event hits a target its case does not have.
    """
    counts = truth[:, 0].astype(np.int64)
    case, target = table["case"], table["target"]
    beyond = np.flatnonzero(target >= counts[case])
    if beyond.size:
        i = beyond[0]
        message = f"hits target {target[i]}, case {case[i]} has {counts[case[i]]}"
        raise DataError(message, where=f"event {i}", remedy="targets are numbered from 0")
    hit = target != MISS
    first = np.cumsum(counts) - counts
    best = np.full(counts.sum(), -np.inf)
    np.maximum.at(best, first[case[hit]] + target[hit], table["score"][hit])
    of_case = np.repeat(np.arange(len(counts)), counts)
    return Matched(of_case, best, case[~hit], table["score"][~hit])


def exact_weights(truth: NDArray[Any], table: NDArray[Any], weights: NDArray[Any]) -> NDArray[Any]:
    """Return weights whose sums over targets and over events are exact, shape ``(n, B)``."""
    if is_integral(weights):
        return weights
    terms = max(len(truth) * max(1.0, float(truth[:, 0].max())), len(table))
    return on_grid(weights.astype(np.float64), terms)


def totals(truth: NDArray[Any], weights: NDArray[Any]) -> tuple[NDArray[np.float64], ...]:
    """Return the weighted number of targets and the weighted exposure, each ``(B,)``."""
    targets = weighted_sums(truth[:, :1].astype(np.int64), weights)[0]
    return targets, weighted_sums(truth[:, 1:], weights)[0]
