"""The propensity score: the probability of treatment given what was known at time zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.causal.logistic import LogisticFit, fit_logistic
from workbench.methods.causal.starts import Starts


@dataclass(frozen=True, eq=False)
class Propensity:
    """A fitted propensity model.

    Attributes:
        score: Probability of treatment of each person, shape ``(n,)``.
        treated: Who was treated, ``(n,)``.
        design: Columns of the model, ones first, ``(n, p)``.
        fit: Its coefficients.
        left_out: Columns of one value, which can tell nobody apart.
    """

    score: NDArray[np.float64]
    treated: NDArray[np.bool_]
    design: NDArray[np.float64]
    fit: LogisticFit
    left_out: tuple[str, ...]

    def influence(self) -> NDArray[np.float64]:
        """Return how far each person pulled the coefficients, shape ``(n, p)``."""
        return self.fit.influence(self.design, self.treated)

    def predict(self, covariates: pd.DataFrame) -> NDArray[np.float64]:
        """Return the score of other persons with the same columns, shape ``(m,)``."""
        kept = covariates.drop(columns=list(self.left_out)) if self.left_out else covariates
        return self.fit.probability(_design(kept))


def fit_propensity(
    covariates: pd.DataFrame,
    treated: NDArray[np.bool_],
    *,
    ridge: float = 0.0,
    counts: NDArray[np.float64] | None = None,
    starts: Starts | None = None,
) -> Propensity:
    """Fit a logistic regression of treatment on covariates, as they are.

    Rosenbaum and Rubin 1983, Biometrika 70:41.

    Args:
        covariates: One numeric column each, no value missing, ``(n, p)``; squares and products are
            columns that the caller adds.
        treated: Who was treated, ``(n,)``.
        ridge: As in :func:`fit_logistic`.
        counts: How often each person counts, above 0, ``(n,)``.
        starts: Where earlier fits of the model ended, to begin there.

    Raises:
        DataError: ``one-arm-empty``; ``no-overlap`` where covariates tell the arms apart without
            error; and the faults of :func:`fit_logistic`.

    >>> given = pd.DataFrame({"grade3": [0, 0, 0, 0, 1, 1, 1, 1], "constant": 1})
    >>> took = np.array([1, 0, 0, 0, 1, 1, 1, 0], bool)
    >>> found = fit_propensity(given, took)
    >>> found.score.round(3).tolist(), found.left_out
    ([0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75], ('constant',))
    """
    chosen = check_arms(treated, len(covariates))
    values = covariates.to_numpy(np.float64)
    constant = values.min(axis=0) == values.max(axis=0)
    left_out = tuple(covariates.columns[constant].astype(str))
    kept = covariates.loc[:, ~constant]
    design = _design(kept)
    names = ("(ones)", *kept.columns.astype(str))
    began = None if starts is None else starts.of("propensity", names)
    try:
        fit = fit_logistic(design, chosen, counts, ridge=ridge, start=began, names=names)
    except DataError as error:
        apart = [problem for problem in error.problems if problem.code == "separation"]
        if not apart:
            raise
        raise DataError(
            "who was treated follows from the covariates: the arms do not overlap",
            problems=[
                Problem(
                    "no-overlap",
                    "nobody alike was treated otherwise, so no effect can be read here",
                    apart[0].where,
                    "narrow the eligibility to where both choices were made, or give no answer",
                ),
                *apart,
            ],
        ) from error
    if starts is not None:
        starts.keep("propensity", names, fit.coefficients)
    return Propensity(fit.probability(design), chosen, design, fit, left_out)


def check_arms(treated: NDArray[np.bool_], persons: int) -> NDArray[np.bool_]:
    """Return who was treated as booleans.

    Raises:
        DataError: ``bad-treatment``: not one true or false a person; ``one-arm-empty``.
    """
    given = np.asarray(treated)
    if given.shape != (persons,) or not np.isin(given, (0, 1)).all():
        text = f"treatment must be 0 or 1 for each of {persons} persons, got shape {given.shape}"
        raise DataError("treatment cannot be read", problems=[Problem("bad-treatment", text)])
    count = int(given.sum())
    if count in (0, persons):
        empty = "untreated" if count else "treated"
        raise DataError(
            "one arm is empty",
            problems=[
                Problem(
                    "one-arm-empty",
                    f"nobody is {empty}: {count} of {persons} persons are treated",
                    remedy="look at the codes that define treatment, and at eligibility",
                )
            ],
        )
    return given.astype(bool)


def _design(covariates: pd.DataFrame) -> NDArray[np.float64]:
    """Return the columns with ones before them."""
    return np.column_stack([np.ones(len(covariates)), covariates.to_numpy(np.float64)])
