"""A run's score on the card's resamples, made again from the artefacts beside its score sheet."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import digests
from workbench.errors import WorkbenchError
from workbench.metrics import UnitBootstrap
from workbench.scoring import (
    Challenge,
    ScoreSheet,
    check_submission,
    labels_digest,
    load_truth,
)
from workbench.scoring.answers import Answers

CARD, LABELS, PREDICTIONS = "challenge.json", "truth.csv", "predictions.parquet"


class Judged(NamedTuple):
    """What the scores of a group were made by."""

    card: Challenge
    labels: pd.DataFrame


def judged_by(sheets: Iterable[Path], sheet: ScoreSheet) -> Judged | None:
    """Return the card and labels that comparable sheets were made by, from beside one of them.

    Args:
        sheets: Paths of the sheets.
        sheet: One of them; its digests decide.
    """
    for folder in dict.fromkeys(path.parent for path in sheets):
        if not ((folder / CARD).is_file() and (folder / LABELS).is_file()):
            continue
        try:
            card = Challenge.model_validate_json((folder / CARD).read_bytes())
            labels = load_truth(folder / LABELS, card)
        except (WorkbenchError, ValueError):
            continue
        if labels_digest(labels, card) == sheet.digests.truth:
            return Judged(card, labels)
    return None


def run_resamples(path: Path, sheet: ScoreSheet, by: Judged | None) -> NDArray[np.float64]:
    """Return the primary metric on the card's resamples, shape ``(B,)``.

    Args:
        path: Of the score sheet; the predictions lie beside it.
        sheet: The sheet.
        by: Card and labels it was made by.

    Returns:
        Empty where predictions, card or labels are absent, or not those of the sheet.
    """
    predictions = path.parent / PREDICTIONS
    none = np.empty(0)
    if by is None or not predictions.is_file() or by.card.digest != sheet.digests.challenge:
        return none
    try:
        table = check_submission(predictions, by.card, by.labels[by.card.key])
    except WorkbenchError:
        return none
    if digests.of_table(table, by.card.key) != sheet.digests.submission:
        return none
    answers = Answers(table, by.labels, by.card)
    metric, primary = by.card.metric_objects[by.card.primary], sheet.primary
    bootstrap = UnitBootstrap(answers.truth, answers.units, primary.resamples, primary.seed)
    values, _, _ = bootstrap.values(metric, answers.prediction(metric))
    return np.asarray(values[0])
