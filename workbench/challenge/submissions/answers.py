"""The answers of a submission for a phase: the file as sent, or the table its model made."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, select

from workbench.challenge.store import tables
from workbench.challenge.store.files import get_file
from workbench.challenge.submissions.cards import asked_cases, kept_list
from workbench.errors import HostError
from workbench.scoring import Challenge, ScoreSheet
from workbench.scoring.sheet import ModelOfSheet

MODEL = "model"


def answers_of(
    connection: Connection, submission: str, phase: str, kind: str, digest: str
) -> bytes:
    """Return the bytes of a table of predictions.

    Args:
        connection: Of the store.
        submission: Id of the submission.
        phase: For whose split.
        kind: Of the submission.
        digest: Of the file as sent.

    Raises:
        HostError: The model was not run on this split, or left no table.
    """
    if kind != MODEL:
        return get_file(connection, digest)
    row = run_of(connection, submission, phase)
    if row is None or row.predictions is None:
        raise HostError(f"there are no answers of the model {submission} for phase '{phase}'")
    return get_file(connection, row.predictions)


def cases_of(
    connection: Connection, opened: Challenge, sent_to: str, phase: str, kind: str
) -> list[str]:
    """Return the ids of the cases that the answers for a phase hold.

    A file answers the cases of every split it will be scored on; a model is run on one at a time.

    Raises:
        HostError: The store has lost a list.
    """
    if kind != MODEL:
        return asked_cases(connection, opened, opened.phase(sent_to))
    split = opened.phase(phase).split
    content = kept_list(connection, opened.id, f"cases.{split}")
    if content is None:
        raise HostError(f"the store has no list of cases of split '{split}' of {opened.id}")
    return sorted(json.loads(content))


def model_of(
    connection: Connection, opened: Challenge, submission: str, phase: str, kind: str, digest: str
) -> ModelOfSheet | None:
    """Return what a score sheet says of the model; None of a file of answers."""
    row = run_of(connection, submission, phase) if kind == MODEL else None
    if row is None:
        return None
    limits = opened.models.limits
    return ModelOfSheet(
        archive=digest,
        tier=row.tier,
        backend=row.backend,
        streaming=bool(row.streaming),
        wall_s=limits.wall_s,
        memory_mb=limits.memory_mb,
    )


def with_model(sheet: ScoreSheet, model: ModelOfSheet) -> ScoreSheet:
    """Return a sheet that says how its answers were made."""
    return sheet.model_copy(update={"model": model})


def run_of(connection: Connection, submission: str, phase: str) -> Row[Any] | None:
    """Return what came of running a model on a phase's split; None where it was not run."""
    run = tables.model_run
    query = select(run).where(run.c.submission == submission, run.c.phase == phase)
    return connection.execute(query).one_or_none()
