"""Calibration at horizons: whether as many have had the event by then as was predicted."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench.methods.survival.disclosure import LEAST
from workbench.report.artefacts import Row, Told
from workbench.report.followed import Followed
from workbench.report.languages import Words
from workbench.report.plots.survival_calibration import (
    CalibrationRow,
    calibration_csv,
    calibration_rows,
    survival_calibration,
)
from workbench.report.ranking.figure import Figure
from workbench.report.run import Run
from workbench.report.sections.null_model import cell_interval
from workbench.report.tables import Table, table
from workbench.report.words import percent

MEASURES = (
    "survival-calibration-slope",
    "survival-calibration-intercept",
    "survival-oe",
    "survival-ici",
)
NUMBERS = ["predicted", "observed", "low", "high"]


def calibration(run: Run) -> dict[str, Any]:
    """Return at up to three times: the smooth curve, groups with what was seen, and measures."""
    cases = run.followed
    curves = _of_model(run, "calibration_curves.csv", *NUMBERS)
    groups = _of_model(run, "calibration_groups.csv", "n", *NUMBERS)
    horizons = list(dict.fromkeys(row["horizon"] for row in groups))
    if not horizons:
        raise Told(run.words("no_horizon"))
    parts = [_panel(run.words, cases, time, curves, groups) for time in horizons]
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


def _panel(
    words: Words, cases: Followed, time: str, curves: list[Row], groups: list[Row]
) -> dict[str, Any]:
    """Return plot and table of one horizon."""
    horizon = float(time)
    at = words.short(horizon)
    smooth, points = calibration_rows(
        _frame([row for row in curves if row["horizon"] == time], NUMBERS),
        _frame([row for row in groups if row["horizon"] == time], ["n", *NUMBERS]),
    )
    said = "; ".join(
        words("predicted_seen", predicted=percent(one.predicted), seen=percent(one.observed))
        for one in points
        if one.observed == one.observed
    )
    risks = 1.0 - cases.curves[:, cases.times.index(horizon)]
    picture = survival_calibration(
        smooth,
        points,
        risks.tolist(),
        x_axis=words("risk_by", time=at),
        y_axis=words("risk_seen"),
        label=words("calibration_label", time=at, said=said),
    )
    title, rows = words.at(cases.axis, horizon), calibration_csv(smooth, points)
    figure = Figure(f"calibration-{horizon:g}", title, words.drawn(picture), "", rows)
    return {"figure": figure, "table": _groups(words, title, points)}


def _frame(rows: list[Row], columns: list[str]) -> pd.DataFrame:
    """Return columns of numbers; an empty cell is NaN."""
    values = [[float(row[name] or "nan") for name in columns] for row in rows]
    return pd.DataFrame(values, columns=columns)


def _groups(words: Words, title: str, points: list[CalibrationRow]) -> Table:
    """Return the groups of one horizon as a table."""
    return table(
        words("risk_groups", title=title),
        [words(k) for k in ("group", "n", "predicted", "seen", "interval_head")],
        [
            [
                words.number(place),
                words.number(one.n),
                percent(one.predicted),
                _share(one.observed),
                words.from_to(_share(one.low), _share(one.high)),
            ]
            for place, one in enumerate(points, start=1)
        ],
        numeric=range(1, 5),
        note=words("risk_groups_note"),
    )


def _share(value: float) -> str:
    """Return a share, a dash where it is not known."""
    return percent(value) if value == value else "–"


def _measures(run: Run, horizons: list[str]) -> Table:
    """Return the measures of calibration at each horizon, with intervals."""
    words = run.words
    scores = {
        (row["metric"], row["horizon"]): row
        for row in run.artefacts.rows("evaluation.csv", "model", "metric", "horizon", "value")
        if row["model"] == run.model
    }
    rows = [
        [
            words(f"measure_{name}"),
            *(_measure(words, scores.get((name, time))) for time in horizons),
        ]
        for name in MEASURES
    ]
    return table(
        words("measures"),
        [words("measure"), *(words.short(float(time)) for time in horizons)],
        rows,
        numeric=range(1, len(horizons) + 1),
        note=words("weighted_for"),
    )


def _measure(words: Words, row: Row | None) -> str:
    """Return one measure with its interval."""
    return "–" if row is None else cell_interval(words, row, "value")
