"""Reporting odds ratio, lower end of its interval."""

import numpy as np
import pandas as pd

from workbench.learning.signal_scorer import Floats, SignalScorer, State
from workbench.methods.signals.ratios import ror
from workbench.methods.signals.two_by_two import TwoByTwo

from .params import RorParams


class Ror(SignalScorer):
    """Ranks pairs by the lower end of the interval of the reporting odds ratio."""

    params_type = RorParams

    def strengths(self, counts: pd.DataFrame, state: State) -> Floats:
        """Return the log of the lower end of the interval."""
        return np.log(ror(TwoByTwo.of(counts), self.params.level).low)
