"""The part of a challenge card that says what kind of answer is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from workbench.errors import UsageError
from workbench.metrics import Metric
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


class ClassesAnswer(AnswerSection):
    """A class a case, by probabilities: ``label``, ``classes`` and ``decision`` of the card."""

    kind: Literal["classes"] = "classes"


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


Answer = Annotated[ClassesAnswer | SurvivalAnswer, Field(discriminator="kind")]
SECTIONS: dict[str, type[AnswerSection]] = {
    "classes": ClassesAnswer,
    "survival": SurvivalAnswer,
}
