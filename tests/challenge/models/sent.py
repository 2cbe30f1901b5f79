"""Sends models to the challenge, scores them, and reads what came of it."""

from __future__ import annotations

import json

from sqlalchemy import select

from workbench.challenge.store import tables
from workbench.challenge.submissions import (
    Done,
    Entry,
    submit,
    work_once,
)
from workbench.scoring import ScoreSheet

from .hosted import GOOD, Hosted


def send(hosted: Hosted, script: str = GOOD, team: int = 0) -> str:
    world = hosted.world
    receipt = submit(
        world.store,
        world.teams[team],
        "demo",
        hosted.archive(script),
        filename="model.zip",
        kind="model",
    )
    return receipt.id


def done_of(hosted: Hosted) -> Done:
    done = work_once(hosted.store, hosted.worker)
    assert done is not None
    return done


def sheet_of(hosted: Hosted, submission: str) -> ScoreSheet:
    with hosted.store.reading() as connection:
        query = select(tables.score.c.sheet).where(tables.score.c.submission == submission)
        return ScoreSheet.from_json(connection.scalars(query).one())


def seen_by_team(found: Entry) -> str:
    """Return what a team sees of a submission, without what names it."""
    content = found.as_dict()
    for name in ("id", "digest", "size", "received_at", "filename"):
        content.pop(name)
    return json.dumps(content, sort_keys=True)
