"""Hosting a challenge on the time to an event."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.challenge.answer_kinds.base import Compared, HostedKind, quarters
from workbench.errors import Problem
from workbench.scoring import Challenge
from workbench.scoring.answer_kinds import kind_of
from workbench.scoring.answer_kinds.survival import RISK
from workbench.scoring.card_answer import SurvivalAnswer
from workbench.scoring.cells import numbers

_FEW, _FEW_SHARE = 11, 0.1
"""Cases at risk beyond the last time of the curves: few by number, and by share of all."""


class HostedSurvival(HostedKind):
    """A risk and a survival curve a case."""

    def strata(self, labels: pd.DataFrame, card: Challenge) -> list[str]:
        """Return ``event`` or ``censored``."""
        return ["event" if e == "1" else "censored" for e in labels[_answer(card).event]]

    def gate_classes(self, labels: pd.DataFrame, card: Challenge) -> tuple[NDArray[np.int64], int]:
        """Return 1 for events and 0 for censored."""
        seen = labels[_answer(card).event] == "1"
        return np.array(seen, dtype=np.int64), 2

    def label_remarks(self, labels: pd.DataFrame, card: Challenge) -> Iterator[Problem]:
        """Say where few are left at the end of the curves, often because the units differ."""
        answer = _answer(card)
        time = numbers(labels[answer.time].tolist())
        beyond = int((time > answer.times[-1]).sum())
        if beyond < min(_FEW, _FEW_SHARE * len(time)):
            message = (
                f"{beyond} of {len(time)} cases are followed beyond {answer.times[-1]:g}, the last "
                "time of the curves: what is scored there rests on them"
            )
            yield Problem("few-at-risk", message, "", "end the curves earlier, or look at the unit")

    def knows_nothing(self, card: Challenge) -> list[float]:
        """Return the same risk for all, and one half at every time."""
        return [0.0, *(0.5 for _ in _answer(card).times)]

    def compared(self, table: pd.DataFrame, card: Challenge) -> Compared:
        """Return risk and curve, the median where there is none, and the quarter of the risk."""
        names = kind_of(card).columns(card)
        stated = table[names].fillna(table[names].median()).to_numpy(dtype=np.float64)
        return Compared(stated, quarters(stated[:, 0]))

    def compared_size(self, card: Challenge) -> tuple[int, int]:
        """Return risk and times, and the quarters."""
        return 1 + len(_answer(card).times), 4

    def made_up_labels(self, n: int, card: Challenge) -> dict[str, list[str]]:
        """Return times up to a third beyond the last of the curves, two thirds of them events."""
        answer = _answer(card)
        shares = [0.15 + 0.13 * (i * 7 % 10) for i in range(n)]
        return {
            answer.time: [f"{max(1.0, share * answer.times[-1]):.0f}" for share in shares],
            answer.event: ["0" if i % 3 == 0 else "1" for i in range(n)],
        }

    def made_up_answers(self, labels: pd.DataFrame, card: Challenge) -> pd.DataFrame:
        """Return curves of a constant hazard that fits the time, but for every fifth case."""
        answer = _answer(card)
        time = numbers(labels[answer.time].tolist())
        typical = np.where(np.arange(len(time)) % 5 == 4, time[::-1], time)
        hazard = 0.7 / typical
        curves = np.exp(-np.outer(hazard, answer.times)).round(6)
        table = pd.DataFrame(curves, columns=answer.curves)
        table.insert(0, RISK, np.log(hazard).round(6))
        return table

    def form_words(self, card: Challenge) -> tuple[str, str]:
        """Return what risk and curve are."""
        return (
            "`risk`: any real number, higher means an earlier event. `s_<time>`: the probability "
            "of no event up to\n  and including that time, within 0..1, never rising. Metrics of "
            "order take the risk, metrics of\n  probability the curve: each is scored as declared.",
            "`risk` : un nombre réel, plus haut veut dire événement plus tôt. `s_<temps>` : la "
            "probabilité de ne pas\n  avoir eu d'événement jusqu'à ce temps inclus, entre 0 et 1, "
            "jamais croissante. Les métriques d'ordre\n  prennent le risque, celles de probabilité "
            "la courbe : chacun est noté comme déclaré.",
        )


def _answer(card: Challenge) -> SurvivalAnswer:
    """Return the card's section; only cards of this kind come here."""
    assert isinstance(card.answer, SurvivalAnswer)
    return card.answer
