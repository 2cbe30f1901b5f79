"""How good one model is in each centre: values with intervals, drawn together, and their spread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtri

from workbench import metrics
from workbench.errors import DataError
from workbench.methods.survival.evaluation_plan import Asked, Draws, Predicted
from workbench.methods.survival.heterogeneity import random_effects
from workbench.metrics.bootstrap import UnitBootstrap
from workbench.metrics.intervals import percentiles

LEAST = 11
"""Fewest events, and fewest others, of a centre that has values of its own."""
MOST_UNDEFINED = 0.1
TOO_FEW = "too few"
Scale = tuple[Callable[[Any], Any], Callable[[Any], Any]]


@dataclass(frozen=True, eq=False)
class ByCentre:
    """One model in each centre.

    Attributes:
        rows: One a centre and metric: ``centre, metric, label, horizon, n, events, value, low,
            high, shrunken, shrunken_low, shrunken_high, note``; ``note`` says why there is no
            value. The shrunken value is the centre's own drawn towards the mean of all.
        spread: One row a metric: ``label, horizon, centres`` (with a value), ``mean, low, high``,
            ``next_low, next_high`` (where a further centre is expected), ``q, p, i_squared, tau``
            (on the scale that ``scale`` names).
    """

    rows: pd.DataFrame
    spread: pd.DataFrame


def by_centre(
    truth: NDArray[np.float64],
    persons: NDArray[np.object_],
    centres: Sequence[str],
    predicted: Predicted,
    times: Sequence[float],
    horizon: float,
    draws: Draws,
) -> ByCentre:
    """Return concordance, Brier score and observed over expected of each centre.

    Each centre's censoring is estimated from its own cases. Standard errors are of the resamples
    of the centre's persons, on the logit scale (observed over expected: the logarithm), where the
    values of centres are taken as normal (Snell, Ensor, Debray, Moons and Riley 2018, Stat Methods
    Med Res 27:3505).

    Args:
        truth: Time and event, ``(n, 2)``.
        persons: Person of each case.
        centres: Centre of each case.
        predicted: Of the model.
        times: Times of its curves.
        horizon: One of them: time of the Brier score and of observed over expected.
        draws: Resamples of the persons of a centre.
    """
    asked = [
        (Asked(metrics.get("harrell-c"), "risk"), (logit, expit), "logit"),
        (_at("survival-brier", horizon), (logit, expit), "logit"),
        (_at("survival-oe", horizon), (np.log, np.exp), "log"),
    ]
    names = np.asarray([str(name) for name in centres], dtype=object)
    rows, spread = [], []
    for one, scale, written in asked:
        found = [
            _one(one, truth, persons, one.of(predicted, times), names == name, scale[0], draws)
            | {"centre": name}
            for name in sorted(set(names.tolist()))
        ]
        told = _drawn_together(found, scale, draws.level)
        common = {"metric": one.metric.name, "label": one.metric.label, "horizon": one.horizon}
        rows += [common | row for row in found]
        spread.append(common | told | {"scale": written})
    columns = ["centre", "metric", "label", "horizon", "n", "events", "value", "low", "high"]
    columns += ["shrunken", "shrunken_low", "shrunken_high", "note"]
    return ByCentre(pd.DataFrame(rows)[columns], pd.DataFrame(spread))


def _at(name: str, horizon: float) -> Asked:
    """Return a metric of the survival predicted for the horizon."""
    return Asked(metrics.get(name, horizon=horizon), "survival at the horizon", horizon)


def _one(
    asked: Asked,
    truth: NDArray[np.float64],
    persons: NDArray[np.object_],
    given: NDArray[np.float64],
    inside: NDArray[np.bool_],
    scale: Callable[[Any], Any],
    draws: Draws,
) -> dict[str, Any]:
    """Return one centre's value with its interval, or why it has none."""
    own, units = truth[inside], persons[inside]
    events = int(own[:, 1].sum())
    row: dict[str, Any] = {"n": len(set(units.tolist())), "events": events, "note": ""}
    row |= dict.fromkeys(("value", "low", "high", "error"), float("nan"))
    if min(events, len(own) - events) < LEAST:
        return row | {"note": TOO_FEW}
    bootstrap = UnitBootstrap(own, units, draws.resamples, draws.seed)
    try:
        value = float(asked.metric.columns(own, given[inside])[0])
        drawn = bootstrap.values(asked.metric, given[inside])[0][0]
    except DataError as error:
        return row | {"note": error.message}
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = scale(drawn)
    known = np.isfinite(moved)
    if not np.isfinite(value) or known.mean() < 1 - MOST_UNDEFINED:
        return row | {"note": TOO_FEW}
    low, high = percentiles(drawn[known], draws.level)
    return row | {
        "value": value,
        "low": low,
        "high": high,
        "error": float(moved[known].std(ddof=1)),
    }


def _drawn_together(found: list[dict[str, Any]], scale: Scale, level: float) -> dict[str, Any]:
    """Draw the centres' values together, in place, and return how far they lie apart."""
    to, back = scale
    for row in found:
        row |= dict.fromkeys(("shrunken", "shrunken_low", "shrunken_high"), float("nan"))
    known = [row for row in found if row["error"] > 0]
    effects = random_effects(
        [to(r["value"]) for r in known], [r["error"] for r in known], level=level
    )
    told = dict.fromkeys(("mean", "low", "high", "next_low", "next_high"), float("nan"))
    told |= dict.fromkeys(("q", "p", "i_squared", "tau"), float("nan"))
    if effects is None:
        return {"centres": len(known), **told}
    half = float(ndtri(0.5 + level / 2)) * effects.shrunken_error
    for row, value, far in zip(known, effects.shrunken, half, strict=True):
        row |= {
            "shrunken": float(back(value)),
            "shrunken_low": float(back(value - far)),
            "shrunken_high": float(back(value + far)),
        }
    ends = ("mean", "low", "high", "next_low", "next_high")
    told |= {name: float(back(getattr(effects, name))) for name in ends}
    told |= {"q": effects.q, "p": effects.p_value, "i_squared": effects.i_squared}
    return {"centres": len(known), **told, "tau": effects.tau}
