"""The test of proportional hazards: how each feature's effect moves over time."""

from __future__ import annotations

from typing import Any

from workbench.report.artefacts import Row, Told
from workbench.report.languages import Words
from workbench.report.plots.hazard_residuals import (
    CoefficientRow,
    coefficient_csv,
    hazard_residuals,
)
from workbench.report.ranking.figure import Figure
from workbench.report.run import Run
from workbench.report.sections.null_model import cell
from workbench.report.tables import table

MOST = 6
GLOBAL = "GLOBAL"


def proportional(run: Run) -> dict[str, Any]:
    """Return the test of each feature, and the smoothed coefficient of those that move most."""
    told = run.artefacts.form("proportional_hazards.json", dict[str, Any])
    if told.get("absent"):
        raise Told(run.words("no_test", why=run.words.said(told["absent"])))
    rows = run.artefacts.rows("proportional_hazards.csv", "term", "statistic", "df", "p")
    curves = run.artefacts.rows("proportional_hazards_curves.csv", "term", "time", "value")
    single = sorted((r for r in rows if r["term"] != GLOBAL), key=lambda row: float(row["p"]))
    words = run.words
    axis = words.heading(run.followed.axis)
    return {
        "figures": [
            _figure(words, place, row, [c for c in curves if c["term"] == row["term"]], axis)
            for place, row in enumerate(single[:MOST], start=1)
        ],
        "more": max(0, len(single) - MOST),
        "left_out": [words.heading(str(name)) for name in told.get("left_out", [])],
        "table": table(
            words("proportional_test"),
            [words(k) for k in ("feature", "coefficient", "chi_square", "degrees", "p_value")],
            [
                [
                    words("together") if row["term"] == GLOBAL else words.heading(row["term"]),
                    words.number(cell(row["coefficient"])),
                    words.number(cell(row["statistic"]), 2),
                    row["df"],
                    words.number(cell(row["p"])),
                ]
                for row in rows
            ],
            numeric=range(1, 5),
            note=words("proportional_note"),
        ),
    }


def _figure(words: Words, place: int, row: Row, curve: list[Row], axis: str) -> Figure:
    """Return one feature's coefficient over time."""
    points = [
        CoefficientRow(*(float(one[name] or "nan") for name in ("time", "value", "low", "high")))
        for one in curve
    ]
    name, p = words.heading(row["term"]), words.number(cell(row["p"]))
    picture = hazard_residuals(
        points,
        coefficient=float(row["coefficient"]),
        title=name,
        note=f"p = {p}",
        x_axis=axis,
        label=words("proportional_label", name=name, p=p),
    )
    picture = words.drawn(picture)
    return Figure(f"proportional-{place}", name, picture, "", coefficient_csv(points))
