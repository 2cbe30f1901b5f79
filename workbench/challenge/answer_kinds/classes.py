"""Hosting a challenge of classes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.challenge.answer_kinds.base import SAMPLE_CASES, Compared, HostedKind
from workbench.errors import Problem
from workbench.scoring import Challenge, decisions
from workbench.scoring.columns import DECISION

_SURE = 0.6


class HostedClasses(HostedKind):
    """A class a case, by probabilities."""

    def strata(self, labels: pd.DataFrame, card: Challenge) -> list[str]:
        """Return the classes."""
        return [str(label) for label in labels[card.label]]

    def gate_classes(self, labels: pd.DataFrame, card: Challenge) -> tuple[NDArray[np.int64], int]:
        """Return the class of each case."""
        places = {name: number for number, name in enumerate(card.classes)}
        return np.array([places[name] for name in labels[card.label]]), len(card.classes)

    def label_remarks(self, labels: pd.DataFrame, card: Challenge) -> Iterator[Problem]:
        """Say which classes have no case."""
        absent = [c for c in card.classes if c not in set(labels[card.label])]
        if absent:
            message = f"no case of class {', '.join(absent)}: metrics of it have no value"
            yield Problem("absent-class", message)

    def knows_nothing(self, card: Challenge) -> list[float]:
        """Return the same probability for every class."""
        return [1 / len(card.classes)] * len(card.classes)

    def compared(self, table: pd.DataFrame, card: Challenge) -> Compared:
        """Return probabilities of all classes but the first, even where there are none."""
        stated = table[card.classes].to_numpy(dtype=np.float64)
        stated = np.where(np.isnan(stated), 1 / len(card.classes), stated)
        if DECISION not in table:
            return Compared(stated[:, 1:], decisions(stated, card))
        places = {name: number for number, name in enumerate(card.classes)}
        decided = [places.get(name, -1) for name in table[DECISION]]
        return Compared(stated[:, 1:], np.array(decided, dtype=np.int64))

    def compared_size(self, card: Challenge) -> tuple[int, int]:
        """Return the classes but the first, and the classes."""
        return len(card.classes) - 1, len(card.classes)

    def sample_cases(self, card: Challenge) -> int:
        """Return an even number of cases, two of each class at least."""
        return max(SAMPLE_CASES, 2 * len(card.classes))

    def made_up_labels(self, n: int, card: Challenge) -> dict[str, list[str]]:
        """Return every class in turn."""
        return {card.label: [card.classes[i % len(card.classes)] for i in range(n)]}

    def made_up_answers(self, labels: pd.DataFrame, card: Challenge) -> pd.DataFrame:
        """Return probabilities that are right but for every fifth case."""
        places = [card.classes.index(label) for label in labels[card.label]]
        chosen = [(p + (i % 5 == 4)) % len(card.classes) for i, p in enumerate(places)]
        rest = (1 - _SURE) / (len(card.classes) - 1)
        return pd.DataFrame(
            {
                name: [round(_SURE if place == c else rest, 6) for c in chosen]
                for place, name in enumerate(card.classes)
            }
        )

    def form_words(self, card: Challenge) -> tuple[str, str]:
        """Return what a row of probabilities must be."""
        return (
            "A probability for each class; a row sums to 1 (0.001 of rounding is allowed). One 1 "
            "and the rest 0\n  is allowed too.",
            "Une probabilité par classe ; la somme d'une ligne vaut 1 (à 0,001 près). Un seul 1 "
            "et des 0 sont\n  aussi admis.",
        )
