"""Whether the effect differs by the risk a person has without treatment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, Problem, UsageError
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.cohort_outcome import cohort_outcome
from workbench.methods.causal.estimate import Emulated
from workbench.methods.causal.folds import person_folds
from workbench.methods.causal.predicted_risk import fit_events

Estimator = Callable[[Cohort, NDArray[np.bool_], float], Emulated]


@dataclass(frozen=True)
class RiskGroup:
    """Persons of like predicted risk, and the effect among them.

    Attributes:
        low: Lowest predicted risk of the group.
        high: Highest.
        persons: How many.
        result: What the estimator found; None where it could not.
        problems: Why it could not.
    """

    low: float
    high: float
    persons: int
    result: Emulated | None
    problems: tuple[Problem, ...] = ()


def predicted_risk(
    cohort: Cohort, treated: NDArray[np.bool_], horizon: float, *, folds: int = 5, seed: int = 0
) -> NDArray[np.float64]:
    """Return each person's risk by the horizon without treatment, ``(n,)``.

    From a Cox model of the untreated that has not seen the person: in groups of their own fitted
    risk, untreated persons who died by chance would look as if of high risk (Abadie, Chingos and
    West 2018, Rev Econ Stat 100:567).

    Args:
        cohort: Eligible persons.
        treated: Arm, ``(n,)``.
        horizon: Day the risk is of.
        folds: Of the prediction.
        seed: Of the folds.

    Raises:
        DataError: The faults of :func:`cohort_outcome` and :func:`fit_events`.
    """
    ends, chosen = cohort_outcome(cohort, treated, horizon)
    risk = np.empty(len(cohort))
    for learn, judge in person_folds(chosen, folds, seed):
        own = learn[~chosen[learn]]
        model = fit_events(cohort.baseline.iloc[own], ends.take(own), horizon, "untreated")
        predicted = model.of(cohort.baseline.iloc[judge])
        risk[judge] = 1.0 - predicted.curves(np.array([horizon]))[0][:, 0]
    return risk


def effect_by_risk(
    cohort: Cohort,
    treated: NDArray[np.bool_],
    horizon: float,
    risk: NDArray[np.float64],
    estimator: Estimator,
    *,
    cuts: Sequence[float] | None = None,
) -> list[RiskGroup]:
    """Return the effect in groups of rising risk.

    Args:
        cohort: Eligible persons.
        treated: Arm, ``(n,)``.
        horizon: Day the risk is read off.
        risk: Predicted without treatment, ``(n,)``, such as of :func:`predicted_risk`.
        estimator: Such as :func:`~workbench.methods.causal.augmented_survival.aipw`.
        cuts: Rising risks between groups; the thirds of the cohort by default.

    Raises:
        UsageError: Cuts do not rise, or leave a group empty.
    """
    edges = np.quantile(risk, [1 / 3, 2 / 3]) if cuts is None else np.asarray(cuts, np.float64)
    place = np.searchsorted(edges, risk, side="right")
    counts = np.bincount(place, minlength=len(edges) + 1)
    if (np.diff(edges) <= 0).any() or not counts.all():
        given = ", ".join(f"{edge:g}" for edge in edges)
        raise UsageError(f"cuts of risk must rise and leave nobody's group empty, got {given}")
    groups = []
    for number in range(len(counts)):
        rows = np.flatnonzero(place == number)
        ends = (float(risk[rows].min()), float(risk[rows].max()), len(rows))
        try:
            found = estimator(cohort.take(rows), treated[rows], horizon)
        except DataError as error:
            problems = error.problems or (Problem("no-answer", error.message),)
            groups.append(RiskGroup(*ends, None, problems))
        else:
            groups.append(RiskGroup(*ends, found))
    return groups


def difference_of_groups(
    low: RiskGroup, high: RiskGroup, *, estimand: str = "risk_difference", level: float = 0.95
) -> tuple[float, float, float]:
    """Return effect in the high group minus in the low one, with its interval.

    Args:
        low: Group of low risk.
        high: Group of high risk; they share nobody.
        estimand: A difference, not a ratio.
        level: Of the interval.

    Raises:
        DataError: ``no-answer``: a group has no such estimate.
    """
    found = []
    for group in (low, high):
        given = group.result.estimates if group.result else []
        chosen = [one for one in given if one.estimand == estimand]
        if not chosen:
            text = f"no {estimand} among persons of risk {group.low:.2f}..{group.high:.2f}"
            raise DataError("groups cannot be compared", problems=[Problem("no-answer", text)])
        found.append(chosen[0])
    gap = found[1].value - found[0].value
    error = float(np.hypot(found[0].standard_error, found[1].standard_error))
    half = NormalDist().inv_cdf((1.0 + level) / 2.0) * error
    return gap, gap - half, gap + half
