"""Estimators of a treatment decided by a landmark, as NumPy and scikit-learn write them in months.

IPTW, standardisation and AIPW start at the end of the grace period, among those alive and followed.
A Cox regression is Newton's method on running sums over the rows by falling time. Nothing here is
clever on purpose: it is what the library's estimators are held against, in numbers and in time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.plain_causal import Pair, People, logistic, pair

FEWEST_EVENTS = 5


@dataclass(frozen=True)
class Rest:
    """Those alive and followed at the landmark, with months counted from there.

    Attributes:
        x: Covariates, ``(n, p)``.
        treated: Who started in time, ``(n,)``.
        end: Last month, the first is 1.
        death: Whether it ends in death.
        lost: Whether it ends in loss.
        months: How many there are.
    """

    x: np.ndarray
    treated: np.ndarray
    end: np.ndarray
    death: np.ndarray
    lost: np.ndarray
    months: int


@dataclass(frozen=True)
class Hazard:
    """A Cox regression: coefficients of the columns used, hazard of each month at all zeros."""

    used: np.ndarray
    beta: np.ndarray
    steps: np.ndarray

    def of(self, x: np.ndarray) -> np.ndarray:
        """Return cumulative hazards after each month, ``(n, months)``."""
        return np.outer(np.exp(x[:, self.used] @ self.beta), np.cumsum(self.steps))


def rest(people: People, months: int, grace: int) -> Rest:
    """Return who is left at the landmark."""
    here = people.months > grace
    start = people.start[here]
    return Rest(
        people.x[here],
        start < grace,
        people.months[here] - grace,
        people.death[here],
        people.lost[here],
        months - grace,
    )


def usable(x: np.ndarray, event: np.ndarray) -> np.ndarray:
    """Say which columns vary, and are not dummies that hardly any event tells apart."""
    low, high = x.min(axis=0), x.max(axis=0)
    two = ((x == low) | (x == high)).all(axis=0)
    raised = (x[event] == high).sum(axis=0)
    rare = np.minimum(raised, event.sum() - raised) < FEWEST_EVENTS
    return (low < high) & ~(two & rare)


def cox(x: np.ndarray, end: np.ndarray, event: np.ndarray, months: int) -> Hazard:
    """Fit by Newton's method, ties by Breslow."""
    used = usable(x, event) if event.any() else np.zeros(x.shape[1], bool)
    order = np.argsort(-end, kind="stable")
    x, end, event = x[order][:, used], end[order], event[order]
    last = np.searchsorted(-end, -np.arange(1, months + 1), side="right") - 1
    dead = np.bincount(end[event] - 1, minlength=months)
    hit = np.flatnonzero(dead)
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        risk = np.exp(x @ beta)
        s0 = np.cumsum(risk)[last[hit]]
        s1 = np.cumsum(risk[:, None] * x, axis=0)[last[hit]]
        s2 = np.cumsum(risk[:, None, None] * x[:, :, None] * x[:, None, :], axis=0)[last[hit]]
        mean = s1 / s0[:, None]
        score = x[event].sum(axis=0) - dead[hit] @ mean
        spread = s2 / s0[:, None, None] - mean[:, :, None] * mean[:, None, :]
        step = np.linalg.solve(np.einsum("k,kij->ij", dead[hit], spread), score)
        beta = beta + step
        if np.abs(step).max(initial=0.0) < 1e-9:
            break
    steps = np.zeros(months)
    steps[hit] = dead[hit] / np.cumsum(np.exp(x @ beta))[last[hit]]
    return Hazard(used, beta, steps)


def iptw(at: Rest, folds: np.ndarray) -> Pair:
    score = logistic(at.x, at.treated, at.x)
    curves = []
    for arm, chance in ((at.treated, score), (~at.treated, 1.0 - score)):
        weight = 1.0 / chance[arm]
        left = np.bincount(at.end[arm] - 1, weight, at.months)
        at_risk = np.cumsum(left[::-1])[::-1]
        dead = np.bincount(at.end[arm] - 1, weight * at.death[arm], at.months)
        curves.append(np.cumprod(1.0 - dead / at_risk))
    return pair(curves)


def standardisation(at: Rest, folds: np.ndarray) -> Pair:
    curves = []
    for arm in (at.treated, ~at.treated):
        model = cox(at.x[arm], at.end[arm], at.death[arm], at.months)
        curves.append(np.exp(-model.of(at.x)).mean(axis=0))
    return pair(curves)


def aipw(at: Rest, folds: np.ndarray) -> Pair:
    n = len(at.end)
    shares = np.empty((2, n, at.months))
    for fold in np.unique(folds):
        learn, judge = folds != fold, folds == fold
        score = logistic(at.x[learn], at.treated[learn], at.x[judge])
        for place, arm in enumerate((at.treated, ~at.treated)):
            own = learn & arm
            event = cox(at.x[own], at.end[own], at.death[own], at.months)
            loss = cox(at.x[own], at.end[own], at.lost[own], at.months)
            ended = ~at.death[own] & ~at.lost[own] & (at.end[own] < at.months)
            ends = cox(at.x[own][:, :0], at.end[own], ended, at.months)
            weight = arm[judge] / (score if place == 0 else 1.0 - score)
            shares[place, judge] = corrected(at, judge, event, loss, ends, weight)
    return pair(list(shares.mean(axis=1)))


def corrected(
    at: Rest, judge: np.ndarray, event: Hazard, loss: Hazard, ends: Hazard, weight: np.ndarray
) -> np.ndarray:
    """Return predicted survival plus what each observed person shows it to be off, ``(m, months)``.

    S(t) (1 - w sum of dM(u) / (S(u) G(u-))) over the months u up to t and to the person's end.
    """
    x, end, death = at.x[judge], at.end[judge], at.death[judge]
    survival = np.exp(-event.of(x))
    before = np.hstack([np.ones((len(x), 1)), survival[:, :-1]])
    censored = loss.of(x) + ends.of(x)
    stays = np.exp(-np.hstack([np.zeros((len(x), 1)), censored[:, :-1]]))
    month = np.arange(1, at.months + 1)
    seen = (month == end[:, None]) & death[:, None]
    martingale = seen - (month <= end[:, None]) * (1.0 - survival / before)
    return survival * (1.0 - weight[:, None] * np.cumsum(martingale / (survival * stays), axis=1))


POINT = {"iptw": iptw, "standardisation": standardisation, "aipw": aipw}


def point_estimators(at: Rest, folds: np.ndarray) -> dict[str, Pair]:
    """Run every estimator of a treatment decided once."""
    return {name: run(at, folds) for name, run in POINT.items()}
