"""Every metric beside the null model's: what the answers are worth beyond knowing nothing."""

from __future__ import annotations

from typing import Any, NamedTuple

from workbench import metrics
from workbench.errors import WorkbenchError
from workbench.report.artefacts import Absent
from workbench.report.run import Run
from workbench.report.tables import table
from workbench.report.words import better, constant, heading, number
from workbench.scoring.sheet import MetricScore

WORSE = "WORSE than the null model"


class _Beside(NamedTuple):
    """One metric of the model and of the null model."""

    score: MetricScore
    answer: str
    null: float | None

    @property
    def verdict(self) -> str:
        """The model against the null model, in words; empty where one has no value."""
        own, null = self.score.value, self.null
        if own is None or null is None or self.score.direction == "target":
            return ""
        if own == null:
            return "equal to the null model"
        higher = self.score.direction == "maximize"
        return "better" if (own > null) == higher else WORSE


def null_model(run: Run) -> dict[str, Any]:
    """Return each metric beside the null model's, and a sentence for each that is worse.

    The null model knows the outcomes of the cases it is judged on, but nothing about any one of
    them: for curves it is their Kaplan-Meier curve, for risks the same risk for all.
    """
    if run.challenge is None:
        raise Absent("challenge.json is not in the run folder: the metrics are not known")
    known = {metric.label: metric for metric in run.challenge.metric_objects}
    found = [_beside(run, one, known[one.name]) for one in run.sheet.metrics if one.name in known]
    worse = [one for one in found if one.verdict == WORSE]
    return {
        "worse": [
            f"By {heading(one.score.name)} the model is worse than {constant(one.answer)}: "
            f"{number(one.score.value)} against {number(one.null)}."
            for one in worse
        ],
        "table": table(
            f"All metrics of {run.model or 'the model'} beside the null model",
            ["Metric", "Model", "Null model", "Better", "Reading", "Null model is"],
            [
                [
                    heading(one.score.name),
                    number(one.score.value, one.score.digits),
                    number(one.null, one.score.digits),
                    better(one.score.direction),
                    one.verdict or "–",
                    constant(one.answer) if one.answer else "–",
                ]
                for one in found
            ],
            numeric=(1, 2),
            note="Point values: the interval of the gain in the primary metric stands above. Where "
            "a metric has a target and no better end (calibration slope), nothing is read off.",
        ),
    }


def _beside(run: Run, score: MetricScore, metric: metrics.Metric) -> _Beside:
    """Return a metric of the model beside the null model's."""
    try:
        best = metrics.best_constant(metric, run.followed.truth)
    except WorkbenchError:
        return _Beside(score, "", None)
    # An index of 0 by its own definition comes out as 1e-16 of rounding.
    return _Beside(score, best.answer, round(best.value, 12) + 0.0)
