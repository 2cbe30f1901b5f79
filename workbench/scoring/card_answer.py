"""The part of a challenge card that says what kind of answer is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from workbench.errors import UsageError
from workbench.metrics import Metric
from workbench.metrics.effects.answered import answered
from workbench.metrics.regression import IntervalMetric, ValueMetric
from workbench.metrics.survival.curves import checked_times, curve_column
from workbench.scoring.card_parts import Name, Section


class AnswerSection(Section):
    """What all kinds of answer say of themselves on a card."""

    def metric_params(self, known: Iterable[str]) -> dict[str, Any]:
        """Return what the card gives a metric where its entry is silent.

        Args:
            known: Names of the metric's parameters.
        """
        return {}

    def judged(self, metric: Metric) -> Metric:
        """Return the metric as it is called with this kind's truth and answers."""
        return metric


class Alerts(Section):
    """Days of alerts beside the classes: when a method first held a case to be of its class.

    The day is the author's word that only what was known by then was looked at; metrics of it
    therefore never rank. It is a column of ``submission.columns``, not required where a run of the
    workbench should be accepted too.
    """

    day: Name = Field(description="column of a submission: day of the alert; days or later: none")
    first: Name = Field(description="column of the labels: first day on which one is possible")
    days: int = Field(ge=1, description="length of the window; both columns count from its start")


class ClassesAnswer(AnswerSection):
    """A class a case, by probabilities: ``label``, ``classes`` and ``decision`` of the card."""

    kind: Literal["classes"] = "classes"
    alerts: Alerts | None = Field(default=None, description="days of alerts, where asked for")


class SurvivalAnswer(AnswerSection):
    """A time to an event under censoring, by a risk and a survival curve at fixed times.

    A submission has the columns ``risk`` (any real number, higher is earlier) and ``s_<time>``
    (probability of no event up to and including the time) for each of the times.
    """

    kind: Literal["survival"]
    time: Name = Field(description="column of the labels: time of event or last contact, above 0")
    event: Name = Field(description="column of the labels: 1 for an event seen, 0 for censored")
    times: list[float] = Field(
        min_length=1, description="times of the curves, rising, in the unit of the labels"
    )

    @field_validator("times")
    @classmethod
    def _times_rise(cls, times: list[float]) -> list[float]:
        """Refuse times that are none, do not rise, or have one name in a header."""
        try:
            checked_times(times)
        except UsageError as error:
            raise ValueError(error.message) from error
        names = [curve_column(time) for time in times]
        if len(set(names)) < len(names):
            raise ValueError(f"two times have one column: {', '.join(names)}")
        return times

    @property
    def curves(self) -> list[str]:
        """Columns of the survival curve, in the order of the times."""
        return [curve_column(time) for time in self.times]

    def metric_params(self, known: Iterable[str]) -> dict[str, Any]:
        """Return the times, for metrics over several."""
        return {"times": tuple(self.times)} if "times" in known else {}


class EstimatesAnswer(AnswerSection):
    """A hidden number a case, by an estimate: a treatment effect, or a plain value.

    A submission has the column ``estimate``, beside it ``low`` and ``high`` where intervals are
    asked for, and ``abstain`` (1: this cannot be answered, the numbers may be empty) where the
    labels say which cases can be answered.
    """

    kind: Literal["estimates"]
    label: Name = Field(description="column of the labels: the true number")
    oracle: Name | None = Field(
        default=None,
        description="column of the labels: standard deviation of an oracle's estimate, above 0; "
        "may be empty where a case cannot be answered",
    )
    group: Name | None = Field(
        default=None, description="column of the labels: scenario; metrics are means over these"
    )
    answerable: Name | None = Field(
        default=None,
        description="column of the labels: 0 where no method can answer, so that abstaining is "
        "right, else 1",
    )
    interval: Literal["required", "optional", "none"] = Field(
        default="none", description="whether a submission has the columns low and high"
    )
    level: float = Field(
        default=0.95, gt=0, lt=1, description="nominal level of the intervals, for all metrics"
    )

    def metric_params(self, known: Iterable[str]) -> dict[str, Any]:
        """Return the level, for metrics of intervals."""
        return {"level": self.level} if "level" in known else {}

    def judged(self, metric: Metric) -> Metric:
        """Return a metric of values in the form that metrics of estimates take."""
        if not isinstance(metric, ValueMetric):
            return metric
        needed = isinstance(metric, IntervalMetric)
        whole = self.answerable is None and (not needed or self.interval == "required")
        return answered(metric, every_case=whole)


Answer = Annotated[ClassesAnswer | SurvivalAnswer | EstimatesAnswer, Field(discriminator="kind")]
SECTIONS: dict[str, type[AnswerSection]] = {
    "classes": ClassesAnswer,
    "survival": SurvivalAnswer,
    "estimates": EstimatesAnswer,
}
