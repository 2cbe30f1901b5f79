"""Calibration at horizons: whether as many have had the event by then as was predicted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from workbench import metrics
from workbench.errors import WorkbenchError
from workbench.methods.survival.disclosure import LEAST
from workbench.metrics.survival.calibration_groups import calibration_groups
from workbench.report.artefacts import Absent
from workbench.report.followed import Followed
from workbench.report.plots import ReliabilityBin, reliability
from workbench.report.ranking.figure import Figure
from workbench.report.run import Run
from workbench.report.tables import Table, table
from workbench.report.words import heading, number, percent

HORIZONS = 3
GROUPS = 5
MEASURES = {
    "survival-calibration-slope": "Slope (1 is right)",
    "survival-calibration-intercept": "Intercept (0 is right)",
    "survival-oe": "Observed over expected (1 is right)",
    "survival-ici": "ICI, mean distance (0 is right)",
}


def survival_calibration(run: Run) -> dict[str, Any]:
    """Return at up to three times: groups of predicted risk with what was seen, and measures."""
    cases = run.followed
    places = sorted(
        {round(place) for place in np.linspace(0, len(cases.times) - 1, HORIZONS + 1)[1:]}
    )
    found = [(place, _groups(cases, place)) for place in places]
    shown = [(place, groups) for place, groups in found if groups is not None]
    if not shown:
        raise Absent("the follow-up reaches none of the horizons, or there are too few cases")
    figures = [_figure(cases, place, groups) for place, groups in shown]
    return {
        "figures": figures,
        "panels": [
            {"figure": figure, "table": _table(cases, place, groups)}
            for figure, (place, groups) in zip(figures, shown, strict=True)
        ],
        "measures": _measures(cases, [place for place, _ in shown]),
        "missing": [f"{cases.times[place]:g}" for place, groups in found if groups is None],
    }


def _groups(cases: Followed, place: int) -> pd.DataFrame | None:
    """Return predicted and seen risk by a time in groups of at least eleven, None where unknown."""
    predicted = cases.curves[:, place]
    groups = max(1, min(GROUPS, len(predicted) // (2 * LEAST)))
    try:
        table_ = calibration_groups(cases.truth, predicted, cases.times[place], groups=groups)
    except WorkbenchError:
        return None
    table_ = table_[table_["observed"].notna() & (table_["n"] >= LEAST)]
    risk = pd.DataFrame(
        {
            "n": table_["n"].astype(int),
            "predicted": 1 - table_["predicted"],
            "seen": 1 - table_["observed"],
            "low": 1 - table_["high"].fillna(table_["observed"]),
            "high": 1 - table_["low"].fillna(table_["observed"]),
        }
    )
    return risk.iloc[::-1].reset_index(drop=True) if len(risk) else None


def _figure(cases: Followed, place: int, groups: pd.DataFrame) -> Figure:
    """Return the plot of one horizon with its rows."""
    time = f"{cases.times[place]:g}"
    said = "; ".join(
        f"predicted {percent(row['predicted'])}, seen {percent(row['seen'])}"
        for row in groups.to_dict("records")
    )
    title = f"{heading(cases.axis)} {time}"
    return Figure(f"calibration-{time}", title, _plot(groups, time, said), "", groups)


def _plot(groups: pd.DataFrame, time: str, said: str) -> Markup:
    """Draw seen over predicted risk."""
    middle = groups["predicted"].to_numpy()
    edges = np.concatenate([[0.0], (middle[1:] + middle[:-1]) / 2, [1.0]])
    bins = [
        ReliabilityBin(
            edges[row],
            edges[row + 1],
            int(one["n"]),
            *(float(one[name]) for name in ("predicted", "seen", "low", "high")),
        )
        for row, one in enumerate(groups.to_dict("records"))
    ]
    return reliability(
        bins,
        x_axis=f"predicted risk by {time}",
        y_axis="risk seen (Kaplan-Meier)",
        label=f"Calibration at {time}: {said}",
    )


def _table(cases: Followed, place: int, groups: pd.DataFrame) -> Table:
    """Return the groups of one horizon as a table."""
    return table(
        f"Risk by {heading(cases.axis).lower()} {cases.times[place]:g}, by predicted risk",
        ["Group", "n", "Predicted", "Seen", "95\u202f% interval"],
        [
            [
                number(row + 1),
                number(int(one["n"])),
                percent(one["predicted"]),
                percent(one["seen"]),
                f"{percent(one['low'])} to {percent(one['high'])}",
            ]
            for row, one in enumerate(groups.to_dict("records"))
        ],
        numeric=range(1, 5),
        note="Groups of equal size by prediction; Kaplan-Meier, interval on the scale log(-log S).",
    )


def _measures(cases: Followed, places: list[int]) -> Table:
    """Return the catalogue's measures of calibration at each horizon."""
    return table(
        "Measures of calibration",
        ["Measure", *(f"{cases.times[place]:g}" for place in places)],
        [
            [title, *(_value(name, cases, place) for place in places)]
            for name, title in MEASURES.items()
        ],
        numeric=range(1, len(places) + 1),
        note="Censoring is weighted for. Intervals stand in the score where the challenge asks.",
    )


def _value(name: str, cases: Followed, place: int) -> str:
    """Return one measure at one horizon, a dash where it has no value."""
    try:
        metric = metrics.get(name, (), horizon=cases.times[place])
        return number(float(metric(cases.truth, cases.curves[:, place])), 2)
    except WorkbenchError:
        return "–"
