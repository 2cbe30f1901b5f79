"""Hosting a challenge of estimates of hidden numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.challenge.answer_kinds.base import Compared, HostedKind, quarters
from workbench.metrics.effects.false_positives import EffectFalsePositives
from workbench.scoring import Challenge
from workbench.scoring.answer_kinds import kind_of
from workbench.scoring.answer_kinds.estimates import ABSTAIN, ESTIMATE, HIGH, LOW
from workbench.scoring.card_answer import EstimatesAnswer
from workbench.scoring.cells import numbers

_ORACLE, _HALF_WIDTH = 0.1, 0.25
_UNANSWERABLE_EVERY, _NULL_EVERY = 8, 4


class HostedEstimates(HostedKind):
    """A number a case, with an interval and abstentions where asked."""

    def strata(self, labels: pd.DataFrame, card: Challenge) -> list[str]:
        """Return the third of the true numbers that each is in: low, middle or high."""
        place = pd.Series(numbers(labels[_answer(card).label].tolist())).rank(pct=True)
        return ["low" if p <= 1 / 3 else "middle" if p <= 2 / 3 else "high" for p in place]

    def gate_classes(self, labels: pd.DataFrame, card: Challenge) -> tuple[NDArray[np.int64], int]:
        """Return no kind of event: the gate counts persons alone."""
        return np.zeros(len(labels), dtype=np.int64), 0

    def knows_nothing(self, card: Challenge) -> list[float]:
        """Return an estimate of 0; where abstaining is asked for, an abstention."""
        return [1.0 if name == ABSTAIN else 0.0 for name in kind_of(card).columns(card)]

    def compared(self, table: pd.DataFrame, card: Challenge) -> Compared:
        """Return the estimates, the median where abstained, and their quarter or the abstention."""
        known = table[ESTIMATE].where(table[ABSTAIN] != 1) if ABSTAIN in table else table[ESTIMATE]
        middle = 0.0 if known.isna().all() else float(known.median())
        stated = known.fillna(middle).to_numpy(dtype=np.float64)
        decided = np.where(known.isna(), 4, quarters(stated))
        return Compared(stated[:, None], decided)

    def compared_size(self, card: Challenge) -> tuple[int, int]:
        """Return the estimate, and the quarters and the abstention."""
        return 1, 5

    def made_up_labels(self, n: int, card: Challenge) -> dict[str, list[str]]:
        """Return numbers about 1, some of them 0 and some not to be answered, as far as asked."""
        answer = _answer(card)
        null = any(isinstance(metric, EffectFalsePositives) for metric in card.metric_objects)
        is_null = [null and i % _NULL_EVERY == 1 for i in range(n)]
        values = ["0" if zero else f"{0.5 + 0.25 * (i % 6):g}" for i, zero in enumerate(is_null)]
        columns = {answer.label: values}
        if answer.oracle is not None:
            columns[answer.oracle] = [f"{_ORACLE:g}"] * n
        if answer.group is not None:
            columns[answer.group] = [f"sample-{'null' if zero else 'effect'}" for zero in is_null]
        if answer.answerable is not None:
            columns[answer.answerable] = ["01"[i % _UNANSWERABLE_EVERY > 0] for i in range(n)]
        return columns

    def made_up_answers(self, labels: pd.DataFrame, card: Challenge) -> pd.DataFrame:
        """Return estimates a little off, with fair intervals, abstaining where that is right."""
        answer = _answer(card)
        off = np.array([(-0.1, 0.05, 0.1, -0.05, 0.2)[i % 5] for i in range(len(labels))])
        estimate = (numbers(labels[answer.label].tolist()) + off).round(6)
        table = pd.DataFrame({ESTIMATE: estimate})
        table[LOW], table[HIGH] = estimate - _HALF_WIDTH, estimate + _HALF_WIDTH
        if answer.answerable is not None:
            table[ABSTAIN] = 1 - numbers(labels[answer.answerable].tolist()).astype(np.int64)
        return table[kind_of(card).columns(card)].round(6)

    def form_words(self, card: Challenge) -> tuple[str, str]:
        """Return what estimate, interval and abstention are, as far as the card asks for them."""
        answer = _answer(card)
        english, french = "`estimate`: your number.", "`estimate` : votre nombre."
        if answer.interval != "none":
            english += f" `low`, `high`: its interval of nominal level {answer.level:g}"
            french += f" `low`, `high` : son intervalle de niveau nominal {answer.level:g}"
            if answer.interval == "optional":
                english += "; both columns may be left out"
                french += " ; les deux colonnes peuvent manquer"
            english, french = english + ".", french + "."
        if answer.answerable is not None:
            english += (
                " `abstain`: 1 where the\n  question cannot be answered (the numbers may then be "
                "empty), else 0."
            )
            french += (
                " `abstain` : 1 si la\n  question n'a pas de réponse possible (les nombres peuvent "
                "alors manquer), sinon 0."
            )
        return english, french


def _answer(card: Challenge) -> EstimatesAnswer:
    """Return the card's section; only cards of this kind come here."""
    assert isinstance(card.answer, EstimatesAnswer)
    return card.answer
