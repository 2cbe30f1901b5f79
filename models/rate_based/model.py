"""Reporting rate per exposed patient over that of other substances, lower end of its interval."""

import numpy as np
import pandas as pd

from workbench.learning.signal_scorer import PAIR_RATES, Floats, SignalScorer, State
from workbench.methods.rates.ratio import ratio_limits

from .params import RateBasedParams


class RateBased(SignalScorer):
    """Ranks pairs by the lower end of the interval of the rate ratio."""

    params_type = RateBasedParams
    features = PAIR_RATES

    def strengths(self, counts: pd.DataFrame, state: State) -> Floats:
        """Return the log of the lower end of the interval."""
        name = self.params.against
        cases = np.column_stack([counts["n"], counts[f"{name}_n"]])
        exposure = np.column_stack([counts["exposed"], counts[f"{name}_exposed"]])
        with np.errstate(divide="ignore"):
            return np.log(ratio_limits(cases, exposure, level=self.params.level).low)
