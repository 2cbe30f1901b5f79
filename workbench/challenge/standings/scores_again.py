"""Compute the scores of a report again, from the labels and the submitted files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.challenge.standings import course
from workbench.challenge.standings.course import Cards
from workbench.challenge.store.rebuild import Tables
from workbench.challenge.store.values import decode
from workbench.challenge.submissions.answers import MODEL
from workbench.digests import of_bytes
from workbench.errors import Problem, WorkbenchError
from workbench.scoring import (
    Challenge,
    ScoreSheet,
    check_submission,
    labels_digest,
    split_labels,
)
from workbench.scoring.columns import allowed_columns
from workbench.scoring.keys import key_text
from workbench.scoring.reading import read_table_bytes
from workbench.scoring.scorer import scored

NONE = np.empty(0)
_ARRAYS = ("resampled", "case_values", "case_units")


@dataclass
class Again:
    """What computing scores again found.

    Attributes:
        count: Scores that were computed.
        problems: Those that differ.
        notes: Those that could not be computed.
    """

    count: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def scores_again(tables: Tables, cards: Cards, challenge: str, labels: Path, files: Path) -> Again:
    """Compute every score whose file and labels are at hand.

    Args:
        tables: The tables of a report.
        cards: Gives the card of a digest.
        challenge: Id of the challenge.
        labels: Folder of the labels of all splits.
        files: Folder of submitted files, at any depth.
    """
    found = Again()
    sent = {
        of_bytes(path.read_bytes()): path for path in sorted(files.rglob("*")) if path.is_file()
    }
    for row in course.score_sets(tables, challenge):
        judge = _Judge(cards(row["card_digest"]), row, labels)
        for (submission, phase, score_set), score in tables["score"].items():
            sent_row = tables["submission"][(submission,)]
            if score_set != row["id"]:
                continue
            digest = _answers_digest(tables, sent_row, phase)
            if digest not in sent:
                found.notes.append(f"{submission}: its answers are not in {files}")
                continue
            try:
                content = sent[digest].read_bytes()
                found.problems += judge.compare(content, sent_row, phase, score)
                found.count += 1
            except WorkbenchError as error:
                found.notes.append(f"{submission}, phase {phase}: {error.message}")
    return found


def _answers_digest(tables: Tables, sent: dict[str, Any], phase: str) -> str | None:
    """Return the digest of a submission's answers: the file as sent, or what its model made."""
    if sent["kind"] != MODEL:
        return str(sent["digest"])
    run = tables["model_run"].get((sent["id"], phase))
    return None if run is None else run["predictions"]


class _Judge:
    """What the scores of one set are judged by."""

    def __init__(self, card: Challenge, score_set: dict[str, Any], folder: Path) -> None:
        self.card, self.folder = card, folder
        self.seals = course.seals(score_set)
        self._labels: dict[str, pd.DataFrame] = {}

    def compare(
        self, content: bytes, row: dict[str, Any], phase: str, score: dict[str, Any]
    ) -> list[Problem]:
        """Return where a score computed again differs from the one in the log."""
        truth = self._of_split(self.card.phase(phase).split)
        keys = set(truth[self.card.key]) | _keys(content, self.card)
        again = scored(check_submission(content, self.card, sorted(keys)), truth, self.card)
        where = f"submission {row['id']}, phase {phase}"
        stated = ScoreSheet.from_json(score["sheet"], where)
        problems = []
        one, other = (_numbers(sheet) for sheet in (stated, again.sheet))
        for key in one:
            if one[key] != other[key]:
                message = f"the log says {one[key]}, computed {other[key]}"
                problems.append(Problem("score-differs", message, f"{where}, {key}"))
        stored = {name: decode(score[name]) for name in _ARRAYS}
        computed = (again.resampled, *(again.cases or (NONE, NONE)))
        for (name, values), other in zip(stored.items(), computed, strict=True):
            if not np.array_equal(values, other, equal_nan=True):
                problems.append(Problem("score-differs", f"{name} differ", where))
        return problems

    def _of_split(self, split_id: str) -> pd.DataFrame:
        """Return the labels of a split, checked against the seal of the score set."""
        if split_id not in self._labels:
            split = self.card.split(split_id).model_copy(update={"hidden": True, "sealed": None})
            table = split_labels(self.card, split, self.folder)
            seal = self.seals.get(split_id)
            if labels_digest(table, self.card) != seal:
                raise WorkbenchError(f"the labels of '{split_id}' are not those that were sealed")
            self._labels[split_id] = table
        return self._labels[split_id]


def _keys(content: bytes, card: Challenge) -> set[str]:
    """Return the cases a file answers: of other splits too, and of persons who opted out since."""
    raw = read_table_bytes(content, "submission")
    columns = [form.key for form in allowed_columns(card)]
    column = next((name for name in columns if name in raw.frame.columns), None)
    return set() if column is None else {key_text(cell) for cell in raw.frame[column].tolist()}


def _numbers(sheet: ScoreSheet) -> dict[str, Any]:
    """Return what must be equal of two sheets: everything but the digest of the code.

    How a model was run stands in the log alone: it is not run again.
    """
    content = sheet.model_dump(mode="json", exclude={"model"})
    content["digests"].pop("code")
    metrics = {f"metric {metric['name']}": metric for metric in content.pop("metrics")}
    return {**content, **metrics}
