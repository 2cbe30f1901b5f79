"""Parts of addresses and requests, checked before anything looks at them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict

from workbench import digests
from workbench.challenge.store.text import Reason

_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"
ChallengeId = Annotated[str, Path(pattern=_ID, description="id of a challenge")]
SubmissionId = Annotated[
    str, Path(pattern=_ID, description="id of a submission, sha256 of its file, or `last`")
]
ExactId = Annotated[str, Path(pattern=_ID, description="its id")]
Digest = Annotated[str, Path(pattern=f"^{digests.PATTERN}$", description="sha256 of the file")]
PhaseId = Annotated[
    str | None, Query(pattern=_ID, description="id of a phase; that which is open by default")
]


def _with_zone(moment: datetime) -> datetime:
    """Refuse a time that does not say where."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone; write 2026-03-01T12:00:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a time before the first year, or after the last") from None


Moment = Annotated[datetime, AfterValidator(_with_zone)]


class Body(BaseModel):
    """What is sent as JSON: nothing but what is named."""

    model_config = ConfigDict(extra="forbid")


class Because(Body):
    """Why something is done; kept in the event log."""

    reason: Reason
