"""Estimators of a target trial as a textbook writes them: one row a person-month, scikit-learn.

Months are the intervals. In each, treatment starts before deaths, and losses come last. A resample
of the bootstrap copies the rows of the persons drawn. Nothing here is clever on purpose: it is what
the library's estimators are held against, in numbers and in time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

Pair = tuple[np.ndarray, np.ndarray]  # risks and restricted means, strategy and comparator


@dataclass(frozen=True)
class People:
    """One row a person.

    Attributes:
        x: Covariates, ``(n, p)``.
        start: Month in which treatment starts, ``(n,)``; infinite where never.
        months: Months under observation, ``(n,)``.
        death: Whether the last month ends in death.
        lost: Whether it ends in loss.
    """

    x: np.ndarray
    start: np.ndarray
    months: np.ndarray
    death: np.ndarray
    lost: np.ndarray

    def take(self, rows: np.ndarray) -> People:
        """Return some persons, copied."""
        return People(*(values[rows] for values in vars(self).values()))


@dataclass(frozen=True)
class PersonMonths:
    """One row a person and month, with the chance to start and the inverse chance to be there."""

    person: np.ndarray
    month: np.ndarray
    death: np.ndarray
    chance: np.ndarray
    stayed: np.ndarray


def logistic(design: np.ndarray, outcome: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return chances by unpenalised logistic regression."""
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10, max_iter=100)
    return model.fit(design, outcome).predict_proba(asked)[:, 1]


def expand(people: People, grace: int, terms: np.ndarray) -> PersonMonths:
    """Write every person-month and fit both weight models on them."""
    person = np.repeat(np.arange(len(people.months)), people.months)
    first = np.repeat(np.cumsum(people.months) - people.months, people.months)
    month = np.arange(len(person)) - first
    final = month == people.months[person] - 1
    start = people.start[person]
    waiting = (month < grace) & (start >= month)
    levels = (month[:, None] == np.arange(1, grace)).astype(float)
    design = np.hstack([people.x[person], levels])[waiting]
    chance = np.zeros(len(person))
    chance[waiting] = logistic(design, (start == month)[waiting], design)
    design = np.hstack([people.x[person], (start <= month)[:, None], terms[month]])
    loss = logistic(design, final & people.lost[person], design)
    # Chance of not having been lost in any month before, within each person.
    log_kept = np.log1p(-loss)
    total = np.cumsum(log_kept)
    before = total - log_kept - (total - log_kept)[first]
    return PersonMonths(person, month, final & people.death[person], chance, np.exp(-before))


def survival(rows: PersonMonths, here: np.ndarray, weight: np.ndarray, months: int) -> np.ndarray:
    """Return weighted survival after each month."""
    at_risk = np.bincount(rows.month[here], weight[here], months)
    dead = np.bincount(rows.month[here], weight[here] * rows.death[here], months)
    hazard = np.divide(dead, at_risk, out=np.zeros(months), where=at_risk > 0)
    return np.cumprod(1.0 - hazard)


def pair(curves: list[np.ndarray], start: int = 0) -> Pair:
    risks = np.array([1.0 - curve[-1] for curve in curves])
    return risks, np.array([1.0 + curve[start:-1].sum() for curve in curves])


def naive(people: People, rows: PersonMonths, months: int, grace: int) -> Pair:
    ever = np.isfinite(people.start)[rows.person]
    one = np.ones(len(ever))
    return pair([survival(rows, arm, one, months) for arm in (ever, ~ever)])


def landmark(people: People, rows: PersonMonths, months: int, grace: int) -> Pair:
    here = people.months > grace
    treated = people.start < grace
    score = np.zeros(len(here))
    score[here] = logistic(people.x[here], treated[here], people.x[here])
    curves = []
    for arm, chance in ((treated, score), (~treated, 1.0 - score)):
        rest = (here & arm)[rows.person] & (rows.month >= grace)
        weight = rows.stayed / np.maximum(chance, 1e-300)[rows.person]
        curves.append(survival(rows, rest, weight, months))
    return pair(curves, grace)


def waited(rows: PersonMonths, since: int, grace: int) -> np.ndarray:
    """Return the inverse chance of no start from a month on until each row's month."""
    counted = (rows.month >= since) & (rows.month < grace)
    log_wait = np.where(counted, np.log1p(-rows.chance), 0.0)
    total = np.cumsum(log_wait)
    first = np.r_[True, rows.person[1:] != rows.person[:-1]]
    offset = (total - log_wait)[first][rows.person]
    return np.exp(offset - total)


def sequential_trials(people: People, rows: PersonMonths, months: int, grace: int) -> Pair:
    sizes, found = [], []
    for m in range(grace):
        eligible = (people.start >= m) & (people.months > m + 1)
        starts = eligible & (people.start == m)
        at_m = np.zeros(len(eligible))
        now = rows.month == m
        at_m[rows.person[now]] = rows.chance[now]
        later = rows.month > m
        treated = starts[rows.person] & later
        weight = rows.stayed / np.maximum(at_m, 1e-300)[rows.person]
        curves = [survival(rows, treated, weight, months)]
        left = (people.start[rows.person] <= rows.month) & (people.start[rows.person] < grace)
        waits = (eligible & ~starts)[rows.person] & later & ~left
        weight = rows.stayed * waited(rows, m, grace)
        curves.append(survival(rows, waits, weight, months))
        sizes.append(eligible.sum())
        found.append(pair(curves, m + 1))
    share = np.array(sizes) / sum(sizes)
    return share @ np.array([one[0] for one in found]), share @ np.array([one[1] for one in found])


def clone_censor_weight(people: People, rows: PersonMonths, months: int, grace: int) -> Pair:
    start = people.start[rows.person]
    late = (rows.month >= grace - 1) & ~(start < grace)
    forced = (rows.month == grace - 1) & (start == grace - 1)
    at_last = np.ones(len(people.start))
    at_last[rows.person[forced]] = rows.chance[forced]
    after = (rows.month >= grace - 1) & (start == grace - 1)
    weight = rows.stayed * np.where(after, 1.0 / at_last[rows.person], 1.0)
    curves = [survival(rows, ~late, weight, months)]
    started = (start <= rows.month) & (start < grace)
    weight = rows.stayed * waited(rows, 0, grace)
    curves.append(survival(rows, ~started, weight, months))
    return pair(curves)


ESTIMATORS = {
    "naive": naive,
    "landmark": landmark,
    "sequential_trials": sequential_trials,
    "clone_censor_weight": clone_censor_weight,
}


def all_estimators(people: People, months: int, grace: int, terms: np.ndarray) -> dict[str, Pair]:
    """Run every estimator on one cohort."""
    rows = expand(people, grace, terms)
    return {name: run(people, rows, months, grace) for name, run in ESTIMATORS.items()}
