"""D-calibration: whether cases are evenly spread over predicted survival at their own time."""

from __future__ import annotations

from typing import Any

from workbench.methods.survival.evaluation_input import NULL
from workbench.report.artefacts import Absent
from workbench.report.plots.shares import ShareBar, shares, shares_csv
from workbench.report.ranking.figure import Figure
from workbench.report.run import Run
from workbench.report.sections.null_model import cell
from workbench.report.tables import table
from workbench.report.words import percent


def d_calibration(run: Run) -> dict[str, Any]:
    """Return the bars of the run's model, and the test of every model."""
    words = run.words
    rows = run.artefacts.rows("d_calibration_bins.csv", "model", "low", "high", "share")
    own = [
        ShareBar(float(row["low"]), float(row["high"]), float(row["share"]))
        for row in rows
        if row["model"] == run.model
    ]
    if not own:
        raise Absent(f"d_calibration_bins.csv has no rows of {run.model}")
    tests = run.artefacts.rows("d_calibration.csv", "model", "statistic", "degrees", "p_value")
    title = words("t_d_calibration")
    picture = shares(
        own,
        x_axis=words("survival_at_own_time"),
        y_axis=words("share_of_cases"),
        label=words("d_calibration_label", said="; ".join(percent(one.share) for one in own)),
    )
    figure = Figure("d-calibration", title, words.drawn(picture), "", shares_csv(own))
    return {
        "figures": [figure],
        "table": table(
            words("d_calibration_test"),
            [words(k) for k in ("model", "chi_square", "degrees", "p_value")],
            [
                [
                    words("null_null model") if row["model"] == NULL else row["model"],
                    words.number(cell(row["statistic"]), 1),
                    row["degrees"],
                    words.number(cell(row["p_value"])),
                ]
                for row in tests
            ],
            numeric=(1, 2, 3),
            note=words("d_calibration_note"),
        ),
    }
