"""The challenge card: ``challenge.yaml`` as typed, checked data."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints, model_validator

from workbench import digests, metrics
from workbench.metrics import Metric

Name = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Form = Literal["probabilities", "one-hot"]


class _Section(BaseModel):
    """A part of the card: unknown keys are refused, values do not change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Section):
    """A text in both languages of the site."""

    en: Name
    fr: Name


class ColumnAlias(_Section):
    """Other column names that mean the same submission, such as TissueNet's own header."""

    key: Name
    columns: dict[str, str] = Field(description="column in the file: class")


class SubmissionRules(_Section):
    """What a submission file may look like."""

    forms: list[Form] = Field(default=["probabilities"], min_length=1)
    aliases: list[ColumnAlias] = []
    sum_tolerance: float = Field(default=1e-3, ge=0, le=0.1)


class Decision(_Section):
    """How probabilities become one class: the most probable, or the smallest expected cost."""

    rule: Literal["most-probable", "expected-cost"]
    cost: list[list[float]] | None = Field(default=None, description="rows true, columns called")


class MetricEntry(_Section):
    """One metric with its parameters; exactly one of a challenge is primary."""

    name: Name
    primary: bool = False
    digits: int = Field(default=4, ge=0, le=12)
    params: dict[str, Any] = {}


class IntervalRules(_Section):
    """How intervals are made: bootstrap over units."""

    resamples: int = Field(ge=100, le=100_000)
    level: float = Field(gt=0.5, lt=1)
    seed: int = Field(ge=0, lt=2**63)


class Sample(_Section):
    """Public files of the starting kit, relative to the card."""

    labels: Name
    submission: Name


class Contact(_Section):
    """Whom to ask."""

    name: Name
    email: str = ""
    url: str = ""


class Challenge(_Section):
    """A challenge: what is asked, what a submission looks like, how it is judged.

    ``unit`` names the column of the labels file whose values are resampled together (the patient);
    it may equal ``key`` only where every case is a patient of its own.
    """

    schema_version: Literal[1]
    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    description: Text
    use_case: Name
    licence: Name
    contact: Contact
    key: Name
    unit: Name
    label: Name
    classes: list[Name] = Field(min_length=2, max_length=1000)
    submission: SubmissionRules
    missing_value_policy: Literal["reject", "worst", "impute"]
    impute: dict[str, float] | None = None
    decision: Decision
    metrics: list[MetricEntry] = Field(min_length=1)
    intervals: IntervalRules
    sample: Sample
    phases: list[dict[str, Any]] | None = None
    limits: dict[str, Any] | None = None
    disclosure: dict[str, Any] | None = None

    _folder: Path | None = PrivateAttr(default=None)

    @model_validator(mode="before")
    @classmethod
    def _names_are_text(cls, content: Any) -> Any:
        """Take class names written as numbers (0, 1, 2) as text."""
        if isinstance(content, dict) and isinstance(content.get("classes"), list):
            content = {**content, "classes": [_text(name) for name in content["classes"]]}
        return content

    @property
    def folder(self) -> Path | None:
        """Folder of the card, when it was read from a file."""
        return self._folder

    def within(self, folder: Path) -> Challenge:
        """Remember the folder the card was read from; return the card."""
        self._folder = folder
        return self

    @cached_property
    def metric_objects(self) -> list[Metric]:
        """The metrics, ready to be called, in the order of the card."""
        return [self.metric(entry) for entry in self.metrics]

    def metric(self, entry: MetricEntry) -> Metric:
        """Return one metric; the decision's cost serves a metric that takes a cost matrix.

        Raises:
            UsageError: Unknown metric or parameter, or a parameter is missing.
        """
        params = dict(entry.params)
        wants_cost = "cost" in metrics.parameters(entry.name) and "cost" not in params
        if wants_cost and self.decision.cost is not None:
            params["cost"] = self.decision.cost
        return metrics.get(entry.name, self.classes, **params)

    @property
    def primary(self) -> int:
        """Place of the primary metric in the list."""
        return next(i for i, entry in enumerate(self.metrics) if entry.primary)

    @cached_property
    def digest(self) -> str:
        """The sha256 of the card's content, whatever its layout and comments."""
        return digests.of_json(self.model_dump(mode="json"))


def _text(name: Any) -> Any:
    """Return a whole number as text, anything else as it is."""
    return str(name) if isinstance(name, int) and not isinstance(name, bool) else name
