"""What was seen of each person: entry, end of follow-up, what ended it, weight, cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.methods.survival.follow_up_faults import follow_up_faults, problems_of
from workbench.metrics.arrays import numbers
from workbench.metrics.survival.outcome import Outcome


@dataclass(frozen=True, eq=False)
class Observed:
    """Follow-up of n rows, checked.

    Attributes:
        time: Time the follow-up ends, above 0, in any unit, ``(n,)``.
        event: What ended it, ``(n,)``: 0 censored, 1 the event, 2 and more competing events.
        entry: Time after which a row is under observation (delayed entry), ``(n,)``; None where
            everybody is from time 0.
        weights: Not negative, ``(n,)``.
        cluster: Number of the person or centre each row belongs to, ``(n,)``; None where every row
            stands for itself.
        weighted: Whether weights were given.
    """

    time: NDArray[np.float64]
    event: NDArray[np.int64]
    entry: NDArray[np.float64] | None
    weights: NDArray[np.float64]
    cluster: NDArray[np.int64] | None
    weighted: bool

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.time)

    def outcome(self, cause: int | None = None) -> Outcome:
        """Return time and whether an event was seen: of one cause, or of any (None)."""
        seen = self.event > 0 if cause is None else self.event == cause
        return Outcome(self.time, np.asarray(seen))

    def take(self, rows: NDArray[Any]) -> Observed:
        """Return some of the rows."""
        return Observed(
            self.time[rows],
            self.event[rows],
            None if self.entry is None else self.entry[rows],
            self.weights[rows],
            None if self.cluster is None else self.cluster[rows],
            self.weighted,
        )


def observe(
    time: ArrayLike,
    event: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
) -> Observed:
    """Check follow-up and return it.

    Args:
        time: Time the follow-up of each row ends, ``(n,)``.
        event: 0 censored, 1 the event, 2 and more competing events, ``(n,)``.
        entry: Time after which each row is under observation, ``(n,)``.
        weights: Not negative, ``(n,)``; any real numbers.
        cluster: Ids, ``(n,)``: rows with one id are not independent (clones of a person, patients
            of a centre).

    Raises:
        DataError: ``wrong-shape``, ``no-rows``; the codes of
            :func:`~workbench.methods.survival.follow_up_faults.follow_up_faults`, with causes.

    >>> len(observe([5, 7, 7], [1, 0, 2], entry=[0, 0, 3]))
    3
    """
    found = {"time": numbers(time, "time"), "event": numbers(event, "event")}
    for name, values in (("entry", entry), ("weights", weights)):
        if values is not None:
            found[name] = numbers(values, name)
    n = len(np.atleast_1d(found["time"]))
    odd = {name: values.shape for name, values in found.items() if values.shape != (n,)}
    if odd or n == 0:
        raise DataError(
            f"time, event, entry and weights need one number a row, got {odd or 'none'} "
            f"[{'wrong-shape' if odd else 'no-rows'}]"
        )
    _check(found)
    return Observed(
        found["time"],
        found["event"].astype(np.int64),
        found.get("entry"),
        found.get("weights", np.ones(n)),
        None if cluster is None else _codes(cluster, n),
        weights is not None,
    )


def _check(found: dict[str, NDArray[np.float64]]) -> None:
    """Raise one error that names every fault."""
    problems = problems_of(list(follow_up_faults(found, causes=True)), len(found["time"]))
    if problems:
        raise DataError("the follow-up cannot be used", problems=problems)
    if "weights" in found and not found["weights"].any():
        raise DataError("weights are all zero: nobody is left [no-rows]")


def _codes(cluster: ArrayLike, n: int) -> NDArray[np.int64]:
    """Return cluster ids as numbers from 0."""
    ids = np.asarray(cluster)
    if ids.shape != (n,):
        raise DataError(
            f"cluster needs one id a row, got shape {ids.shape} for {n} rows [wrong-shape]"
        )
    return np.unique(ids, return_inverse=True)[1].astype(np.int64)
