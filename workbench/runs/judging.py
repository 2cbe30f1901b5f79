"""Scores of a run: its model, each baseline, their paired differences, and values per fold."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from workbench import scoring
from workbench.errors import DataError
from workbench.runs.answers import RunAnswer
from workbench.runs.folder import RunFolder
from workbench.runs.planning import Plan
from workbench.scoring import Challenge, ScoreSheet, load_truth
from workbench.scoring.scorer import Answers


def judge_run(
    plan: Plan, run: RunFolder, table: pd.DataFrame, predictions: dict[str, pd.DataFrame]
) -> tuple[ScoreSheet, list[dict[str, Any]]]:
    """Score the run's model and its baselines on the same cases and write what was scored.

    The first repeat is the scored one; every repeat and fold stands in ``folds.json``. Each
    ``predictions.parquet`` is a valid submission file, and scoring it with ``truth.csv`` by hand
    gives the very bytes of its ``score.json``.

    Returns:
        The model's score sheet, and one comparison row per model.
    """
    challenge, judged = plan.challenge, plan.config.challenge
    how: dict[str, Any] = {"resamples": judged.resamples, "level": judged.level}
    truth = plan.answer.truth(table)
    run.write_csv("truth.csv", truth)
    submissions = {
        name: plan.answer.submission(found[found["repeat"] == 0])
        for name, found in predictions.items()
    }
    first = plan.candidates[0].name
    rows: list[dict[str, Any]] = []
    for name, submission in submissions.items():
        sheet = scoring.score(submission, truth, challenge, **how)
        place = "" if name == first else f"baselines/{name}/"
        run.write_parquet(f"{place}predictions.parquet", submission)
        run.write_text(f"{place}score.json", sheet.to_json())
        row: dict[str, Any] = {"model": name, "baseline": name != first, "score": as_json(sheet)}
        if name != first:
            row["difference"] = scoring.paired_difference(
                submissions[first], submission, truth, challenge, **how
            )
        rows.append(row)
    run.write_json("comparison.json", rows)
    spreads = [_spread(n, p, table, challenge, plan.answer) for n, p in predictions.items()]
    run.write_json("folds.json", spreads)
    return ScoreSheet.from_json(run.read_text("score.json")), rows


def as_json(sheet: ScoreSheet) -> dict[str, Any]:
    """Return a score sheet as JSON-ready values."""
    content: dict[str, Any] = sheet.model_dump(mode="json")
    return content


def summarise(values: list[float | None]) -> dict[str, float | None]:
    """Return mean, standard deviation (n - 1), smallest and largest of values over folds.

    A fold without a value is left out; ``n`` counts the others.

    >>> summarise([0.5, 1.0, None])
    {'mean': 0.75, 'sd': 0.3535533905932738, 'min': 0.5, 'max': 1.0, 'n': 2}
    """
    series = pd.Series([value for value in values if value is not None], dtype=float)
    if series.empty:
        return {"mean": None, "sd": None, "min": None, "max": None, "n": 0}
    return {
        "mean": float(series.mean()),
        "sd": float(series.std(ddof=1)) if len(series) > 1 else 0.0,
        "min": float(series.min()),
        "max": float(series.max()),
        "n": len(series),
    }


def _spread(
    model: str,
    predictions: pd.DataFrame,
    table: pd.DataFrame,
    challenge: Challenge,
    answer: RunAnswer,
) -> dict[str, Any]:
    """Return one model's primary metric for every repeat and fold, with mean and spread."""
    rows = []
    for place, part in predictions.groupby(["repeat", "fold"], sort=True):
        repeat, fold = (int(str(number)) for number in place)
        cases = table[table["case"].isin(part["case"])]
        value = _value(answer.submission(part), answer.truth(cases), challenge)
        rows.append({"repeat": repeat, "fold": fold, "n": len(part), "value": value})
    return {
        "model": model,
        "metric": challenge.metric_objects[challenge.primary].label,
        "folds": rows,
        "summary": summarise([row["value"] for row in rows]),
    }


def _value(submission: pd.DataFrame, labels: pd.DataFrame, challenge: Challenge) -> float | None:
    """Return the primary metric of one fold, None where its few cases do not carry it."""
    metric = challenge.metric_objects[challenge.primary]
    try:
        answers = Answers(submission, load_truth(labels, challenge), challenge)
        value = float(metric.columns(answers.truth, answers.prediction(metric))[0])
    except DataError:
        return None
    return None if math.isnan(value) else value
