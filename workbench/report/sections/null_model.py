"""Every metric beside the null model's: what the answers are worth beyond knowing nothing."""

from __future__ import annotations

import math
from typing import Any

from workbench.methods.survival.evaluation_input import NULL
from workbench.report.artefacts import Absent, Row
from workbench.report.run import Run
from workbench.report.tables import Table, table
from workbench.report.words import heading, interval, level, number

WORSE = f" is worse than the {NULL}"


def null_model(run: Run) -> dict[str, Any]:
    """Return all metrics of every model beside the null model's, with the paired differences.

    The null model knows the outcomes of the cases it is judged on, but nothing about any one of
    them: their Kaplan-Meier curve for everybody, or the same risk for all.
    """
    told = run.artefacts.form("evaluation.json", dict[str, Any])
    if told.get("absent"):
        raise Absent(f"the models could not be evaluated: {told['absent']}")
    scores = run.artefacts.rows("evaluation.csv", "model", "label", "value", "low", "high")
    gaps = run.artefacts.rows("evaluation_differences.csv", "label", "first", "second")
    models = [name for name in dict.fromkeys(row["model"] for row in scores) if name != NULL]
    said = [str(words) for words in told.get("statements", [])]
    letters = _letters(scores)
    first, *others = (_of_model(name, scores, gaps, letters, told) for name in models)
    worse = [words for words in said if WORSE in words]
    return {
        "worse": [words for words in worse if words.startswith(f"{run.model}{WORSE}")],
        "others_worse": [w for w in worse if not w.startswith(f"{run.model}{WORSE}")],
        "said": [words for words in said if WORSE not in words],
        "missed": [f"{time:g}" for time in told.get("not_reached", [])],
        "table": first,
        "others": others,
        "conventions": table(
            "Conventions of the metrics",
            ["", "Convention"],
            [[letter, words] for words, letter in letters.items()],
        ),
        "pairs": _pairs(gaps),
    }


def _letters(scores: list[Row]) -> dict[str, str]:
    """Return a short name for each convention: many metrics share one."""
    words = dict.fromkeys(row["convention"] for row in scores)
    return {one: f"c{place}" for place, one in enumerate(words, start=1)}


def _of_model(
    model: str,
    scores: list[Row],
    gaps: list[Row],
    letters: dict[str, str],
    told: dict[str, Any],
) -> Table:
    """Return one row a metric: the model, the null model, their difference, the convention."""
    null = {row["label"]: row for row in scores if row["model"] == NULL}
    gap = {r["label"]: r for r in gaps if r["first"] == model and r["second"] == NULL}
    rows = []
    for row in scores:
        if row["model"] != model:
            continue
        label = row["label"]
        rows.append(
            [
                heading(label),
                cell_interval(row, "value"),
                number(cell(null[label]["value"])),
                cell_interval(gap[label], "difference"),
                _better(row),
                letters[row["convention"]],
            ]
        )
    facts = told.get("facts", {})
    return table(
        f"All metrics of {model} beside the null model",
        ["Metric", "Model", "Null model", "Model minus null", "Better", "Convention"],
        rows,
        numeric=(1, 2, 3),
        note=f"{level(facts.get('level', 0.95))} percentile intervals, "
        f"{number(facts.get('resamples'))} resamples of persons, the same for all models. Where a "
        "metric has a target, the difference is of the distances from it.",
    )


def _pairs(gaps: list[Row]) -> Table | None:
    """Return the paired differences between models, the null model aside."""
    pairs = [row for row in gaps if row["second"] != NULL]
    if not pairs:
        return None
    return table(
        "Differences between models on the same resamples",
        ["Metric", "First", "Second", "First minus second", "Told apart"],
        [
            [
                heading(row["label"]),
                row["first"],
                row["second"],
                cell_interval(row, "difference"),
                f"{row['better']} is better" if row["better"] else "no",
            ]
            for row in pairs
        ],
        numeric=(3,),
        note="Not adjusted for the number of comparisons.",
    )


def _better(row: Row) -> str:
    """Return which values are better."""
    if row["direction"] == "target":
        return f"nearer {cell(row['target']):g}"
    return {"maximize": "higher", "minimize": "lower"}[row["direction"]]


def cell_interval(row: Row, name: str) -> str:
    """Return a value of a row with its interval."""
    value, low, high = (cell(row[column]) for column in (name, "low", "high"))
    return interval(value, low, high)


def cell(text: str) -> float | None:
    """Return a cell as a number, None where there is none; rounding of 1e-16 is 0."""
    if text in ("", "nan"):
        return None
    value = float(text)
    return round(value, 12) + 0.0 if math.isfinite(value) else None
