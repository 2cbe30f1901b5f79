"""The kinds of event a store records, each with its fields.

An event line is ``{"seq", "ts", "actor", "kind", "challenge", "payload", "prev", "hash"}`` in the
record format of :mod:`workbench.audit.record`. ``challenge`` is null where an event concerns the
whole store. ``actor`` is an account of the organiser's or the id of a team or token, never a
person's name. A payload holds no label, no secret and no person's data.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.challenge.store.text import Digest, Id, Line, Moment, Prose, Reason

Scope = Literal["participant", "organiser", "worker"]
Cause = Literal["start", "metric-version", "opt-out", "labels", "card"]


class Payload(BaseModel):
    """What an event of one kind says."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    kind: ClassVar[str]


class ChallengeOpened(Payload):
    """A challenge opens: its card, the seal of its labels, the code that will score."""

    kind = "challenge-opened"
    version: Line
    unit: Line = Field(description="what is resampled together")
    card: dict[str, Any] = Field(description="content of the card")
    card_digest: Digest
    labels: dict[str, Digest] = Field(description="sha256 of the labels by split")
    code_digest: Digest


class PhaseOpened(Payload):
    """A phase of the card opens for submissions, or for scoring at another's close."""

    kind = "phase-opened"
    phase: Id


class PhaseClosed(Payload):
    """A phase closes."""

    kind = "phase-closed"
    phase: Id


class PhaseScored(Payload):
    """The selected submissions of a phase were scored on it, once."""

    kind = "phase-scored"
    phase: Id
    score_set: Id
    submissions: list[Id] = Field(description="those selected")


class TeamCreated(Payload):
    """A team joins a challenge."""

    kind = "team-created"
    team: Id
    name: Line = Field(description="as typed")
    name_key: Line = Field(description="what must be unique: names.name_key(name)")


class MemberAdded(Payload):
    """A person joins a team, under a number: who it is stands in a column that can be erased."""

    kind = "member-added"
    member: Id
    team: Id
    role: Literal["member", "contact"] = "member"


class TokenIssued(Payload):
    """A token was given out; the token itself is kept nowhere."""

    kind = "token-issued"
    prefix: Id = Field(description="public part of the token, its name")
    scope: Scope
    team: Id | None = None
    expires_at: Moment | None = None


class TokenRevoked(Payload):
    """A token is valid no longer."""

    kind = "token-revoked"
    prefix: Id
    reason: Reason


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


class SubmissionScored(Payload):
    """A submission has a score on one phase's split, in one score set."""

    kind = "submission-scored"
    submission: Id
    phase: Id
    score_set: Id
    sheet: str = Field(description="the score sheet as compact JSON text")
    resampled: str = Field(default="", description="values.encode() of the primary metric")
    released: float | None = Field(default=None, description="score the Ladder lets be seen")


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


class ScoreSetOpened(Payload):
    """Everybody is scored anew from here; earlier sets stay as they are."""

    kind = "score-set-opened"
    score_set: Id
    cause: Cause
    reason: Reason
    card_digest: Digest
    code_digest: Digest
    labels: dict[str, Digest]


class Published(Payload):
    """A board was published."""

    kind = "published"
    publication: Id
    phase: Id | None = None
    digest: Digest = Field(description="sha256 of the published board")


class Closed(Payload):
    """A challenge is closed, with its report."""

    kind = "closed"
    report_digest: Digest


class SettingsChanged(Payload):
    """One setting of a challenge, or of the store, has a new value from here."""

    kind = "settings-changed"
    name: Id
    value: Any
    reason: Reason


class HeadAdopted(Payload):
    """A machine without a head of this log took the log as it found it.

    From here this machine notices a cut; whether one came before, it cannot say.
    """

    kind = "head-adopted"
    count: int
    hash: Digest


class LogMissing(Payload):
    """The store was new where a head says that there was a longer log: that log is gone."""

    kind = "log-missing"
    count: int
    hash: Digest


class ClockCorrected(Payload):
    """An organiser says that the time of the last event was ahead; time goes on from here."""

    kind = "clock-corrected"
    before: Moment
    reason: Reason


PAYLOADS: dict[str, type[Payload]] = {payload.kind: payload for payload in Payload.__subclasses__()}
"""Every kind and its type."""
