"""The parts of a challenge card: what is asked, how it is answered, how it is measured."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Name = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Form = Literal["probabilities", "one-hot"]
SchemeName = Literal[
    "mean_then_rank",
    "median_then_rank",
    "quantile_then_rank",
    "rank_then_mean",
    "rank_then_median",
    "test_then_rank",
]


class Section(BaseModel):
    """A part of the card: unknown keys are refused, values do not change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Section):
    """A text in both languages of the site."""

    en: Name
    fr: Name


class ColumnAlias(Section):
    """Other column names that mean the same submission, such as TissueNet's own header."""

    key: Name
    columns: dict[str, str] = Field(description="column in the file: class")


class FurtherColumn(Section):
    """A numeric column asked for beside the answer: checked and kept, not scored."""

    name: Name
    low: float = Field(description="smallest value allowed")
    high: float = Field(description="largest value allowed")
    required: bool = True

    @model_validator(mode="after")
    def _low_below_high(self) -> FurtherColumn:
        if not self.low < self.high:
            raise ValueError(f"'low' must lie below 'high', got {self.low:g} and {self.high:g}")
        return self


class SubmissionRules(Section):
    """What a submission file may look like.

    The answer is one column a class with values within 0..1; ``columns`` is what is asked beside.
    """

    forms: list[Form] = Field(default=["probabilities"], min_length=1)
    aliases: list[ColumnAlias] = Field(default=[])
    columns: list[FurtherColumn] = Field(default=[])
    sum_tolerance: float = Field(default=1e-3, ge=0, le=0.1)
    encoding: Literal["utf-8", "latin-1", "cp1252"] = Field(
        default="utf-8", description="of CSV files; a UTF-8 mark is always read as what it is"
    )


class Decision(Section):
    """How probabilities become one class: the most probable, or the smallest expected cost."""

    rule: Literal["most-probable", "expected-cost", "none"] = Field(
        description="'none' is what cards have whose answers are no classes; it is not written"
    )
    cost: list[list[float]] | None = Field(default=None, description="rows true, columns called")


class MetricEntry(Section):
    """One metric with its parameters; exactly one of a challenge is primary."""

    name: Name
    primary: bool = False
    digits: int = Field(default=4, ge=0, le=12)
    params: dict[str, Any] = {}


class IntervalRules(Section):
    """How intervals are made: bootstrap over units."""

    resamples: int = Field(ge=100, le=100_000)
    level: float = Field(gt=0.5, lt=1)
    seed: int = Field(ge=0, lt=2**63)


class RankingRules(Section):
    """How submissions are ranked: a scheme of :mod:`workbench.challenge.ranking`."""

    scheme: SchemeName = "mean_then_rank"
    ties: Literal["min", "max", "average"] = "min"
    params: dict[str, bool | float | str] = Field(
        default={}, description="of the scheme, such as q of quantile_then_rank"
    )


class Sample(Section):
    """Public files of the starting kit, relative to the card."""

    labels: Name
    submission: Name


class Contact(Section):
    """Whom to ask."""

    name: Name
    email: str = ""
    url: str = ""
