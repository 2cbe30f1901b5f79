"""Survival by predicted risk: what was seen in each group, with the numbers at risk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from workbench.methods.survival.curve import StepCurve
from workbench.methods.survival.disclosure import LEAST
from workbench.methods.survival.kaplan_meier import kaplan_meier
from workbench.methods.survival.observed import observe
from workbench.report.artefacts import Told
from workbench.report.followed import Followed
from workbench.report.languages import Words
from workbench.report.plots.curve_rows import (
    StepSeries,
    at_risk_csv,
    step_series,
    steps_csv,
)
from workbench.report.plots.step_curves import step_curves
from workbench.report.ranking.figure import Figure
from workbench.report.run import Run
from workbench.report.tables import Table, table

MOST_TICKS = 7


def risk_curves(run: Run) -> dict[str, Any]:
    """Return Kaplan-Meier curves of the groups of predicted risk, and what was predicted there."""
    cases, words = run.followed, run.words
    codes, names = cases.groups
    names = tuple(words(f"g_{name}") for name in names)
    curves = {
        name: kaplan_meier(observe(cases.time[codes == place], cases.event[codes == place]))
        for place, name in enumerate(names)
        if (codes == place).sum() >= LEAST
    }
    if not curves:
        raise Told(words("no_group", n=LEAST))
    ticks = ticks_of(cases.times)
    series = [_until(one, ticks[-1]) for one in step_series(curves, ticks)]
    said = "; ".join(f"{name} {_ends(words, curve, ticks)}" for name, curve in curves.items())
    picture = step_curves(
        series,
        ticks=[(time, words.short(time)) for time in ticks],
        x_axis=words.heading(cases.axis),
        y_axis=words("without_event"),
        label=words("risk_curves_label", said=said),
        at_risk=words("at_risk"),
    )
    picture = words.drawn(picture)
    title = words("t_risk_curves")
    return {
        "plot": picture,
        "figures": [
            Figure("risk-curves", title, picture, "", steps_csv(series)),
            Figure("risk-curves-at-risk", title, picture, "", at_risk_csv(series, ticks)),
        ],
        "table": _predicted(words, cases, names, curves),
        "missing": [name for name in names if name not in curves],
    }


def _until(one: StepSeries, last: float) -> StepSeries:
    """Return a curve up to the last of the card's times: nothing is predicted beyond."""
    steps = [step for step in one.steps if step[0] <= last]
    if one.steps[-1][0] > last and steps[-1][0] < last:
        steps.append((last, *steps[-1][1:]))
    return replace(one, steps=steps)


def ticks_of(times: tuple[float, ...]) -> list[float]:
    """Return 0 and at most six of the times, evenly taken, the last among them.

    >>> ticks_of((1.0, 2.0, 3.0))
    [0.0, 1.0, 2.0, 3.0]
    """
    most = MOST_TICKS - 1
    if len(times) > most:
        places = np.linspace(0, len(times) - 1, most).round().astype(int)
        times = tuple(times[place] for place in places)
    return [0.0, *times]


def _ends(words: Words, curve: StepCurve, ticks: list[float]) -> str:
    """Return survival at the last tick in words."""
    row = curve.at(ticks[-1]).iloc[0]
    return words.number(float(row["value"]), 2)


def _predicted(
    words: Words, cases: Followed, names: tuple[str, ...], curves: dict[str, StepCurve]
) -> Table:
    """Return observed beside predicted survival of each group at the card's times."""
    codes, _ = cases.groups
    rows = []
    for name, curve in curves.items():
        members = codes == names.index(name)
        seen = curve.at(cases.times)
        for place, time in enumerate(cases.times):
            row = seen.iloc[place]
            observed = words.interval(*(_known(row[key]) for key in ("value", "low", "high")))
            predicted = float(cases.curves[members, place].mean())
            rows.append([name, words.short(time), observed, words.number(predicted)])
    return table(
        words("seen_and_predicted"),
        [words(k) for k in ("predicted_risk", "time", "seen_interval", "predicted")],
        rows,
        numeric=(1, 2, 3),
        note=words("greenwood"),
    )


def _known(value: float) -> float | None:
    """Return a number, None for NaN."""
    return None if np.isnan(value) else float(value)
