"""A network gives the log hazard of a case; the baseline is that of a Cox model."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from workbench.learning.risk_sets import baseline_hazard, check_compared
from workbench.learning.row_batches import RowBatches
from workbench.learning.survival import at_step, proportional_curves
from workbench.learning.survival_estimator import Sample, State
from workbench.learning.survival_loss import cox_loss
from workbench.learning.survival_network import SurvivalNetwork, perceptron

from .params import DeepSurvParams


class DeepSurv(SurvivalNetwork):
    """Proportional hazards, not linear in the features (Katzman et al. 2018)."""

    params_type = DeepSurvParams

    def frame(self, train: Sample) -> State:
        """Check that there is somebody to compare with; the network needs to know nothing."""
        check_compared(train)
        return {}

    def build(self, n_features: int, state: State) -> nn.Module:
        """Return a fresh network with one output."""
        return perceptron(n_features, self.params.hidden, self.params.dropout, 1)

    def batches(self, sample: Sample, rows: Tensor, state: State, seed: int | None) -> RowBatches:
        """Return rows, order of times, events."""
        # Ranks are exact in float32 where times would tie that do not.
        order = np.unique(sample.time, return_inverse=True)[1].astype(np.float32)
        return RowBatches(rows, torch.from_numpy(order), torch.from_numpy(sample.event))

    @staticmethod
    def loss(network: nn.Module, batch: Any) -> tuple[Tensor, int]:
        """Return the partial likelihood of a batch."""
        rows, time, event = batch
        return cox_loss(network(rows).squeeze(1), time, event)

    def baseline(self, train: Sample, state: State) -> State:
        """Return the baseline cumulative hazard of the training cases."""
        return baseline_hazard(train, self.run(train.rows, state)[:, 0])

    def risks(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log hazard relative to the baseline."""
        return self.run(rows, self.state_)[:, 0]

    def curves(self, rows: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return survival by the baseline's step at or before each time."""
        state = self.state_
        baseline = at_step(state["times"], state["baseline_cumulative_hazard"], times)
        return proportional_curves(self.risks(rows), baseline)
