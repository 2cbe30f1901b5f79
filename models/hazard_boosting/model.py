"""Boosted trees for the hazard of each interval of time."""

import numpy as np
from numpy.typing import NDArray

from workbench.learning.discrete_time import Course, Intervals, marginal_logits, rises_of
from workbench.learning.settings import FitContext
from workbench.learning.survival_estimator import Sample, State, SurvivalEstimator

from . import kernels
from .bins import Bins
from .params import HazardBoostingParams
from .tree import Periods, Tree, grow


class HazardBoosting(SurvivalEstimator):
    """Log odds of the event in each interval: a start for everybody, and a sum of trees.

    The number of the interval is a feature like the others, so hazards need not be proportional.
    """

    params_type = HazardBoostingParams
    stops_early = True

    def learn(self, train: Sample, validation: Sample | None, context: FitContext) -> State:
        """Return cuts, edges of bins, start and trees, up to the lowest validation loss."""
        intervals = Intervals.learn(train.time, train.event, self.params.intervals)
        bins = Bins.learn(train.rows, self.params.bins)
        course = intervals.course(train.time, train.event)
        start = marginal_logits(course, len(intervals))
        boosted = _Boosted(bins.apply(train.rows), course, start)
        held = None
        if validation is not None:
            seen = intervals.course(validation.time, validation.event)
            held = _Boosted(bins.apply(validation.rows), seen, start)
        trees = self._boost(boosted, held, context)
        return {
            "cuts": intervals.cuts,
            "start": start,
            "feature": np.stack([tree.feature for tree in trees]),
            "threshold": np.stack([tree.threshold for tree in trees]),
            "value": np.stack([tree.value for tree in trees]),
            **bins.arrays(),
        }

    def _boost(self, train: "_Boosted", held: "_Boosted | None", context: FitContext) -> list[Tree]:
        """Return the trees up to the lowest validation loss; all of them without validation."""
        trees: list[Tree] = []
        best, kept = np.inf, 1
        while len(trees) < self.params.trees and len(trees) - kept < self.params.patience:
            losses = {"train/loss": train.differentiate()}
            trees.append(grow(train.periods(), self.params))
            train.add(trees[-1])
            if held is not None:
                held.add(trees[-1])
                losses["validation/loss"] = held.differentiate()
            if held is None or losses["validation/loss"] < best:
                best, kept = losses.get("validation/loss", np.inf), len(trees)
            context.log(losses, len(trees) - 1)
        return trees[:kept]

    def risks(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean time lost up to the last event of the training."""
        return Intervals(self.state_["cuts"]).time_lost(self._rises(rows))

    def curves(self, rows: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return survival, with a constant hazard between cuts."""
        return Intervals(self.state_["cuts"]).curves(self._rises(rows), times)

    def _rises(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the rise of the cumulative hazard over each interval, (n, K)."""
        state = self.state_
        bins = Bins.of_arrays(state).apply(rows)
        logits = np.tile(state["start"], (len(rows), 1))
        for tree in zip(state["feature"], state["threshold"], state["value"], strict=True):
            kernels.add_tree(bins, *tree, logits)
        return rises_of(logits)


class _Boosted:
    """Cases with their log odds so far, and the derivatives there."""

    def __init__(self, bins: NDArray[np.uint8], course: Course, start: NDArray[np.float64]) -> None:
        self.bins = bins
        self.course = course
        self.logits = np.tile(start.astype(np.float32), (len(bins), 1))
        self.gradient = np.zeros_like(self.logits)
        self.curvature = np.zeros_like(self.logits)

    def differentiate(self) -> float:
        """Bring the derivatives up to date; return the mean loss of a case."""
        course = self.course
        loss = kernels.differentiate(
            self.logits, course.last, course.share, course.event, self.gradient, self.curvature
        )
        return float(loss) / len(self.bins)

    def periods(self) -> Periods:
        """Return what the next tree is grown on."""
        return Periods(self.bins, self.course.last, self.gradient, self.curvature)

    def add(self, tree: Tree) -> None:
        """Add a tree to the log odds."""
        kernels.add_tree(self.bins, tree.feature, tree.threshold, tree.value, self.logits)
