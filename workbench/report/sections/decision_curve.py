"""The decision curve: what acting on the predicted risk is worth, beside acting on everybody."""

from __future__ import annotations

import math
from typing import Any

from workbench.methods.survival.decision_curve import EVERYBODY, NOBODY
from workbench.report.artefacts import Row, Told
from workbench.report.languages import Words
from workbench.report.plots.decision import MOST, BenefitCurve, decision_csv, decision_plot
from workbench.report.ranking.figure import Figure
from workbench.report.run import Run
from workbench.report.tables import Table, table
from workbench.report.words import percent

ROWS = 8
"""Thresholds in the table; the file has all."""


def decision_curve(run: Run) -> dict[str, Any]:
    """Return the curves of the model, of its baselines and of acting on everybody."""
    words = run.words
    rows = run.artefacts.rows(
        "decision_curve.csv", "model", "horizon", "threshold", "net_benefit", "low", "high"
    )
    names = list(dict.fromkeys(row["model"] for row in rows if row["model"] != NOBODY))
    curves = [_curve(words, name, rows) for name in names]
    if not any(math.isfinite(point[1]) for one in curves for point in one.points):
        raise Told(words("no_benefit"))
    models = [one for one, name in zip(curves, names, strict=True) if name != EVERYBODY]
    everybody = [one for one, name in zip(curves, names, strict=True) if name == EVERYBODY]
    at = words.at(run.followed.axis, float(rows[0]["horizon"]))
    title = words("benefit_by", time=at)
    picture = decision_plot(
        [*models[: MOST - 1], *everybody],
        x_axis=words("acts_from", time=at),
        y_axis=words("net_benefit"),
        label=words("decision_label", time=at, said=_said(words, curves[0])),
    )
    figure = Figure("decision-curve", title, words.drawn(picture), "", decision_csv(curves))
    return {"figures": [figure], "table": _table(words, title, curves)}


def _curve(words: Words, name: str, rows: list[Row]) -> BenefitCurve:
    """Return one curve; acting on everybody is called so in the language of the page."""
    points = [
        tuple(float(row[key] or "nan") for key in ("threshold", "net_benefit", "low", "high"))
        for row in rows
        if row["model"] == name
    ]
    shown = words("act_on_everybody") if name == EVERYBODY else name
    return BenefitCurve(shown, [(x, y, low, high) for x, y, low, high in points])


def _said(words: Words, one: BenefitCurve) -> str:
    """Return where the model's curve is at three thresholds, in words."""
    known = [point for point in one.points if math.isfinite(point[1])]
    places = sorted({0, len(known) // 2, len(known) - 1}) if known else []
    return "; ".join(f"{percent(known[i][0])}: {words.number(known[i][1])}" for i in places)


def _table(words: Words, title: str, curves: list[BenefitCurve]) -> Table:
    """Return net benefits at some thresholds, one column a curve."""
    n = len(curves[0].points)
    places = sorted({round(i * (n - 1) / (ROWS - 1)) for i in range(ROWS)})
    return table(
        title,
        [words("threshold"), *(one.name for one in curves)],
        [
            [
                words.percent(curves[0].points[i][0]),
                *(_cell(words, one.points[i]) for one in curves),
            ]
            for i in places
        ],
        numeric=range(1, len(curves) + 1),
        note=words("decision_note"),
    )


def _cell(words: Words, point: tuple[float, float, float, float]) -> str:
    """Return one net benefit with its interval, a dash where it is not shown."""
    value, low, high = (end if math.isfinite(end) else None for end in point[1:])
    return words.interval(value, low, high)
