"""A network gives the log hazard of a case at a time; the baseline rises evenly between knots."""

from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from workbench.learning.discrete_time import Intervals
from workbench.learning.risk_sets import Compared, check_compared, event_rises
from workbench.learning.survival_estimator import Sample, State
from workbench.learning.survival_loss import control_loss
from workbench.learning.survival_network import SurvivalNetwork, perceptron

from .controls import EventsWithControls
from .params import CoxTimeParams


class CoxTime(SurvivalNetwork):
    """Relative risks that may change over time (Kvamme, Borgan & Scheel 2019)."""

    params_type = CoxTimeParams

    def frame(self, train: Sample) -> State:
        """Return knots, and how time is standardised: by the times of events."""
        check_compared(train)
        seen = train.time[train.event]
        spread = seen.std()
        return {
            "cuts": Intervals.learn(train.time, train.event, self.params.knots).cuts,
            "time_mean": np.array(seen.mean()),
            "time_scale": np.array(spread if spread > 0 else 1.0),
        }

    def build(self, n_features: int, state: State) -> nn.Module:
        """Return a fresh network of features and time, with one output."""
        return perceptron(n_features + 1, self.params.hidden, self.params.dropout, 1)

    def batches(
        self, sample: Sample, rows: Tensor, state: State, seed: int | None
    ) -> EventsWithControls | None:
        """Return events with controls; None where no event can be compared."""
        compared = Compared.of(sample)
        times = torch.from_numpy(_standardised(sample.time, state).astype(np.float32))
        if not len(compared):
            return None
        return EventsWithControls(compared, rows, times, self.params.controls, seed)

    @staticmethod
    def loss(network: nn.Module, batch: Any) -> tuple[Tensor, int]:
        """Return the loss of events against their controls."""
        cases, controls = batch
        return control_loss(network(cases).squeeze(-1), network(controls).squeeze(-1))

    def baseline(self, train: Sample, state: State) -> State:
        """Return the rise of the baseline cumulative hazard between knots, as logs.

        At each time of an event the summed hazard of those at risk is that of the next knot.
        """
        cuts = state["cuts"]
        seen = np.unique(train.time[train.event])
        rises = []
        for before, knot in pairwise(cuts):
            there = seen[(seen > before) & (seen <= knot)]
            log_hazard = self.run(train.rows, state, _standardised(knot, state))[:, 0]
            highest = log_hazard.max()
            rises.append(np.log(event_rises(train, log_hazard - highest, there).sum()) - highest)
        return {"log_rises": np.array(rises)}

    def risks(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean time lost up to the last event of the training."""
        return Intervals(self.state_["cuts"]).time_lost(self._rises(rows))

    def curves(self, rows: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return survival; between knots the cumulative hazard rises evenly."""
        return Intervals(self.state_["cuts"]).curves(self._rises(rows), times)

    def _rises(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the rise of each case's cumulative hazard between knots, (n, K)."""
        state = self.state_
        logs = [
            self.run(rows, state, _standardised(knot, state))[:, 0] + rise
            for knot, rise in zip(state["cuts"][1:], state["log_rises"], strict=True)
        ]
        return np.asarray(np.exp(np.column_stack(logs)))


def _standardised(time: Any, state: State) -> Any:
    """Return times as the network knows them."""
    return (time - state["time_mean"]) / state["time_scale"]
