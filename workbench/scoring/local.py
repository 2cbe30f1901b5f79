"""Scores a file on a participant's machine: the dry run that equals the board's result."""

from __future__ import annotations

from pathlib import Path

from workbench.scoring.card import Challenge
from workbench.scoring.card_check import load_challenge
from workbench.scoring.scorer import score
from workbench.scoring.sheet import ScoreSheet
from workbench.scoring.splits import beside


def score_file(
    predictions: Path | str,
    challenge: str | Path | Challenge,
    truth: Path | str | None = None,
    *,
    resamples: int | None = None,
    level: float | None = None,
) -> ScoreSheet:
    """Score a CSV or Parquet file of predictions.

    Args:
        predictions: The submission.
        challenge: Name of a challenge, path of a card, or a loaded challenge.
        truth: Labels file; without it the public sample labels of the starting kit.
        resamples: Other number of resamples than the card's.
        level: Other confidence level than the card's.

    Raises:
        SubmissionRejected: The submission breaks a rule (all problems listed, exit code 4).
        DataError: The labels are missing or broken (exit code 3).
        UsageError: No such challenge, or its card is wrong (exit code 2).
    """
    card = challenge if isinstance(challenge, Challenge) else load_challenge(challenge)
    labels = sample_labels(card) if truth is None else Path(truth)
    return score(Path(predictions), labels, card, resamples=resamples, level=level)


def sample_labels(challenge: Challenge) -> Path:
    """Return the path of a challenge's public sample labels.

    Raises:
        UsageError: The card was not read from a file, so its folder is not known.
    """
    return beside(challenge, challenge.sample.labels)
