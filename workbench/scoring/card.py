"""The challenge card: ``challenge.yaml`` as typed, checked data."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, PrivateAttr, StringConstraints, model_validator

from workbench import digests, metrics
from workbench.errors import UsageError, did_you_mean
from workbench.metrics import Metric
from workbench.scoring.card_answer import Answer, ClassesAnswer
from workbench.scoring.card_models import ModelRules
from workbench.scoring.card_parts import (
    Contact,
    Decision,
    IntervalRules,
    MetricEntry,
    Name,
    RankingRules,
    Sample,
    Section,
    Slug,
    SubmissionRules,
    Text,
)
from workbench.scoring.card_phases import Baseline, DataRules, Disclosure, Limits, Phase, Split

_Part = TypeVar("_Part")
SAMPLE = "sample"
"""The split of the starting kit's labels, which every challenge has."""


class Challenge(Section):
    """A challenge: what is asked, what a submission looks like, how it is judged, and when.

    ``unit`` names the column of the labels file whose values are resampled together (the patient);
    it may equal ``key`` only where every case is a patient of its own.

    ``schema_version`` 1 is the card of one split and no phases; the keys in ``SINCE_2`` need 2.
    """

    schema_version: Literal[1, 2]
    id: Slug
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    description: Text
    use_case: Name
    licence: Name
    contact: Contact
    rules: Text | None = Field(default=None, description="pages of rules, beside the card")
    data: DataRules = DataRules()
    key: Name
    unit: Name
    answer: Answer = Field(default=ClassesAnswer(), description="absent: classes")
    label: Name = Field(default="", description="of classes: column of the labels")
    centre: Name | None = Field(default=None, description="column of the labels: hospital")
    subgroups: list[Name] = Field(default=[], description="columns of the labels shown apart")
    classes: list[Name] = Field(default=[], min_length=2, max_length=1000)
    submission: SubmissionRules
    missing_value_policy: Literal["reject", "worst", "impute"]
    impute: dict[str, float] | None = None
    decision: Decision = Decision(rule="none")
    metrics: list[MetricEntry] = Field(min_length=1)
    intervals: IntervalRules
    ranking: RankingRules = RankingRules()
    sample: Sample
    phases: list[Phase] = Field(default=[])
    limits: Limits = Limits()
    selection: Literal["last", "best"] = Field(
        default="last", description="which submission of a team counts"
    )
    disclosure: Disclosure = Disclosure()
    baselines: list[Baseline] = Field(default=[])
    models: ModelRules = ModelRules()

    _folder: Path | None = PrivateAttr(default=None)

    @model_validator(mode="before")
    @classmethod
    def _names_are_text(cls, content: Any) -> Any:
        """Take class names written as numbers (0, 1, 2) as text.

        A card of another kind of answer that was written out whole has an empty label and no
        classes: these are its defaults, and are left out. One of classes that was written without
        defaults may have an answer without its kind.
        """
        if not isinstance(content, dict):
            return content
        answer = content.get("answer", {"kind": "classes"})
        if isinstance(answer, dict) and "kind" not in answer and "alerts" in answer:
            answer = {"kind": "classes", **answer}
            content = {**content, "answer": answer}
        if isinstance(content.get("classes"), list):
            content = {**content, "classes": [_text(name) for name in content["classes"]]}
        if not isinstance(answer, dict) or answer.get("kind") != "classes":
            empty = [key for key in ("label", "classes") if content.get(key) in ("", [])]
            content = {key: value for key, value in content.items() if key not in empty}
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
        """Return one metric; what its entry does not say is taken from the card.

        The decision's cost serves a metric that takes a cost matrix, and the kind of answer has
        parameters of its own, such as the times of a survival curve.

        Raises:
            UsageError: Unknown metric or parameter, or a parameter is missing.
        """
        known = metrics.parameters(entry.name)
        params = self.answer.metric_params(known) | dict(entry.params)
        if "cost" in known and "cost" not in params and self.decision.cost is not None:
            params["cost"] = self.decision.cost
        return self.answer.judged(metrics.get(entry.name, self.classes, **params))

    @property
    def primary(self) -> int:
        """Place of the primary metric in the list."""
        return next(i for i, entry in enumerate(self.metrics) if entry.primary)

    @cached_property
    def splits(self) -> dict[str, Split]:
        """All splits by id, the starting kit's sample first."""
        sample = Split(id=SAMPLE, labels=self.sample.labels)
        return {SAMPLE: sample} | {split.id: split for split in self.data.splits}

    def split(self, split_id: str) -> Split:
        """Return a split.

        Raises:
            UsageError: There is none of this id.
        """
        return _named(split_id, self.splits, f"split of {self.id}")

    def phase(self, phase_id: str) -> Phase:
        """Return a phase.

        Raises:
            UsageError: There is none of this id.
        """
        return _named(phase_id, {phase.id: phase for phase in self.phases}, f"phase of {self.id}")

    def phase_at(self, now: datetime) -> Phase | None:
        """Return the phase that takes submissions at a moment (with a time zone), or None.

        Where several do, it is the first of the card; a participant may name another.
        """
        return next((p for p in self.phases if p.takes_from is None and p.is_open(now)), None)

    def splits_answered(self, phase: Phase) -> list[Split]:
        """Return the splits whose cases a file sent to a phase answers, the phase's own first."""
        later = [other.split for other in self.phases if other.takes_from == phase.id]
        return [self.split(name) for name in dict.fromkeys([phase.split, *later])]

    def limits_of(self, phase: Phase) -> Limits:
        """Return the limits that hold in a phase: its own, then the card's."""
        own = phase.limits.model_dump(exclude_unset=True) if phase.limits else {}
        return self.limits.model_copy(update=own)

    def digits_shown(self, entry: MetricEntry, phase: Phase | None = None) -> int:
        """Return how many decimals of a metric are shown while its labels are hidden."""
        own = phase.digits if phase is not None else None
        return min(entry.digits, self.disclosure.digits if own is None else own)

    @property
    def sealed(self) -> dict[str, str]:
        """Digest of the labels by split, for the splits that are sealed."""
        return {name: split.sealed for name, split in self.splits.items() if split.sealed}

    @cached_property
    def digest(self) -> str:
        """The sha256 of the card's content, whatever its layout and comments.

        A key at its default counts as not written, so that keys of later versions leave the
        digests of earlier cards as they are.
        """
        return digests.of_json(self.model_dump(mode="json", exclude_defaults=True))


def _named(name: str, known: dict[str, _Part], what: str) -> _Part:
    """Return an entry, or say which one was probably meant."""
    if name in known:
        return known[name]
    hint = did_you_mean(name, known) or f"it has {', '.join(known) or 'none'}"
    raise UsageError(f"'{name}' is no {what}; {hint}")


def _text(name: Any) -> Any:
    """Return a whole number as text, anything else as it is."""
    return str(name) if isinstance(name, int) and not isinstance(name, bool) else name
