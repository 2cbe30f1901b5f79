"""One estimator laid out for a cohort, to be fitted under any counts."""

from __future__ import annotations

import numpy as np

from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.plans import PlanFit, fit_plan, make_plan, plan_influence
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.strategies import make_trial
from workbench.methods.causal.weight_models import fit_weights, weight_tasks


class Planned:
    def __init__(
        self, cohort: Cohort, protocol: Protocol, name: str = "clone_censor_weight"
    ) -> None:
        trial = make_trial(cohort, protocol)
        self.tasks = weight_tasks(cohort, protocol, trial)
        self.plan = make_plan(name, cohort, protocol, trial, self.tasks)

    def fit(self, counts: np.ndarray | None = None) -> PlanFit:
        return fit_plan(self.plan, fit_weights(self.tasks, counts), counts)

    def influence(self, fit: PlanFit) -> np.ndarray:
        return plan_influence(self.plan, fit)
