"""Coefficients: how each feature moves the hazard, by the run's model and by a Cox regression."""

from __future__ import annotations

import math
from typing import Any

from workbench.report.artefacts import Row, Told
from workbench.report.languages import Words
from workbench.report.plots.two_values import TwoValues, two_values, two_values_csv
from workbench.report.ranking.figure import Figure
from workbench.report.run import Run
from workbench.report.sections.null_model import cell
from workbench.report.tables import table


def coefficients(run: Run) -> dict[str, Any]:
    """Return the forest of log hazard ratios, and the hazard ratios as a table."""
    words = run.words
    told = run.artefacts.form("proportional_hazards.json", dict[str, Any])
    if told.get("absent"):
        raise Told(words("no_test", why=words.said(str(told["absent"]))))
    rows = run.artefacts.rows("coefficients.csv", "term", "coefficient", "low", "high", "own")
    drawn = [
        TwoValues(
            words.heading(row["term"]),
            *(float(row[key] or "nan") for key in ("coefficient", "low", "high", "own")),
        )
        for row in rows
    ]
    has_own = any(math.isfinite(one.other) for one in drawn)
    said = "; ".join(f"{one.name} {words.number(one.value, 2)}" for one in drawn)
    picture = two_values(
        drawn,
        axis=words("log_hazard_ratio"),
        label=words("coefficients_label", said=said),
        words=(words("cox_all"), run.model if has_own else ""),
        reference=0.0,
    )
    data = two_values_csv(drawn, ("coefficient", "own"))
    title = words("t_coefficients")
    figure = Figure("coefficients", title, words.drawn(picture), "", data)
    own = [words("ratio_of", model=run.model)] if has_own else []
    return {
        "figures": [figure],
        "table": table(
            words("hazard_ratios"),
            [*(words(k) for k in ("feature", "hazard_ratio", "interval_95", "p_value")), *own],
            [_cells(words, row, has_own=has_own) for row in rows],
            numeric=range(1, 4 + has_own),
            note=words("coefficients_note"),
        ),
        "own": run.model if has_own else "",
    }


def _cells(words: Words, row: Row, *, has_own: bool) -> list[str]:
    """Return one feature's hazard ratios."""
    value, low, high, own = (
        None if found is None else math.exp(found)
        for found in (cell(row[key]) for key in ("coefficient", "low", "high", "own"))
    )
    cells = [
        words.heading(row["term"]),
        words.number(value, 2),
        words.ends(low, high, 2),
        words.number(cell(row["p"])),
    ]
    return [*cells, words.number(own, 2)] if has_own else cells
