"""Answers that are classes: a probability a class, and a class decided for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import Problem, UsageError, did_you_mean
from workbench.metrics import Metric
from workbench.metrics.cost import checked_cost
from workbench.scoring.answer_kinds.alert_days import (
    alert_card_problems,
    alert_days,
    alert_label_columns,
    alert_label_faults,
    alert_metric_problems,
    alert_truth,
)
from workbench.scoring.answer_kinds.base import (
    AnswerKind,
    Found,
    HeaderForm,
    LabelColumn,
    LabelFault,
)
from workbench.scoring.card import Challenge
from workbench.scoring.decisions import decisions
from workbench.scoring.forms import DECISION, answer_problems, decision_problems
from workbench.scoring.raw import RawTable


@dataclass(frozen=True)
class StatedClasses:
    """Probabilities and decisions.

    Attributes:
        probabilities: Shape ``(n, K)``, missing answers filled in by the challenge's policy.
        decisions: Class numbers, shape ``(n,)``.
        alert_days: Day of each alert, ``(n,)``; NaN throughout where none were given.
        n_missing: How many answers were filled in.
    """

    probabilities: NDArray[np.float64]
    decisions: NDArray[np.int64]
    alert_days: NDArray[np.float64]
    n_missing: int

    def prediction(self, metric: Metric) -> NDArray[Any]:
        """Return what a metric needs: decisions, probabilities or days of alerts."""
        if metric.needs == "alerts":
            return self.alert_days
        return self.decisions if metric.needs == "labels" else self.probabilities


class Classes(AnswerKind):
    """A class a case: ``label``, ``classes`` and ``decision`` of the card."""

    name = "classes"
    asks = "classes"
    needs = ("labels", "probabilities", "scores", "alerts")
    column = "class"
    number = "probability"
    card_keys = ("label", "classes", "decision")
    submission_keys = ("forms", "sum_tolerance")
    policies = ("reject", "worst", "impute")
    text_column = DECISION

    def card_problems(self, card: Challenge) -> Iterator[Found]:
        """Check the decision and its cost."""
        cost = card.decision.cost
        if card.decision.rule == "none":
            remedy = "write most-probable or expected-cost"
            yield ("decision", "rule"), "wrong-value", "classes need a rule of decision", remedy
        if card.decision.rule == "expected-cost" and cost is None:
            yield ("decision",), "missing-cost", "the rule 'expected-cost' needs 'cost'", ""
        if cost is not None:
            try:
                checked_cost(cost, len(card.classes))
            except UsageError as error:
                yield ("decision", "cost"), "wrong-cost", error.message, ""

        yield from alert_card_problems(card)

    def metric_problems(self, metric: Metric, primary: bool, card: Challenge) -> Iterator[Problem]:
        """Refuse metrics of alerts where none are asked for, and as the one that ranks."""
        return alert_metric_problems(metric, primary, card)

    def impute_problem(self, values: dict[str, float], card: Challenge) -> str:
        """Check that the values are probabilities."""
        if abs(sum(values.values()) - 1) > 1e-9 or min(values.values()) < 0:
            return "'impute' must be probabilities that sum to 1"
        return ""

    def columns(self, card: Challenge) -> list[str]:
        """Return the classes."""
        return list(card.classes)

    def forms(self, card: Challenge) -> list[HeaderForm]:
        """Return the card's header, that of a run's table (``p_<class>``), and the aliases."""
        own, *aliases = super().forms(card)
        return [own, HeaderForm(card.key, {f"p_{name}": name for name in card.classes}), *aliases]

    def value_problems(
        self,
        raw: RawTable,
        names: Sequence[str],
        given: Sequence[str],
        values: NDArray[np.float64],
        card: Challenge,
    ) -> Iterator[Problem]:
        """Yield values out of range, rows that are given in part, and rows in no allowed form."""
        return answer_problems(raw, names, given, values, card)

    def text_problems(
        self, raw: RawTable, given: Sequence[str], texts: Sequence[str], card: Challenge
    ) -> Iterator[Problem]:
        """Yield decisions that are no class."""
        return decision_problems(raw, given, texts, card)

    def label_columns(self, card: Challenge) -> list[LabelColumn]:
        """Return the column of the class, and that of the first day of an alert."""
        return [LabelColumn("label", card.label, ("label",)), *alert_label_columns(card)]

    def label_faults(self, labels: pd.DataFrame, card: Challenge) -> Iterator[LabelFault]:
        """Yield rows whose label is no class."""
        column = labels[card.label]
        for row in np.flatnonzero(~column.isin(card.classes)).tolist():
            message = f"'{column[row]}' is not a class of {card.id}"
            known = f"the classes are {', '.join(card.classes)}"
            remedy = did_you_mean(column[row], card.classes) or known
            yield LabelFault(row, "unknown-class", message, remedy)

        yield from alert_label_faults(labels, card)

    def truth(self, labels: pd.DataFrame, card: Challenge) -> NDArray[Any]:
        """Return class numbers, shape ``(n,)``."""
        places = {name: number for number, name in enumerate(card.classes)}
        return np.array([places[label] for label in labels[card.label]])

    def truth_for(
        self, metric: Metric, truth: NDArray[Any], labels: pd.DataFrame, card: Challenge
    ) -> NDArray[Any]:
        """Return class numbers; for metrics of alerts with first day and end, ``(n, 3)``."""
        return alert_truth(metric, truth, labels, card)

    def stated(self, table: pd.DataFrame, truth: NDArray[Any], card: Challenge) -> StatedClasses:
        """Return probabilities and decisions; a decision that was sent goes before the rule."""
        values = table[card.classes].to_numpy(dtype=np.float64)
        empty = np.isnan(values).all(axis=1)
        probabilities = _filled(values, empty, truth, card)
        decided = decisions(probabilities, card)
        if DECISION in table:
            decided = np.where(empty, decided, _submitted(table[DECISION], card.classes))
        days = alert_days(table, empty, card)
        return StatedClasses(probabilities, decided, days, int(empty.sum()))

    def decision(self, table: pd.DataFrame, card: Challenge) -> str:
        """Return the rule, or that decisions were sent."""
        return "submitted" if DECISION in table else card.decision.rule


def _filled(
    values: NDArray[np.float64], empty: NDArray[np.bool_], truth: NDArray[Any], card: Challenge
) -> NDArray[np.float64]:
    """Fill in missing answers: the card's probabilities, or the most costly wrong class."""
    if not empty.any():
        return values
    filled = values.copy()
    if card.impute is not None:
        filled[empty] = [card.impute[name] for name in card.classes]
        return filled
    places = np.arange(len(card.classes))
    far = np.abs(places[:, None] - places[None, :]).astype(np.float64)
    cost = far if card.decision.cost is None else np.array(card.decision.cost)
    filled[empty] = np.eye(len(places))[cost.argmax(axis=1)[truth[empty]]]
    return filled


def _submitted(column: pd.Series[Any], classes: list[str]) -> NDArray[np.int64]:
    """Return submitted decisions as class numbers; -1 where there is none."""
    return np.array([classes.index(c) if c in classes else -1 for c in column], dtype=np.int64)
