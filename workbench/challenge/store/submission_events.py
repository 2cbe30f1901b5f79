"""The kinds of event about what was sent: taken, scored, failed, withdrawn, set aside."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from workbench.challenge.store.payload import Payload
from workbench.challenge.store.text import Digest, Id, Line, Prose, Reason

SentKind = Literal["predictions", "model"]


class SubmissionReceived(Payload):
    """A file passed its check and was taken, under the limits."""

    kind = "submission-received"
    submission: Id
    team: Id
    phase: Id
    digest: Digest = Field(description="sha256 of the file")
    size: int = Field(ge=0, description="bytes")
    filename: Line
    check_digest: Digest = Field(description="sha256 of the check report")
    sent: SentKind = Field(default="predictions", description="what the file is")


class ModelRan(Payload):
    """A submitted model was run on the inputs of one phase's split.

    Time and memory are coarse steps: fine ones would carry what a model has read.
    """

    kind = "model-ran"
    submission: Id
    phase: Id
    code: Id = Field(description="ok, or the class of its failure")
    time: Line
    memory: Line
    tier: Id = Field(description="of the sandbox that held it")
    backend: Line
    streaming: bool = Field(description="called day by day, so that it could not look ahead")
    predictions: Digest | None = Field(default=None, description="sha256 of its table")


class SubmissionScored(Payload):
    """A submission has a score on one phase's split, in one score set."""

    kind = "submission-scored"
    submission: Id
    phase: Id
    score_set: Id
    sheet: str = Field(description="the score sheet as compact JSON text")
    resampled: str = Field(default="", description="values.encode() of the primary metric")
    released: float | None = Field(default=None, description="score the Ladder lets be seen")
    case_values: str = Field(
        default="",
        description="values.encode() of the primary metric case by case, in the order of the keys, "
        "where the card's ranking scheme ranks those",
    )
    case_units: str = Field(default="", description="the same of the number of each case's unit")


class SubmissionFailed(Payload):
    """A submission has no score; the reason is one the participant may read."""

    kind = "submission-failed"
    submission: Id
    code: Id
    reason: Prose


class SubmissionWithdrawn(Payload):
    """A submission counts no longer; it stays visible as withdrawn."""

    kind = "submission-withdrawn"
    submission: Id
    reason: Reason


class ScoreOverridden(Payload):
    """An organiser sets a score aside; null means that the submission is shown without a rank."""

    kind = "score-overridden"
    submission: Id
    phase: Id
    score_set: Id
    value: float | None
    reason: Reason
