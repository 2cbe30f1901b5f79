"""The rate of chemotherapy that keeps its share the same whatever the other knobs say."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from .knobs import Knobs
from .persons import draw_persons
from .risks import log_chemo_rate
from .streams import Streams

SHARE = 0.39  # of all persons, were none to die within the window
_REFERENCE = 20_000
_STEPS = 50


def chemo_intercept(knobs: Knobs) -> float:
    """Return the log rate at which 39 % of all persons start chemotherapy."""
    # Only what moves prescription counts; confounding by time is left to move the share.
    return _solved(
        knobs.confounding,
        knobs.unmeasured,
        knobs.no_overlap,
        tuple(sorted(knobs.histology.items())),
    )


@lru_cache(maxsize=256)
def _solved(
    confounding: float, unmeasured: float, no_overlap: int, mix: tuple[tuple[str, float], ...]
) -> float:
    """Solve for the intercept on a reference population, by halving."""
    knobs = replace(
        Knobs(),
        confounding=confounding,
        unmeasured=unmeasured,
        no_overlap=no_overlap,
        histology=dict(mix),
        centre_spread=0.0,
    )
    rates = np.exp(log_chemo_rate(draw_persons(_REFERENCE, knobs, Streams(0)), knobs))
    low, high = -12.0, 8.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        share = float((1 - np.exp(-np.exp(middle) * rates)).mean())
        low, high = (middle, high) if share < SHARE else (low, middle)
    return (low + high) / 2
