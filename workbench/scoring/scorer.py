"""The one scorer: training evaluation, a participant's dry run and the board all call it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import digests
from workbench.scoring.answer_kinds import kind_of
from workbench.scoring.answers import Answers as Answers
from workbench.scoring.card import Challenge
from workbench.scoring.case_values import CaseValues, case_values
from workbench.scoring.check import Submission, check_submission
from workbench.scoring.metric_scores import floor_score, metric_score
from workbench.scoring.resamples import unit_bootstrap
from workbench.scoring.sheet import Digests, Missing, ScoreSheet
from workbench.scoring.truth import labels_digest, load_truth


class Scored(NamedTuple):
    """A score sheet, and what a board compares submissions by.

    Attributes:
        sheet: The score sheet.
        resampled: The primary metric on the card's resamples of units, which are the same for every
            submission; shape ``(B,)``, NaN where it is undefined.
        cases: The primary metric case by case, where the card's ranking scheme ranks those.
    """

    sheet: ScoreSheet
    resampled: NDArray[np.float64]
    cases: CaseValues | None = None


def score(
    submission: Submission,
    truth: pd.DataFrame | Path | str,
    challenge: Challenge,
    *,
    resamples: int | None = None,
    level: float | None = None,
) -> ScoreSheet:
    """Score a submission against labels.

    Args:
        submission: Path of a CSV or Parquet file, or a frame, in a form the challenge allows.
        truth: Labels with the challenge's key, unit and answer columns: frame, CSV or Parquet.
        challenge: The challenge.
        resamples: Other number of resamples than the card's.
        level: Other confidence level than the card's.

    Returns:
        The score sheet; the same bytes for the same input wherever it is made.

    Raises:
        SubmissionRejected: The submission breaks a rule (all problems listed).
        DataError: The labels are broken.
        NoScore: The primary metric is undefined for these answers.
    """
    labels = load_truth(truth, challenge)
    table = check_submission(submission, challenge, labels[challenge.key])
    return score_table(table, labels, challenge, resamples=resamples, level=level)


def score_table(
    table: pd.DataFrame,
    labels: pd.DataFrame,
    challenge: Challenge,
    *,
    resamples: int | None = None,
    level: float | None = None,
) -> ScoreSheet:
    """Score answers that were checked before.

    Args:
        table: What :func:`check_submission` returns; where it answers further cases (of another
            split), only those of the labels count.
        labels: What :func:`load_truth` returns.
        challenge: The challenge.
        resamples: Other number of resamples than the card's.
        level: Other confidence level than the card's.

    Raises:
        NoScore: The primary metric is undefined for these answers.
    """
    return scored(table, labels, challenge, resamples=resamples, level=level).sheet


def scored(
    table: pd.DataFrame,
    labels: pd.DataFrame,
    challenge: Challenge,
    *,
    resamples: int | None = None,
    level: float | None = None,
) -> Scored:
    """Score answers that were checked before, as :func:`score_table` does; keep the resamples."""
    if len(table) != len(labels):
        table = table[table[challenge.key].isin(labels[challenge.key])].reset_index(drop=True)
    answers = Answers(table, labels, challenge)
    rules = challenge.intervals
    bootstrap = unit_bootstrap(answers, resamples or rules.resamples, rules.seed)
    confidence = level or rules.level
    scores = [
        metric_score(entry, metric, answers, bootstrap, confidence)
        for entry, metric in zip(challenge.metrics, challenge.metric_objects, strict=True)
    ]
    primary = challenge.metric_objects[challenge.primary]
    floor, resampled = floor_score(primary, answers, bootstrap, confidence)
    sheet = ScoreSheet(
        challenge=challenge.id,
        version=challenge.version,
        unit=challenge.unit,
        n_cases=len(labels),
        n_units=bootstrap.n_units,
        decision=kind_of(challenge).decision(table, challenge),
        missing=Missing(policy=challenge.missing_value_policy, n_cases=answers.n_missing),
        metrics=scores,
        floor=floor,
        digests=Digests(
            truth=labels_digest(labels, challenge),
            submission=digests.of_table(table, challenge.key),
            challenge=challenge.digest,
            code=code_digest(),
        ),
    )
    return Scored(sheet, resampled, case_values(challenge, primary, answers))


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Return the digest of the code that scores: the same in a checkout and in the wheel."""
    here = Path(__file__).resolve().parent
    return digests.of_code([here.parent / "metrics", here])
