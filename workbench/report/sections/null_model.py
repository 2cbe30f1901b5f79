"""Every metric beside the null model's: what the answers are worth beyond knowing nothing."""

from __future__ import annotations

import math
import re
from typing import Any

from markupsafe import Markup

from workbench.methods.survival.evaluation_input import NULL
from workbench.report.artefacts import Absent, Row
from workbench.report.languages import Words
from workbench.report.run import Run
from workbench.report.tables import Table, table

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
    words = run.words
    first, *others = (_of_model(words, name, scores, gaps, letters, told) for name in models)
    worse = [one for one in said if WORSE in one]
    own = [one for one in worse if one.startswith(f"{run.model}{WORSE}")]
    return {
        "worse": [statement(words, one) for one in own],
        "others_worse": [statement(words, one) for one in worse if one not in own],
        "said": [statement(words, one) for one in said if WORSE not in one],
        "missed": [words.short(time) for time in told.get("not_reached", [])],
        "table": first,
        "others": others,
        "conventions": table(
            words("conventions"),
            ["", words("convention")],
            [[letter, words.convention(one)] for one, letter in letters.items()],
        ),
        "pairs": _pairs(words, gaps),
    }


def statement(words: Words, text: str) -> str:
    """Return a sentence of the evaluation with its metrics named as in the tables."""
    if words.language == "en":
        return text
    label = re.search(r"(?<= by )[a-z][\w.-]*[\w](?=[:.,])", text)
    told = words.said(text)
    if label and not isinstance(told, Markup):
        return told.replace(words.mark(label[0]), words("quoted", what=words.metric(label[0])))
    return told


def _letters(scores: list[Row]) -> dict[str, str]:
    """Return a short name for each convention: many metrics share one."""
    words = dict.fromkeys(row["convention"] for row in scores)
    return {one: f"c{place}" for place, one in enumerate(words, start=1)}


def _of_model(
    words: Words,
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
                words.metric(label),
                cell_interval(words, row, "value"),
                words.number(cell(null[label]["value"])),
                cell_interval(words, gap[label], "difference"),
                _better(words, row),
                letters[row["convention"]],
            ]
        )
    facts = told.get("facts", {})
    return table(
        words("beside_null", model=model),
        [words(k) for k in ("metric", "model", "null_model", "minus_null", "better", "convention")],
        rows,
        numeric=(1, 2, 3),
        note=words(
            "null_note",
            level=words.level(facts.get("level", 0.95)),
            resamples=words.number(facts.get("resamples")),
        ),
    )


def _pairs(words: Words, gaps: list[Row]) -> Table | None:
    """Return the paired differences between models, the null model aside."""
    pairs = [row for row in gaps if row["second"] != NULL]
    if not pairs:
        return None
    return table(
        words("pairs"),
        [words(k) for k in ("metric", "first", "second", "first_minus", "told_apart")],
        [
            [
                words.metric(row["label"]),
                words.get(f"null_{row['first']}", row["first"]),
                row["second"],
                cell_interval(words, row, "difference"),
                words("is_better", name=row["better"]) if row["better"] else words("no"),
            ]
            for row in pairs
        ],
        numeric=(3,),
        note=words("not_adjusted"),
    )


def _better(words: Words, row: Row) -> str:
    """Return which values are better."""
    if row["direction"] == "target":
        return words("nearer", target=words.short(float(row["target"])))
    return words.better(row["direction"])


def cell_interval(words: Words, row: Row, name: str) -> str:
    """Return a value of a row with its interval."""
    value, low, high = (cell(row[column]) for column in (name, "low", "high"))
    return words.interval(value, low, high)


def cell(text: str) -> float | None:
    """Return a cell as a number, None where there is none; rounding of 1e-16 is 0."""
    if text in ("", "nan"):
        return None
    value = float(text)
    return round(value, 12) + 0.0 if math.isfinite(value) else None
