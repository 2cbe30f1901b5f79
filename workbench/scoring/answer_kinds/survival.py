"""Answers on a time to an event: a risk, and a survival curve at the card's times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import Problem
from workbench.metrics import Metric
from workbench.metrics.survival.base import SurvivalMetric
from workbench.metrics.survival.curves import RISE
from workbench.scoring.answer_kinds.base import AnswerKind, Found, LabelColumn, LabelFault
from workbench.scoring.card import Challenge
from workbench.scoring.card_answer import SurvivalAnswer
from workbench.scoring.cells import Fault, numbers
from workbench.scoring.forms import partly_missing
from workbench.scoring.keys import cell_problem
from workbench.scoring.raw import RawTable

RISK = "risk"
_CODED = "write 1 for the event that is predicted, 0 for every other end of follow-up"
_OPPOSITE = -0.2
"""Rank correlation of risk and one minus survival below which a submission is remarked upon."""


@dataclass(frozen=True)
class StatedSurvival:
    """Risks and curves.

    Attributes:
        values: Risk, then survival at each of the card's times, shape ``(n, 1 + K)``.
        times: The K times.
        n_missing: How many answers were filled in.
    """

    values: NDArray[np.float64]
    times: tuple[float, ...]
    n_missing: int

    def prediction(self, metric: Metric) -> NDArray[Any]:
        """Return the risk ``(n,)``, or survival at the metric's times ``(n, k)``."""
        if not isinstance(metric, SurvivalMetric) or metric.needs == "risk":
            return self.values[:, 0]
        places = [1 + self.times.index(time) for time in metric.evaluation_times]
        return self.values[:, places]


class Survival(AnswerKind):
    """A risk and a survival curve a case, judged under censoring.

    A risk and a curve that order the cases differently are each scored as declared: metrics of
    order take the risk, metrics of probability take the curve.
    """

    name = "survival"
    asks = "survival (a risk and a curve)"
    needs = ("risk", "survival")

    def card_problems(self, card: Challenge) -> Iterator[Found]:
        """Nothing beyond types: the section checks its times."""
        return iter(())

    def impute_problem(self, values: dict[str, float], card: Challenge) -> str:
        """Check that the curve is one."""
        curve = np.array([values[name] for name in _answer(card).curves])
        if curve.min() < 0 or curve.max() > 1 or (np.diff(curve) > 0).any():
            return "'impute' must be a risk and a survival curve within 0..1 that never rises"
        return ""

    def metric_problems(self, metric: Metric, primary: bool, card: Challenge) -> Iterator[Problem]:
        """Name times of a metric at which the card asks for no survival."""
        times = _answer(card).times
        needed = metric.evaluation_times if isinstance(metric, SurvivalMetric) else ()
        absent = [f"{time:g}" for time in needed if time not in times]
        if absent:
            known = ", ".join(f"{time:g}" for time in times)
            message = f"'{metric.label}' needs survival at {', '.join(absent)}, the card asks for "
            remedy = "take times of answer.times, or add these there"
            yield Problem("metric-times", message + known, "", remedy)
        tau = getattr(metric, "tau", None)
        if tau is not None and tau > times[-1]:
            message = f"'{metric.label}' looks beyond the last time of the card, {times[-1]:g}"
            yield Problem("metric-times", message, "", "choose a tau up to it")

    def columns(self, card: Challenge) -> list[str]:
        """Return ``risk`` and the columns of the curve."""
        return [RISK, *_answer(card).curves]

    def value_problems(
        self,
        raw: RawTable,
        names: Sequence[str],
        given: Sequence[str],
        values: NDArray[np.float64],
        card: Challenge,
    ) -> Iterator[Problem]:
        """Yield probabilities out of range, curves that rise, and rows given in part."""
        curves = values[:, 1:]
        outside = (curves < 0) | (curves > 1)
        rising = np.diff(curves, axis=1, prepend=np.inf) > RISE
        for row, place in np.argwhere(outside | rising).tolist():
            if row in raw.broken:
                continue
            column, value = names[1 + place], curves[row, place]
            if outside[row, place]:
                remedy = "write the probability of no event up to this time, not percent or risk"
                fault = Fault("out-of-range", f"{value:g} is not within 0..1", remedy)
            else:
                before = f"{curves[row, place - 1]:g} in {names[place]}"
                message = f"the survival curve rises to {value:g} from {before}"
                remedy = "survival never rises: check the order of the times"
                fault = Fault("rising-curve", message, remedy)
            yield cell_problem(raw, given, row, column, raw.frame[column].iloc[row], fault)
        yield from partly_missing(raw, names, given, values, card, "columns")

    def remarks(self, table: pd.DataFrame, card: Challenge) -> list[Problem]:
        """Say where risk and curve order the cases oppositely: one of them has its sign wrong."""
        known = table[self.columns(card)].dropna()
        death = 1.0 - known[_answer(card).curves].mean(axis=1)
        if min(known[RISK].nunique(), death.nunique()) < 2:
            return []
        found = float(known[RISK].rank().corr(death.rank()))
        if not found < _OPPOSITE:
            return []
        message = (
            f"risk and survival curves order the cases oppositely (rank correlation {found:.2f}); "
            "each is scored as declared"
        )
        remedy = "a higher risk means an earlier event, a lower curve too: check the signs"
        return [Problem("risk-against-curve", message, f"columns {RISK}, s_...", remedy)]

    def label_columns(self, card: Challenge) -> list[LabelColumn]:
        """Return the columns of time and event."""
        answer = _answer(card)
        return [
            LabelColumn("time", answer.time, ("answer", "time"), is_number=True),
            LabelColumn("event", answer.event, ("answer", "event"), is_number=True),
        ]

    def label_faults(self, labels: pd.DataFrame, card: Challenge) -> Iterator[LabelFault]:
        """Yield times that are none and events that are neither 0 nor 1."""
        answer = _answer(card)
        time, event = labels[answer.time], labels[answer.event]
        for row in np.flatnonzero(~(numbers(time.tolist()) > 0)).tolist():
            message = f"the {answer.time} '{time[row]}' is no number above 0"
            remedy = "leave the case out, or count time from an earlier day"
            yield LabelFault(row, "time-not-positive", message, remedy)
        for row in np.flatnonzero(~event.isin(("0", "1"))).tolist():
            message = f"the {answer.event} '{event[row]}' is neither 0 nor 1"
            yield LabelFault(row, "event-not-binary", message, _CODED)
        if not (event == "1").any():
            message = f"no case has {answer.event} 1: all {len(event)} are censored"
            yield LabelFault(0, "no-event", message, _CODED)

    def truth(self, labels: pd.DataFrame, card: Challenge) -> NDArray[Any]:
        """Return time and event of each case, shape ``(n, 2)``."""
        answer = _answer(card)
        return np.column_stack([numbers(labels[c].tolist()) for c in (answer.time, answer.event)])

    def stated(self, table: pd.DataFrame, truth: NDArray[Any], card: Challenge) -> StatedSurvival:
        """Return risks and curves; missing answers are the card's."""
        values = table[self.columns(card)].to_numpy(dtype=np.float64)
        empty = np.isnan(values).all(axis=1)
        if card.impute is not None:
            values[empty] = [card.impute[name] for name in self.columns(card)]
        return StatedSurvival(values, tuple(_answer(card).times), int(empty.sum()))


def _answer(card: Challenge) -> SurvivalAnswer:
    """Return the card's section; only cards of this kind come here."""
    assert isinstance(card.answer, SurvivalAnswer)
    return card.answer
