"""Scores of a run: its model, each baseline, their paired differences, and values per fold."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench import scoring
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
    truth = as_truth(table, challenge)
    run.write_csv("truth.csv", truth)
    submissions = {
        name: as_submission(found[found["repeat"] == 0], challenge)
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
    run.write_json("folds.json", [_spread(n, p, table, challenge) for n, p in predictions.items()])
    return ScoreSheet.from_json(run.read_text("score.json")), rows


def as_json(sheet: ScoreSheet) -> dict[str, Any]:
    """Return a score sheet as JSON-ready values."""
    content: dict[str, Any] = sheet.model_dump(mode="json")
    return content


def as_submission(predictions: pd.DataFrame, challenge: Challenge) -> pd.DataFrame:
    """Return predictions in the challenge's submission form: key, one column per class.

    Args:
        predictions: Columns ``case`` and ``p_<class>``; other columns are dropped.
        challenge: The challenge whose key and classes name the columns.
    """
    columns = {"case": challenge.key, **{f"p_{name}": name for name in challenge.classes}}
    table = predictions.rename(columns=columns)[list(columns.values())]
    return table.sort_values(challenge.key, ignore_index=True)


def as_truth(table: pd.DataFrame, challenge: Challenge) -> pd.DataFrame:
    """Return a run's labels in the challenge's form: key, unit and label columns."""
    columns = {"case": challenge.key, "person": challenge.unit, "label": challenge.label}
    truth = table.rename(columns=columns)[list(columns.values())]
    return truth.sort_values(challenge.key, ignore_index=True)


def summarise(values: list[float]) -> dict[str, float]:
    """Return mean, standard deviation (n - 1), smallest and largest of values over folds.

    >>> summarise([0.5, 1.0])
    {'mean': 0.75, 'sd': 0.3535533905932738, 'min': 0.5, 'max': 1.0, 'n': 2}
    """
    series = pd.Series(values, dtype=float)
    return {
        "mean": float(series.mean()),
        "sd": float(series.std(ddof=1)) if len(series) > 1 else 0.0,
        "min": float(series.min()),
        "max": float(series.max()),
        "n": len(series),
    }


def _spread(
    model: str, predictions: pd.DataFrame, table: pd.DataFrame, challenge: Challenge
) -> dict[str, Any]:
    """Return one model's primary metric for every repeat and fold, with mean and spread."""
    metric = challenge.metric_objects[challenge.primary]
    rows = []
    for place, part in predictions.groupby(["repeat", "fold"], sort=True):
        repeat, fold = (int(str(number)) for number in place)
        cases = table[table["case"].isin(part["case"])]
        truth = load_truth(as_truth(cases, challenge), challenge)
        answers = Answers(as_submission(part, challenge), truth, challenge)
        value = float(metric.columns(answers.truth, answers.prediction(metric))[0])
        rows.append({"repeat": repeat, "fold": fold, "n": len(part), "value": value})
    return {
        "model": model,
        "metric": metric.label,
        "folds": rows,
        "summary": summarise([row["value"] for row in rows]),
    }
