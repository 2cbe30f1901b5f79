"""A board as one documented JSON document: what everything else shows is in it, and nothing more.

Numbers stand here as they may be shown, rounded to the card's digits; the order comes from the
stored values. A value that is null is undefined or may not be shown: ``shown`` says which.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION: Literal["1.0"] = "1.0"
Rank = int | float


class _Part(BaseModel):
    """A part of the document."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class MetricValue(_Part):
    """One further metric of a submission."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    digits: int


class Row(_Part):
    """One line of the board, in the order it is shown."""

    kind: Literal["team", "floor", "baseline"]
    rank: Rank | None = Field(description="null: not ranked")
    name: str
    team: str | None = None
    submission: str | None = Field(default=None, description="the one that counts")
    score: float | None = None
    low: float | None = None
    high: float | None = None
    rank_low: Rank | None = Field(default=None, description="bootstrap interval of the rank")
    rank_high: Rank | None = None
    set_low: int | None = Field(default=None, description="simultaneous confidence set of the rank")
    set_high: int | None = None
    tie_group: bool | None = Field(default=None, description="not separable from the leader")
    p_first: float | None = Field(default=None, description="share of resamples in first place")
    secondary: list[MetricValue] = []
    entries: int | None = Field(default=None, description="submissions of the team in the phase")
    last_submission: str | None = Field(default=None, description="when the last one came, UTC")
    optimism: float | None = Field(
        default=None, description="what choosing the best of several adds to the score on average"
    )
    note: str = ""


class Unscored(_Part):
    """A submission without a score, shown to its own team and to organisers only."""

    submission: str
    team: str
    name: str
    state: Literal["queued", "failed", "withdrawn"]
    received_at: str
    reason: str


class Change(_Part):
    """Something done to the board by a hand: what, who, when, why."""

    kind: Literal["withdrawn", "overridden", "score-set", "phase-ended"]
    subject: str = Field(description="submission, score set or phase")
    team: str = Field(default="", description="name of the team")
    author: str
    at: str
    reason: str


class LastEvent(_Part):
    """The last event the board follows from."""

    seq: int
    at: str


class BoardDocument(_Part):
    """The board of one phase of a challenge, as one viewer may see it."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    challenge: str
    version: str
    title: dict[str, str]
    phase: str
    split: str
    final: bool
    guarded: bool = Field(description="labels are in use: only 'shown' is shown, with few digits")
    ladder: bool
    shown: list[Literal["score", "rank", "interval", "secondary"]]
    score_set: str | None = Field(description="whose scores these are; null: there are none")
    metric: str
    direction: Literal["maximize", "minimize", "target"]
    digits: int
    level: float
    unit: str
    n_cases: int | None
    n_units: int | None
    selection: Literal["last", "best"]
    rows: list[Row]
    unscored: list[Unscored] = []
    changes: list[Change] = []
    notices: list[str] = Field(default=[], description="what a reader must know before the numbers")
    conventions: dict[str, str | int | float | None]
    last_event: LastEvent | None

    def to_json(self) -> str:
        """Return canonical JSON: the same bytes on every machine."""
        content = self.model_dump(mode="json")
        return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    @property
    def ranked(self) -> list[Row]:
        """The rows with a rank."""
        return [row for row in self.rows if row.rank is not None]


def schemas() -> dict[str, dict[str, Any]]:
    """Return the document's JSON schema by the name of its file in ``docs/schemas``."""
    return {"standings.schema.json": BoardDocument.model_json_schema(mode="serialization")}
