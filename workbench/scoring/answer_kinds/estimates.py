"""Answers that are estimates of hidden numbers, with intervals and abstentions where asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import Problem
from workbench.metrics import Metric
from workbench.metrics.effects.base import EffectMetric
from workbench.metrics.effects.over_groups import OverGroups
from workbench.scoring.answer_kinds.base import AnswerKind, Found, LabelColumn, LabelFault
from workbench.scoring.answer_kinds.estimates_labels import (
    hidden_numbers,
    label_columns,
    label_faults,
)
from workbench.scoring.card import Challenge
from workbench.scoring.card_answer import EstimatesAnswer
from workbench.scoring.cells import Fault
from workbench.scoring.forms import partly_missing
from workbench.scoring.keys import cell_problem
from workbench.scoring.raw import RawTable

ESTIMATE, LOW, HIGH, ABSTAIN = "estimate", "low", "high", "abstain"
_ALL = (ESTIMATE, LOW, HIGH, ABSTAIN)


@dataclass(frozen=True)
class StatedEstimates:
    """Estimates, ends of intervals and abstentions.

    Attributes:
        values: Columns of :class:`workbench.metrics.effects.base.Said`, shape ``(n, 4)``.
        n_missing: How many answers were filled in.
    """

    values: NDArray[np.float64]
    n_missing: int

    def prediction(self, metric: Metric) -> NDArray[Any]:
        """Return the answers; every metric of a card of this kind takes them whole."""
        return self.values


class Estimates(AnswerKind):
    """A number a case, judged against a hidden one: in a group, and by what an oracle could do."""

    name = "estimates"
    asks = "estimates"
    needs = ("estimates", "values")

    def card_problems(self, card: Challenge) -> Iterator[Found]:
        """Say which columns of the labels mean nothing without another."""
        answer = _answer(card)
        if answer.answerable is not None and answer.oracle is None:
            message = "the price of abstaining is counted in the oracle's standard deviation"
            yield ("answer", "answerable"), "missing-oracle", message, "name its column: oracle"

    def impute_problem(self, values: dict[str, float], card: Challenge) -> str:
        """Check the interval and the abstention."""
        if values.get(ABSTAIN, 0) not in (0, 1):
            return "'impute' abstains by 1 or 0"
        if values.get(LOW, 0) > values.get(HIGH, 0):
            return "'impute' has its lower end above its upper end"
        return ""

    def metric_problems(self, metric: Metric, primary: bool, card: Challenge) -> Iterator[Problem]:
        """Name what a metric needs and the card does not ask for, and what cannot rank."""
        if not isinstance(metric, EffectMetric):
            return
        answer, name = _answer(card), metric.label
        if metric.of_intervals and answer.interval == "none":
            message = f"'{name}' looks at intervals, the card asks for none"
            yield Problem("metric-interval", message, "", "write interval: required")
        elif metric.of_intervals and primary and answer.interval != "required":
            message = f"'{name}' decides, and a submission may leave its intervals out"
            yield Problem("metric-interval", message, "", "write interval: required")
        if metric.scaled and answer.oracle is None:
            message = f"'{name}' counts in standard deviations of an oracle, the card names none"
            yield Problem("metric-oracle", message, "", "name its column: answer.oracle")
        if isinstance(metric, OverGroups) and answer.group is None:
            message = f"'{name}' is taken within groups, the card names none"
            yield Problem("metric-group", message, "", "name their column: answer.group")
        if primary and answer.answerable is not None and not metric.judges_abstaining:
            message = f"'{name}' looks at answered cases alone: it is won by abstaining"
            yield Problem("not-rankable", message, "", "rank by effect-interval-score")

    def columns(self, card: Challenge) -> list[str]:
        """Return ``estimate``, the interval and ``abstain``, as far as the card asks for them."""
        answer = _answer(card)
        asked = {ESTIMATE: True, LOW: answer.interval != "none"}
        asked |= {HIGH: asked[LOW], ABSTAIN: answer.answerable is not None}
        return [name for name in _ALL if asked[name]]

    def optional(self, card: Challenge) -> frozenset[str]:
        """Return the interval, where the card says it may be left out."""
        return frozenset((LOW, HIGH)) if _answer(card).interval == "optional" else frozenset()

    def may_be_empty(self, values: NDArray[np.float64], card: Challenge) -> NDArray[np.bool_]:
        """Return the numbers of the cases that are abstained from."""
        names = self.columns(card)
        empty = np.zeros(values.shape, dtype=np.bool_)
        if ABSTAIN in names:
            empty[values[:, names.index(ABSTAIN)] == 1, : names.index(ABSTAIN)] = True
        return empty

    def value_problems(
        self,
        raw: RawTable,
        names: Sequence[str],
        given: Sequence[str],
        values: NDArray[np.float64],
        card: Challenge,
    ) -> Iterator[Problem]:
        """Yield abstentions that are neither 0 nor 1, and intervals that are upside down."""
        parts = dict(zip(self.columns(card), values.T, strict=True))
        columns = dict(zip(self.columns(card), names, strict=True))
        abstain = parts.get(ABSTAIN, np.zeros(len(values)))
        for row in np.flatnonzero(~np.isnan(abstain) & ~np.isin(abstain, (0, 1))).tolist():
            fault = Fault("not-binary", f"{abstain[row]:g} is neither 0 nor 1", "1 is to abstain")
            yield from _in_cell(raw, given, row, columns[ABSTAIN], fault)
        if LOW in parts:
            wrong = (parts[LOW] > parts[HIGH]) & (abstain != 1)
            for row in np.flatnonzero(wrong).tolist():
                message = f"the lower end {parts[LOW][row]:g} is above {parts[HIGH][row]:g}"
                fault = Fault("interval-upside-down", message, "swap low and high")
                yield from _in_cell(raw, given, row, columns[LOW], fault)
        answered = np.where((abstain == 1)[:, None], 0.0, values)[
            :, [n in raw.frame for n in names]
        ]
        yield from partly_missing(raw, names, given, answered, card, "columns")

    def remarks(self, table: pd.DataFrame, card: Challenge) -> list[Problem]:
        """Say how many estimates lie outside their own interval."""
        if LOW not in table:
            return []
        outside = (table[ESTIMATE] < table[LOW]) | (table[ESTIMATE] > table[HIGH])
        if ABSTAIN in table:
            outside &= table[ABSTAIN] != 1
        if not outside.any():
            return []
        first = table[card.key][int(np.argmax(outside))]
        message = f"{int(outside.sum())} estimates lie outside their own interval, first {first}"
        return [Problem("estimate-outside-interval", message, "", "look whether columns are mixed")]

    def label_columns(self, card: Challenge) -> list[LabelColumn]:
        """Return the columns of the true number, the oracle, the group and the answerable."""
        return label_columns(_answer(card))

    def label_faults(self, labels: pd.DataFrame, card: Challenge) -> Iterator[LabelFault]:
        """Yield numbers that are none, and what is not said of a case."""
        return label_faults(labels, _answer(card))

    def truth(self, labels: pd.DataFrame, card: Challenge) -> NDArray[Any]:
        """Return the columns of :class:`workbench.metrics.effects.base.Hidden`, ``(n, 4)``."""
        return hidden_numbers(labels, _answer(card))

    def stated(self, table: pd.DataFrame, truth: NDArray[Any], card: Challenge) -> StatedEstimates:
        """Return the answers; what the card does not ask for is no interval and no abstention."""
        names = self.columns(card)
        values = table[names].to_numpy(dtype=np.float64)
        empty = np.isnan(values).all(axis=1)
        if card.impute is not None:
            values[empty] = [card.impute[name] for name in names]
        parts = dict(zip(names, values.T, strict=True))
        none = {ABSTAIN: np.zeros(len(values))}
        absent = np.full(len(values), np.nan)
        whole = [parts.get(name, none.get(name, absent)) for name in _ALL]
        return StatedEstimates(np.column_stack(whole), int(empty.sum()))


def _answer(card: Challenge) -> EstimatesAnswer:
    """Return the card's section; only cards of this kind come here."""
    assert isinstance(card.answer, EstimatesAnswer)
    return card.answer


def _in_cell(
    raw: RawTable, given: Sequence[str], row: int, column: str, fault: Fault
) -> Iterator[Problem]:
    """Name a cell and what is wrong with it; cells of a row of the wrong width mean nothing."""
    if row not in raw.broken:
        yield cell_problem(raw, given, row, column, raw.frame[column].iloc[row], fault)
