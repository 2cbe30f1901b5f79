"""Checks what an evaluation of survival models is given, all faults at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, Problem, UsageError, WorkbenchError
from workbench.methods.survival.evaluation_plan import Predicted
from workbench.metrics import inputs
from workbench.metrics.survival.curves import checked_curves, checked_times
from workbench.metrics.survival.outcome import Outcome

NULL = "null model"


def checked_models(
    models: Mapping[str, Predicted | tuple[ArrayLike, ArrayLike]],
    times: Sequence[float],
    n: int,
) -> dict[str, Predicted]:
    """Return the predictions as arrays.

    Raises:
        UsageError: There is no model, or one takes the name of the null model.
        DataError: Names every model whose risks or curves cannot be used.
    """
    if not models:
        raise UsageError("there is no model to evaluate")
    if NULL in models:
        raise UsageError(f"a model cannot be called '{NULL}': that row is always there")
    found, problems = {}, []
    for name, given in models.items():
        parts = given if isinstance(given, Predicted) else Predicted(*map(np.asarray, given))
        try:
            risk = inputs.values(parts.risk, "risk", n)
            if risk.ndim != 1:
                raise DataError(f"risk must be one number a case, got shape {risk.shape}")
            found[name] = Predicted(risk, checked_curves(parts.curves, times, n))
        except WorkbenchError as error:
            told = error.problems or (Problem("bad-prediction", error.message),)
            where = f"model {name}"
            problems += [
                Problem(one.code, one.message, f"{where}, {one.where}".rstrip(", "), one.remedy)
                for one in told
            ]
    if problems:
        raise DataError("predictions cannot be evaluated", problems=problems)
    return found


def checked_horizons(
    outcome: Outcome,
    times: Sequence[float],
    horizons: Sequence[float],
    tau: float | None,
) -> tuple[tuple[float, ...], float]:
    """Return horizons and tau (the last horizon by default).

    Raises:
        UsageError: A horizon is not among the times of the curves.
        DataError: ``tau-beyond-support``: the follow-up does not reach one of the times; each is
            named.
    """
    chosen = checked_times(horizons)
    strange = [f"{time:g}" for time in chosen if time not in times]
    if strange:
        raise UsageError(
            f"horizons {', '.join(strange)} are not among the times of the curves",
            remedy=f"ask the models for these times; now they are {', '.join(map(_plain, times))}",
        )
    end = chosen[-1] if tau is None else checked_times([tau])[0]
    last = float(outcome.time.max())
    # Where the last of all has the event, survival is known to be 0 from then on.
    closed = bool(outcome.event[outcome.time == last].all())
    problems = [
        Problem(
            "tau-beyond-support",
            f"{what} {time:g}: the last case is "
            f"{'seen' if closed else 'censored'} at {last:g}, nobody is followed longer",
            what,
            f"choose times below {last:g}, in the unit of the outcome",
        )
        for what, time in [("tau", end), *(("time", time) for time in times)]
        if time > last or (time == last and not closed and what == "time")
    ]
    if problems:
        raise DataError("the follow-up does not reach these times", problems=problems)
    return chosen, end


def checked_persons(persons: ArrayLike, n: int) -> NDArray[np.object_]:
    """Return one id a case.

    Raises:
        DataError: Not one id a case.
    """
    ids = np.asarray(persons, dtype=object)
    if ids.shape != (n,):
        raise DataError(f"persons needs one id for each of {n} cases, got shape {ids.shape}")
    return ids


def _plain(time: float) -> str:
    """Return a time in few digits."""
    return f"{time:g}"
