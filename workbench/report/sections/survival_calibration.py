"""Calibration at horizons: whether as many have had the event by then as was predicted."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench.methods.survival.disclosure import LEAST
from workbench.report.artefacts import Absent, Row
from workbench.report.followed import Followed
from workbench.report.plots.survival_calibration import (
    CalibrationRow,
    calibration_csv,
    calibration_rows,
    survival_calibration,
)
from workbench.report.ranking.figure import Figure
from workbench.report.run import Run
from workbench.report.sections.null_model import cell, cell_interval
from workbench.report.tables import Table, table
from workbench.report.words import heading, number, percent

MEASURES = {
    "survival-calibration-slope": "Slope (1 is right)",
    "survival-calibration-intercept": "Intercept (0 is right)",
    "survival-oe": "Observed over expected (1 is right)",
    "survival-ici": "ICI, mean distance (0 is right)",
}
NUMBERS = ["predicted", "observed", "low", "high"]


def calibration(run: Run) -> dict[str, Any]:
    """Return at up to three times: the smooth curve, groups with what was seen, and measures."""
    cases = run.followed
    curves = _of_model(run, "calibration_curves.csv", *NUMBERS)
    groups = _of_model(run, "calibration_groups.csv", "n", *NUMBERS)
    horizons = list(dict.fromkeys(row["horizon"] for row in groups))
    if not horizons:
        raise Absent("the follow-up reaches none of the horizons")
    parts = [_panel(cases, time, curves, groups) for time in horizons]
    return {
        "figures": [part["figure"] for part in parts],
        "panels": parts,
        "measures": _measures(run, horizons),
        "least": LEAST,
    }


def _of_model(run: Run, name: str, *needed: str) -> list[Row]:
    """Return the rows of a table that are of the run's own model."""
    rows = run.artefacts.rows(name, "model", "horizon", *needed)
    return [row for row in rows if row["model"] == run.model]


def _panel(cases: Followed, time: str, curves: list[Row], groups: list[Row]) -> dict[str, Any]:
    """Return plot and table of one horizon."""
    horizon = float(time)
    at = f"{horizon:g}"
    smooth, points = calibration_rows(
        _frame([row for row in curves if row["horizon"] == time], NUMBERS),
        _frame([row for row in groups if row["horizon"] == time], ["n", *NUMBERS]),
    )
    said = "; ".join(
        f"predicted {percent(one.predicted)}, seen {percent(one.observed)}"
        for one in points
        if one.observed == one.observed
    )
    risks = 1.0 - cases.curves[:, cases.times.index(horizon)]
    picture = survival_calibration(
        smooth,
        points,
        risks.tolist(),
        x_axis=f"predicted risk by {at}",
        y_axis="risk seen",
        label=f"Calibration at {at}: {said}",
    )
    title = f"{heading(cases.axis)} {at}"
    figure = Figure(f"calibration-{at}", title, picture, "", calibration_csv(smooth, points))
    return {"figure": figure, "table": _groups(title, points)}


def _frame(rows: list[Row], columns: list[str]) -> pd.DataFrame:
    """Return columns of numbers; an empty cell is NaN."""
    values = [[float(row[name] or "nan") for name in columns] for row in rows]
    return pd.DataFrame(values, columns=columns)


def _groups(title: str, points: list[CalibrationRow]) -> Table:
    """Return the groups of one horizon as a table."""
    return table(
        f"Groups of predicted risk, {title.lower()}",
        ["Group", "n", "Predicted", "Seen", "Interval"],
        [
            [
                number(place),
                number(one.n),
                percent(one.predicted),
                _share(one.observed),
                f"{_share(one.low)} to {_share(one.high)}",
            ]
            for place, one in enumerate(points, start=1)
        ],
        numeric=range(1, 5),
        note="Groups of equal size by prediction; Kaplan-Meier, interval on the scale log(-log S).",
    )


def _share(value: float) -> str:
    """Return a share, a dash where it is not known."""
    return percent(value) if value == value else "–"


def _measures(run: Run, horizons: list[str]) -> Table:
    """Return the measures of calibration at each horizon, with intervals."""
    scores = {
        (row["metric"], row["horizon"]): row
        for row in run.artefacts.rows("evaluation.csv", "model", "metric", "horizon", "value")
        if row["model"] == run.model
    }
    rows = [
        [title, *(_measure(scores.get((name, time))) for time in horizons)]
        for name, title in MEASURES.items()
    ]
    tests = [r for r in run.artefacts.rows("d_calibration.csv") if r.get("model") == run.model]
    told = "; ".join(
        f"D-calibration, all times at once: chi-square {number(cell(r['statistic']), 1)} on "
        f"{r['degrees']} degrees of freedom, p = {number(cell(r['p_value']))}, cases counted as "
        "independent"
        for r in tests
    )
    return table(
        "Measures of calibration",
        ["Measure", *(f"{float(time):g}" for time in horizons)],
        rows,
        numeric=range(1, len(horizons) + 1),
        note=f"Censoring is weighted for. {told}.",
    )


def _measure(row: Row | None) -> str:
    """Return one measure with its interval."""
    return "–" if row is None else cell_interval(row, "value")
