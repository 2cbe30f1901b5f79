"""The probability of being uncensored: loss by covariates, the end of the study by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.methods.causal.cohort_outcome import Ends
from workbench.methods.causal.hazard_model import HazardModel, fit_hazard
from workbench.methods.causal.starts import Starts


@dataclass(frozen=True, eq=False)
class Uncensored:
    """Censoring of persons, in one arm.

    Attributes:
        loss: Hazard of being lost.
        ratio: Its hazard ratio of each person, shape ``(n,)``.
        study_end: Hazard of the study ending, the same for all.
    """

    loss: HazardModel
    ratio: NDArray[np.float64]
    study_end: HazardModel

    def before(self, rows: NDArray[np.int64], days: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of being uncensored before each day, ``(len(rows), k)``."""
        met = np.outer(self.ratio[rows], self.loss.before(days)) + self.study_end.before(days)
        return np.asarray(np.exp(-met))

    def before_own(self, rows: NDArray[np.int64], days: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the same for a day of each person's own, ``(len(rows),)``."""
        met = self.ratio[rows] * self.loss.before(days) + self.study_end.before(days)
        return np.asarray(np.exp(-met))


@dataclass(frozen=True, eq=False)
class CensoringModel:
    """Fitted hazards of loss and of the end of the study."""

    loss: HazardModel
    study_end: HazardModel

    def of(self, covariates: pd.DataFrame) -> Uncensored:
        """Return the censoring of persons with these covariates."""
        return Uncensored(self.loss, self.loss.ratio(covariates), self.study_end)


def fit_censoring(
    covariates: pd.DataFrame,
    ends: Ends,
    administrative: NDArray[np.bool_],
    horizon: float,
    what: str,
    counts: NDArray[np.float64] | None = None,
    starts: Starts | None = None,
) -> CensoringModel:
    """Fit a Cox regression of loss, and the hazard of the end of the study, up to the horizon.

    The end of the study is taken to have nothing to do with a person's covariates within an arm;
    mixed with loss it would make the hazards of censoring cross.

    Args:
        covariates: Columns of the loss model, ``(n, p)``.
        ends: Ends of follow-up, up to the horizon.
        administrative: True where censoring is the end of the study, ``(n,)``.
        horizon: Day on which ends of follow-up are no censoring.
        what: Name of the model, for errors.
        counts: How often each person counts, above 0, ``(n,)``.
        starts: Where earlier fits of the model ended.

    Raises:
        DataError: The faults of :func:`fit_hazard`.
    """
    ended = (ends.cause == 0) & (ends.time < horizon)
    loss = fit_hazard(covariates, ends.time, ended & ~administrative, what, counts, starts)
    study_end = fit_hazard(covariates.iloc[:, :0], ends.time, ended & administrative, what, counts)
    return CensoringModel(loss, study_end)
