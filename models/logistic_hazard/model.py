"""A network gives the log odds of the event in each interval of time."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from workbench.learning.discrete_time import Intervals, marginal_logits, rises_of
from workbench.learning.row_batches import RowBatches
from workbench.learning.survival_estimator import Sample, State
from workbench.learning.survival_loss import hazard_loss
from workbench.learning.survival_network import SurvivalNetwork, perceptron

from .params import LogisticHazardParams


class LogisticHazard(SurvivalNetwork):
    """Discrete hazards without proportionality (Gensheimer & Narasimhan 2019)."""

    params_type = LogisticHazardParams

    def frame(self, train: Sample) -> State:
        """Return the cuts of time, and the log odds of everybody together to start from."""
        intervals = Intervals.learn(train.time, train.event, self.params.intervals)
        course = intervals.course(train.time, train.event)
        return {"cuts": intervals.cuts, "start": marginal_logits(course, len(intervals))}

    def build(self, n_features: int, state: State) -> nn.Module:
        """Return a fresh network with one output an interval, which starts from everybody's."""
        start = torch.from_numpy(state["start"])
        network = perceptron(n_features, self.params.hidden, self.params.dropout, len(start))
        with torch.no_grad():
            network[-1].bias.copy_(start)
        return network

    def batches(self, sample: Sample, rows: Tensor, state: State, seed: int | None) -> RowBatches:
        """Return rows, last intervals, the part that was seen of them, events."""
        course = Intervals(state["cuts"]).course(sample.time, sample.event)
        last, share = course.last.astype(np.int64), course.share.astype(np.float32)
        arrays = (last, share, course.event)
        return RowBatches(rows, *(torch.from_numpy(array) for array in arrays))

    @staticmethod
    def loss(network: nn.Module, batch: Any) -> tuple[Tensor, int]:
        """Return the likelihood of a batch."""
        rows, last, share, event = batch
        return hazard_loss(network(rows), last, share, event)

    def baseline(self, train: Sample, state: State) -> State:
        """Return nothing: the outputs are the hazards."""
        return {}

    def risks(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean time lost up to the last event of the training."""
        rises = rises_of(self.run(rows, self.state_))
        return Intervals(self.state_["cuts"]).time_lost(rises)

    def curves(self, rows: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return survival, with a constant hazard between cuts."""
        rises = rises_of(self.run(rows, self.state_))
        return Intervals(self.state_["cuts"]).curves(rises, times)
