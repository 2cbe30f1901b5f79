"""The test of proportional hazards: how each feature's effect moves over time."""

from __future__ import annotations

from typing import Any

from workbench.report.artefacts import Absent, Row
from workbench.report.plots.hazard_residuals import (
    CoefficientRow,
    coefficient_csv,
    hazard_residuals,
)
from workbench.report.ranking.figure import Figure
from workbench.report.run import Run
from workbench.report.sections.null_model import cell
from workbench.report.tables import table
from workbench.report.words import heading, number

MOST = 6
GLOBAL = "GLOBAL"


def proportional(run: Run) -> dict[str, Any]:
    """Return the test of each feature, and the smoothed coefficient of those that move most."""
    told = run.artefacts.form("proportional_hazards.json", dict[str, Any])
    if told.get("absent"):
        raise Absent(f"the Cox model of the features has no test: {told['absent']}")
    rows = run.artefacts.rows("proportional_hazards.csv", "term", "statistic", "df", "p")
    curves = run.artefacts.rows("proportional_hazards_curves.csv", "term", "time", "value")
    single = sorted((r for r in rows if r["term"] != GLOBAL), key=lambda row: float(row["p"]))
    axis = heading(run.followed.axis)
    return {
        "figures": [
            _figure(place, row, [c for c in curves if c["term"] == row["term"]], axis)
            for place, row in enumerate(single[:MOST], start=1)
        ],
        "more": max(0, len(single) - MOST),
        "left_out": [str(name) for name in told.get("left_out", [])],
        "table": table(
            "Test of proportional hazards",
            ["Feature", "Coefficient", "Chi-square", "Degrees", "p"],
            [
                [
                    "All together" if row["term"] == GLOBAL else heading(row["term"]),
                    number(cell(row["coefficient"])),
                    number(cell(row["statistic"]), 2),
                    row["df"],
                    number(cell(row["p"])),
                ]
                for row in rows
            ],
            numeric=range(1, 5),
            note="Score test of a trend over the Kaplan-Meier scale of time (cox.zph of R's "
            "survival 3). The Cox regression has all features that vary, fitted on all cases "
            "whatever the run's model is. Not adjusted for the number of features.",
        ),
    }


def _figure(place: int, row: Row, curve: list[Row], axis: str) -> Figure:
    """Return one feature's coefficient over time."""
    points = [
        CoefficientRow(*(float(one[name] or "nan") for name in ("time", "value", "low", "high")))
        for one in curve
    ]
    name, p = heading(row["term"]), number(cell(row["p"]))
    picture = hazard_residuals(
        points,
        coefficient=float(row["coefficient"]),
        title=name,
        note=f"p = {p}",
        x_axis=axis,
        label=f"Coefficient of {name} over time, p = {p}",
    )
    return Figure(f"proportional-{place}", name, picture, "", coefficient_csv(points))
