"""Survival under each strategy, by the main estimator; the naive curves after it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from workbench.methods.survival.horizons import horizons_of
from workbench.report.artefacts import Row, Told
from workbench.report.emulation.trial import NAIVE, Trial
from workbench.report.languages import Words
from workbench.report.plots.curve_rows import StepSeries, at_risk_csv, series_of_table, steps_csv
from workbench.report.plots.step_curves import step_curves
from workbench.report.ranking.figure import Figure

MOST_TICKS = 6


def curves(trial: Trial) -> dict[str, Any]:
    """Return the curves with the numbers at risk below them."""
    if not trial.open:
        raise Told(trial.words("closed").rstrip("."))
    words = trial.words
    first, second = trial.protocol.names
    caption = words(
        "curves_caption", estimator=words.estimator(trial.main), first=first, second=second
    )
    shown = [*_figures(trial, trial.main, words("t_curves"), caption)]
    naive = []
    if trial.main != NAIVE:
        naive = [*_figures(trial, NAIVE, words("naive_curves"), "")]
    return {"figures": [*shown, *naive], "main": shown[0], "naive": naive[:1]}


def _figures(trial: Trial, estimator: str, title: str, caption: str) -> list[Figure]:
    """Return one estimator's curves, and the numbers at risk as a file of their own."""
    words = trial.words
    rows = trial.rows("curves.csv", estimator)
    ticks = _ticks(rows)
    series = [
        replace(one, at_risk=_at_risk(rows, one.name, ticks))
        for one in series_of_table(_frame(rows), "strategy", "day", "survival")
    ]
    picture = step_curves(
        series,
        ticks=[(day, f"{day:g}") for day in ticks],
        x_axis=words("days"),
        y_axis=words("survival"),
        label=words("labelled", title=title, said=_said(words, series)),
        at_risk=words("at_risk"),
    )
    picture = words.drawn(picture)
    return [
        Figure(f"curves-{estimator}", title, picture, caption, steps_csv(series)),
        Figure(f"at-risk-{estimator}", title, picture, caption, at_risk_csv(series, ticks)),
    ]


def _frame(rows: list[Row]) -> pd.DataFrame:
    """Return the curves as numbers."""
    columns = ("day", "survival", "low", "high")
    numbers = {name: [float(row[name] or "nan") for row in rows] for name in columns}
    return pd.DataFrame({"strategy": [row["strategy"] for row in rows], **numbers})


def _ticks(rows: list[Row]) -> list[float]:
    """Return 0 and at most six days that the curves have, evenly taken, the last among them."""
    days = sorted({float(row["day"]) for row in rows})
    return [0.0, *horizons_of([day for day in days if day > 0], MOST_TICKS)]


def _at_risk(rows: list[Row], strategy: str, ticks: list[float]) -> list[str]:
    """Return what is written below each tick; nothing beyond the end of the curve."""
    own = [row for row in rows if row["strategy"] == strategy]
    days = np.array([float(row["day"]) for row in own])
    found = []
    for tick in ticks:
        place = int(np.searchsorted(days, tick, side="right")) - 1
        known = place >= 0 and tick <= days[-1]
        found.append(own[place]["at_risk"] if known else "")
    return found if any(found) else []


def _said(words: Words, series: list[StepSeries]) -> str:
    """Return where each curve ends, in words."""
    return "; ".join(f"{one.name} {words.number(one.steps[-1][1])}" for one in series if one.steps)
