"""Proportional reporting ratio, lower end of its interval."""

import numpy as np
import pandas as pd

from workbench.learning.signal_scorer import Floats, SignalScorer, State
from workbench.methods.signals.ratios import prr
from workbench.methods.signals.two_by_two import TwoByTwo

from .params import PrrParams


class Prr(SignalScorer):
    """Ranks pairs by the lower end of the interval of the proportional reporting ratio."""

    params_type = PrrParams

    def strengths(self, counts: pd.DataFrame, state: State) -> Floats:
        """Return the log of the lower end of the interval."""
        return np.log(prr(TwoByTwo.of(counts), self.params.level).low)
