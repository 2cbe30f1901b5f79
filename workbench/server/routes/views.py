"""Answers that are no objects of the engine."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from workbench.challenge.submissions import Entry


class Why(BaseModel):
    """What became of a submission, and what only the host may read of that."""

    submission: Entry
    host_detail: str | None = Field(description="null for everybody but an organiser")


class Opened(BaseModel):
    """A challenge that was opened."""

    challenge: str
    version: str
    card: str = Field(description="digest of the card")
    score_set: str
    labels: dict[str, str] = Field(description="sha256 of the labels by split: the seal")


class ClosedView(BaseModel):
    """A report that was published."""

    challenge: str
    digest: str = Field(description="sha256 of the manifest: announce it")
    seq: int = Field(description="number of the last event the report follows from")
    hash: str = Field(description="hash of that event")
    again: bool = Field(description="whether this is the same report once more")


class LiftedView(BaseModel):
    """A score that was set by hand, and no longer counts once it is made anew."""

    submission: str
    phase: str


class RescoringView(BaseModel):
    """What scoring everybody anew did, or would do."""

    challenge: str
    score_set: str | None = Field(description="null for a dry run")
    cause: str
    reason: str
    before: str
    scored: int
    changed: int
    movements: dict[str, dict[str, Any]] = Field(description="by phase, who moves")
    lifted: list[LiftedView] = Field(
        description="set by hand in the set before; the new scores count in their place"
    )
    problems: list[dict[str, str]]


class IssuedView(BaseModel):
    """A token, shown once."""

    prefix: str = Field(description="its name in lists")
    token: str


class EventView(BaseModel):
    """An event of the log."""

    seq: int
    at: str
    actor: str
    kind: str
    challenge: str | None
    payload: dict[str, Any]


class VerificationView(BaseModel):
    """Whether the store is what its events say."""

    whole: bool
    events: int
    hash: str = Field(description="of the last event: with their number, the head")
    n_problems: int
    problems: list[dict[str, str]] = Field(
        description="for an organiser of the whole store; they may name other challenges"
    )


class QueueView(BaseModel):
    """What waits, and what failed."""

    waiting: list[dict[str, Any]]
    failures: dict[str, int] = Field(description="by code of the reason")
