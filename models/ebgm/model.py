"""Gamma-Poisson shrinker: pairs ranked by EB05."""

from typing import Any

import numpy as np
import pandas as pd

from workbench.learning.signal_scorer import Floats, SignalScorer, State
from workbench.methods.signals.cells import cells_of
from workbench.methods.signals.gamma_mixture import GammaMixture
from workbench.methods.signals.prior_bounds import Bounds
from workbench.methods.signals.prior_fit import PriorFit, fit_prior
from workbench.methods.signals.shrunken import ebgm

from .params import EbgmParams


class Ebgm(SignalScorer):
    """Ranks pairs by the lower end of the posterior of the ratio (DuMouchel 1999)."""

    params_type = EbgmParams

    def learn(self, counts: pd.DataFrame) -> State:
        """Return the five parameters of the prior, and whether bounds made it.

        Raises:
            RunError: ``prior-not-identified``, unless a bounded fit was asked for.
        """
        found = self._fitted(counts)
        bounded = found.status == "bounded"
        return {"prior": np.array(found.for_scores().values()), "bounded": np.array(bounded)}

    def _fitted(self, counts: pd.DataFrame) -> PriorFit:
        """Return the prior of the pairs; within bounds where it must and may be."""
        cells = cells_of(counts["n"], counts["expected"])
        likelihood: Any = self.params.likelihood
        found = fit_prior(cells, likelihood)
        if found.status != "not-identified" or self.params.when_not_identified == "stop":
            return found
        return fit_prior(cells, likelihood, bounds=Bounds())

    def strengths(self, counts: pd.DataFrame, state: State) -> Floats:
        """Return the log of EB05."""
        prior = GammaMixture(*(float(value) for value in state["prior"]))
        found = ebgm(counts["n"], counts["expected"], prior, level=self.params.level, upper=False)
        return np.log(found.estimate.low)
