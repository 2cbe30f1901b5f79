"""The kinds of event a store records, each with its fields.

An event line is ``{"seq", "ts", "actor", "kind", "challenge", "payload", "prev", "hash"}`` in the
record format of :mod:`workbench.audit.record`. ``challenge`` is null where an event concerns the
whole store. ``actor`` is an account of the organiser's or the id of a team or token, never a
person's name. A payload holds no label, no secret and no person's data.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from workbench.challenge.store.payload import Payload
from workbench.challenge.store.submission_events import (
    ModelRan,
    ScoreOverridden,
    SentKind,
    SubmissionFailed,
    SubmissionReceived,
    SubmissionScored,
    SubmissionWithdrawn,
)
from workbench.challenge.store.team_events import (
    MemberAdded,
    Scope,
    TeamCreated,
    TokenIssued,
    TokenRevoked,
)
from workbench.challenge.store.text import Digest, Id, Line, Moment, Reason

__all__ = [
    "PAYLOADS",
    "Cause",
    "ChallengeOpened",
    "ClockCorrected",
    "Closed",
    "HeadAdopted",
    "LogMissing",
    "MemberAdded",
    "ModelRan",
    "Payload",
    "PhaseClosed",
    "PhaseOpened",
    "PhaseScored",
    "Published",
    "Scope",
    "ScoreOverridden",
    "ScoreSetOpened",
    "SentKind",
    "SettingsChanged",
    "SubmissionFailed",
    "SubmissionReceived",
    "SubmissionScored",
    "SubmissionWithdrawn",
    "TeamCreated",
    "TokenIssued",
    "TokenRevoked",
]

Cause = Literal["start", "metric-version", "opt-out", "labels", "card"]


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
    """A phase closes: by the card's date, or before it by an organiser, who says why."""

    kind = "phase-closed"
    phase: Id
    reason: Reason | None = Field(default=None, description="why before its date")


class PhaseScored(Payload):
    """The selected submissions of a phase were scored on it, once."""

    kind = "phase-scored"
    phase: Id
    score_set: Id
    submissions: list[Id] = Field(description="those selected")


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
