"""The parts of a challenge card that say when, how often, on what and how much is shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from workbench import digests
from workbench.scoring.card_parts import Name, Section, Slug, Text

Moment = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
Sha256 = Annotated[str, StringConstraints(pattern=f"^{digests.PATTERN}$")]
Shown = Literal["score", "rank", "interval", "secondary"]


class DataSet(Section):
    """A data set the cases come from, as its data card names it."""

    name: Name
    version: str = ""
    licence: str = ""
    url: str = ""


class Split(Section):
    """A set of cases with labels.

    A hidden split's labels never lie beside the card: ``sealed`` is the digest that scoring checks
    them against, the same as ``digests.truth`` on the score sheets made from them.
    """

    id: Slug
    labels: str = Field(
        default="",
        description="file: beside the card, of a hidden split in the labels folder; <id>.csv where "
        "not given",
    )
    keys: str = Field(
        default="",
        description="file beside the card that lists the cases of a hidden split, such as an empty "
        "submission: a participant checks a file against it",
    )
    hidden: bool = False
    sealed: Sha256 | None = None
    origin: Literal["collected", "generated"] = Field(
        default="collected",
        description="a hidden generated split comes from a secret seed, which no card holds",
    )
    cases: int | None = Field(default=None, ge=1)
    units: int | None = Field(default=None, ge=1)

    @property
    def file(self) -> str:
        """Name of the labels file."""
        return self.labels or f"{self.id}.csv"


class DataRules(Section):
    """Where the cases come from and how they are split."""

    sets: list[DataSet] = Field(default=[])
    splits: list[Split] = Field(default=[])


class Limits(Section):
    """How many submissions a team may send; a limit that is not given is none."""

    per_day: int | None = Field(default=None, ge=1, description="in a day of UTC")
    total: int | None = Field(default=None, ge=1, description="in the whole phase")
    concurrent: int | None = Field(default=None, ge=1, description="queued or being scored")


class Phase(Section):
    """A time in which submissions are scored on one split under one policy.

    A phase with ``takes_from`` receives no file: at its close it scores, once, what was selected in
    the other phase, whose files therefore answer the cases of both splits.
    """

    id: Slug
    title: Text | None = None
    split: Slug
    opens: Moment
    closes: Moment
    final: bool = Field(default=False, description="decides the challenge; scored once, at close")
    takes_from: Slug | None = Field(default=None, description="phase whose selection is scored")
    limits: Limits | None = Field(default=None, description="keys given here go before the card's")
    show: list[Shown] = Field(
        default=["score", "rank", "interval"], description="empty: nothing is shown before close"
    )
    digits: int | None = Field(default=None, ge=0, le=12, description="fewer than 'disclosure'")
    ladder: bool = Field(
        default=False, description="release a score only where it is a significant improvement"
    )

    def is_open(self, now: datetime) -> bool:
        """Say whether a moment lies in the phase: from ``opens``, before ``closes``."""
        return self.opens <= now < self.closes


class Disclosure(Section):
    """How much a shown score or table may give away about hidden labels and persons."""

    digits: int = Field(default=3, ge=0, le=12, description="of every number shown before close")
    persons: int = Field(default=11, ge=1, description="fewest persons in a shown subgroup")
    events: int = Field(default=11, ge=0, description="fewest events, and fewest non-events, there")


class Baseline(Section):
    """A reference answer with the score it must have; ``challenge validate`` computes it again."""

    id: Slug
    title: Text | None = None
    submission: Name = Field(description="file beside the card, or in the labels folder")
    split: Slug | None = Field(default=None, description="the sample where not given")
    expected: float
    tolerance: float = Field(default=1e-9, ge=0)
