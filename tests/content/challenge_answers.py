"""Labels and answers for any challenge: perfect, random and broken, one object a kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import pandas as pd

from workbench.scoring import Challenge
from workbench.scoring.answer_kinds import kind_of

N_CASES = 400


class Answering(ABC):
    """What a kind of answer is tried with."""

    @abstractmethod
    def truth(self, card: Challenge) -> dict[str, Any]:
        """Return the columns of the answer for ``N_CASES`` cases."""

    @abstractmethod
    def perfect(self, card: Challenge, truth: pd.DataFrame) -> np.ndarray:
        """Return the best numbers there are, in the order of the columns."""

    @abstractmethod
    def random(self, card: Challenge, truth: pd.DataFrame, rng: Any) -> np.ndarray:
        """Return numbers that know nothing."""

    @abstractmethod
    def faults(self, card: Challenge) -> dict[str, dict[str, float]]:
        """Return values of a column that are refused, by the code they are refused with."""

    def further(self, card: Challenge, truth: pd.DataFrame) -> dict[str, Any]:
        """Return the best numbers of columns that are asked for beside the answer."""
        return {}

    def reaches_the_end(self, name: str) -> bool:
        """Say whether perfect answers reach the better end of a metric's range."""
        return True


class ByClasses(Answering):
    """Equally frequent classes."""

    def truth(self, card: Challenge) -> dict[str, Any]:
        numbers = np.random.default_rng(0).permutation(np.arange(N_CASES) % len(card.classes))
        labels = {card.label: [card.classes[i] for i in numbers]}
        alerts = getattr(card.answer, "alerts", None)
        return labels | ({alerts.first: np.arange(N_CASES) % 50} if alerts else {})

    def further(self, card: Challenge, truth: pd.DataFrame) -> dict[str, Any]:
        alerts = getattr(card.answer, "alerts", None)
        if alerts is None:
            return {}
        signal = truth[card.label] == card.classes[-1]
        return {alerts.day: truth[alerts.first].where(signal, alerts.days)}

    def perfect(self, card: Challenge, truth: pd.DataFrame) -> np.ndarray:
        return np.eye(len(card.classes))[[card.classes.index(c) for c in truth[card.label]]]

    def random(self, card: Challenge, truth: pd.DataFrame, rng: Any) -> np.ndarray:
        return np.eye(len(card.classes))[rng.integers(0, len(card.classes), N_CASES)]

    def faults(self, card: Challenge) -> dict[str, dict[str, float]]:
        return {"sum-not-one": {card.classes[0]: 0.7}, "missing-value": {card.classes[0]: np.nan}}


class BySurvival(Answering):
    """Times on the scale of the card, a third censored."""

    def truth(self, card: Challenge) -> dict[str, Any]:
        answer: Any = card.answer
        rng, last = np.random.default_rng(0), answer.times[-1]
        seen = rng.exponential(0.7 * last, N_CASES)
        lost = rng.uniform(0.2 * last, 2 * last, N_CASES)
        time = np.maximum(1e-3 * last, np.minimum(seen, lost)).round(4)
        return {answer.time: time, answer.event: (seen <= lost).astype(int)}

    def perfect(self, card: Challenge, truth: pd.DataFrame) -> np.ndarray:
        answer: Any = card.answer
        time = truth[answer.time].to_numpy(dtype=float)
        alive = (time[:, None] > np.array(answer.times)[None, :]).astype(float)
        return np.column_stack([-time, alive])

    def random(self, card: Challenge, truth: pd.DataFrame, rng: Any) -> np.ndarray:
        curves = np.sort(rng.random((N_CASES, len(kind_of(card).columns(card)) - 1)), axis=1)
        return np.column_stack([rng.normal(size=N_CASES), curves[:, ::-1]])

    def faults(self, card: Challenge) -> dict[str, dict[str, float]]:
        names = kind_of(card).columns(card)
        found = {"out-of-range": {names[1]: 1.2}, "missing-value": {names[0]: np.nan}}
        return found | ({"rising-curve": {names[1]: 0.0, names[2]: 1.0}} if names[2:] else {})

    def reaches_the_end(self, name: str) -> bool:
        return "calibration" not in name and "ici" not in name


class ByEstimates(Answering):
    """Numbers in four groups; in one there is no effect, another cannot be answered."""

    def truth(self, card: Challenge) -> dict[str, Any]:
        answer: Any = card.answer
        rng, group = np.random.default_rng(0), np.arange(N_CASES) % 4
        null = (group == 3) if answer.group else np.zeros(N_CASES, dtype=bool)
        columns = {answer.label: np.where(null, 0.0, rng.lognormal(0, 0.5, N_CASES).round(4))}
        more = {
            answer.oracle: np.full(N_CASES, 0.1),
            answer.group: [f"g{one}" for one in group],
            answer.answerable: (group != 2).astype(int),
        }
        return columns | {name: values for name, values in more.items() if name}

    def perfect(self, card: Challenge, truth: pd.DataFrame) -> np.ndarray:
        answer: Any = card.answer
        value = truth[answer.label].to_numpy(dtype=float)
        gone = 1 - truth[answer.answerable] if answer.answerable else 0
        parts = pd.DataFrame({"estimate": value, "low": value, "high": value, "abstain": gone})
        return parts[kind_of(card).columns(card)].to_numpy(dtype=float)

    def random(self, card: Challenge, truth: pd.DataFrame, rng: Any) -> np.ndarray:
        guess = rng.lognormal(0, 0.5, N_CASES)
        gone = rng.integers(0, 2, N_CASES)
        parts = pd.DataFrame(
            {"estimate": guess, "low": guess - 0.1, "high": guess + 0.1, "abstain": gone}
        )
        return parts[kind_of(card).columns(card)].to_numpy(dtype=float)

    def faults(self, card: Challenge) -> dict[str, dict[str, float]]:
        names = kind_of(card).columns(card)
        found = {"missing-value": {names[0]: np.nan}}
        if "low" in names:
            found["interval-upside-down"] = {"low": 9.0, "high": 8.0}
        return found | ({"not-binary": {"abstain": 0.5}} if "abstain" in names else {})

    def reaches_the_end(self, name: str) -> bool:
        # An honest 95 % interval never covers always; the price of abstaining is never 0.
        return name not in ("effect-interval-score", "effect-coverage-error")


KINDS: dict[str, Answering] = {
    "classes": ByClasses(),
    "survival": BySurvival(),
    "estimates": ByEstimates(),
}
