"""The parts of an evaluation that are drawn: calibration, decision curve, centres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.methods.survival.by_centre import by_centre
from workbench.methods.survival.decision_curve import decision_curve, thresholds_of
from workbench.methods.survival.evaluation_calibration import (
    calibration_table,
    d_calibration_table,
)
from workbench.methods.survival.evaluation_input import NULL
from workbench.methods.survival.evaluation_plan import Draws, Predicted
from workbench.methods.survival.stages import Tables, Works

_FEW = 200
"""Most resamples for bands and for single centres."""


def drawn_parts(
    truth: NDArray[np.float64],
    ids: NDArray[np.object_],
    models: Mapping[str, Predicted],
    grid: Sequence[float],
    horizons: Sequence[float],
    centres: Sequence[str] | None,
    draws: Draws,
) -> Works:
    """Return what is drawn: calibration, D-calibration, the decision curve, the centres.

    The null model has no curve of calibration: it says the same of everybody.

    Args:
        truth: Time and event, ``(n, 2)``.
        ids: Person of each case.
        models: What each says, the null model too.
        grid: Times of the curves.
        horizons: Some of them.
        centres: Centre of each case, where it is known.
        draws: For bands and intervals, with 200 resamples at most.
    """
    few = Draws(min(draws.resamples, _FEW), draws.seed, draws.level)
    last, works = horizons[-1], {}
    for name, one in models.items():
        works[f"d-calibration of {name}"] = partial(d_calibration_table, truth, one, grid, name)
        for horizon in horizons if name != NULL else ():
            at = one.curves[:, list(grid).index(horizon)]
            works[f"calibration of {name} at {horizon:g}"] = partial(
                calibration_table, truth, ids, at, name, horizon, few
            )
    told = {name: one for name, one in models.items() if name != NULL}
    for threshold in thresholds_of(told, grid, last):
        works[f"net benefit at {threshold:g}"] = partial(
            _decision, truth, ids, told, grid, last, threshold, few
        )
    if centres is not None:
        own = next(iter(told.values()))
        works["centres"] = partial(_centres, truth, ids, centres, own, grid, last, few)
    return works


def _decision(*given: Any) -> Tables:
    """Return one point of the decision curve."""
    return {"decision": decision_curve(*given)}


def _centres(*given: Any) -> Tables:
    """Return the first model in each centre."""
    found = by_centre(*given)
    return {"centres": found.rows, "centre_spread": found.spread}
