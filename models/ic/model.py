"""Information component, lower end of its interval (IC025)."""

import pandas as pd

from workbench.learning.signal_scorer import Floats, SignalScorer, State
from workbench.methods.signals.information import shrunken_ic

from .params import InformationComponentParams


class InformationComponent(SignalScorer):
    """Ranks pairs by the lower end of the interval of the shrunken log2 observed to expected."""

    params_type = InformationComponentParams

    def strengths(self, counts: pd.DataFrame, state: State) -> Floats:
        """Return the lower end of the interval, log2."""
        return shrunken_ic(counts["n"], counts["expected"], self.params.level).low
