"""Cox proportional hazards regression."""

from workbench.learning.lifelines_adapter import CoxRegression

from .params import CoxParams


class Cox(CoxRegression):
    """Ranks cases by the hazard of an event; linear in the features."""

    params_type = CoxParams
