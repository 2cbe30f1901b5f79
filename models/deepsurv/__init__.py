"""DeepSurv: Cox's proportional hazards with a network in place of the linear predictor."""
