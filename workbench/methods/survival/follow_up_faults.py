"""The faults that rows of follow-up can have, each with its place and remedy: one set of codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import Problem

Floats = NDArray[np.float64]
#: Where it stands, its code, which rows have it, and what was given.
Fault = tuple[str, str, NDArray[np.bool_], NDArray[Any]]


def follow_up_faults(vectors: Mapping[str, Floats], *, causes: bool = False) -> Iterator[Fault]:
    """Yield every fault that times, events, entries and weights of rows may have.

    Args:
        vectors: ``time``, ``event`` and, where there are any, ``entry``, ``weights`` and others
            that must be finite, ``(n,)`` each.
        causes: Whether events are numbers of causes, and entries count from the origin of the
            times; else events are 0 or 1, and only the order of entry and time matters.
    """
    time, event, entry = vectors["time"], vectors["event"], vectors.get("entry")
    for what, values in vectors.items():
        yield what, "not-finite", ~np.isfinite(values), values
    if entry is None or causes:
        yield "time", "non-positive-time", time <= 0, time
    if entry is not None:
        yield "entry", "entry-not-before-time", entry >= time, entry
        if causes:
            yield "entry", "negative-entry", entry < 0, entry
    if causes:
        yield "event", "not-a-cause", not_causes(event), event
    else:
        odd = np.isfinite(event) & ~np.isin(event, (0.0, 1.0))
        yield "event", "event-not-binary", odd, event
    if "weights" in vectors:
        yield "weights", "negative-weight", vectors["weights"] < 0, vectors["weights"]


def not_causes(event: Floats) -> NDArray[np.bool_]:
    """Say which codes are no 0, 1, 2 ...; what is not finite has a fault of its own."""
    return np.asarray(np.isfinite(event) & ((event < 0) | (event != np.rint(event))))


def problems_of(faults: Sequence[Fault], n: int) -> list[Problem]:
    """Return each fault that a row has, with its first row and its number of rows.

    Args:
        faults: What to look for.
        n: How many rows there are.
    """
    return [
        Problem(
            code,
            f"{_SAID[code]}, got {given[np.argmax(rows)]} ({int(rows.sum())} of {n} rows)",
            f"{what}, row {int(np.argmax(rows))}",
            _REMEDY.get(code, ""),
        )
        for what, code, rows, given in faults
        if rows.any()
    ]


_SAID = {
    "not-finite": "is missing or infinite",
    "negative-weight": "is below 0",
    "event-not-binary": "is neither 0 nor 1",
    "not-a-cause": "is not 0 (censored), 1, 2 ...",
    "non-positive-time": "is not above 0",
    "entry-not-before-time": "is not before the row's time",
    "negative-entry": "is below 0",
    "missing-label": "has no label",
}
_REMEDY = {
    "not-finite": "leave the rows out, or fill them in and add an indicator column",
    "non-positive-time": "mend the dates, or count 0 as half a day (non_positive=half-day)",
    "entry-not-before-time": "mend the dates, or leave the empty interval out",
    "not-a-cause": "write 0 where censored, else the number of the cause",
}
