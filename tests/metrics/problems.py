"""A small problem for every metric of the catalogue, for tests that hold for all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workbench import metrics
from workbench.metrics.events import MISS, events

PARAMS: dict[str, Any] = {"cost": metrics.TISSUENET_COST, "of": "1", "up_to": 2.0}
KINDS = ("labels", "probabilities", "scores", "values", "events")
# Metrics of survival have their own tests.
NAMES = [name for name in metrics.names() if metrics.kind_of(name).needs in KINDS]


@dataclass(frozen=True)
class Problem:
    """A metric with truth, prediction and the patient of each case."""

    metric: metrics.Metric
    truth: np.ndarray
    prediction: np.ndarray
    units: np.ndarray

    def take(self, rows: Any) -> Problem:
        """Return the problem with these cases, in this order; a case may come again."""
        index = np.asarray(rows)
        if self.metric.needs != "events":
            prediction = self.prediction[index]
        else:
            parts = [self.prediction[self.prediction["case"] == row] for row in index]
            prediction = np.concatenate(parts)
            prediction["case"] = np.repeat(np.arange(len(index)), [len(part) for part in parts])
        return replace(
            self, truth=self.truth[index], prediction=prediction, units=self.units[index]
        )

    def value(self, weights: Any = None) -> Any:
        """Return the metric's value."""
        return self.metric(self.truth, self.prediction, weights)

    def bootstrap(self, resamples: int = 30) -> metrics.UnitBootstrap:
        """Return the bootstrap over patients."""
        return metrics.UnitBootstrap(self.truth, self.units, resamples, seed=1)

    def resampled(self, resamples: int = 30) -> np.ndarray:
        """Return the bootstrap values."""
        return self.bootstrap(resamples).values(self.metric, self.prediction)[0][0]


def problem(name: str, seed: int, n: int = 80) -> Problem:
    """Return a problem of ``n`` cases of patients with about two each, with ties."""
    rng = np.random.default_rng(seed)
    wanted = metrics.parameters(name)
    metric = metrics.get(name, 4, **{k: v for k, v in PARAMS.items() if k in wanted})
    units = np.array([f"p{i}" for i in rng.integers(0, n // 2, n)])
    if metric.needs == "events":
        targets = rng.integers(0, 3, n)
        case = rng.integers(0, n, 4 * n)
        hit = (rng.random(4 * n) < 0.5) & (targets[case] > 0)
        target = np.where(hit, rng.integers(0, 2, 4 * n) % np.maximum(targets[case], 1), MISS)
        score = np.round(rng.random(4 * n) + 0.3 * hit, 2)
        return Problem(metric, targets, events(case, target, score), units)
    if metric.needs == "values":
        truth = np.round(rng.normal(60, 12, n), 2)
        middle = truth + rng.normal(0, 6, n)
        ends = np.column_stack([middle - 10, middle + 10])
        wide = name in ("coverage", "interval-score")
        return Problem(metric, truth, ends if wide else middle, units)
    truth = rng.permutation(np.arange(n) % 4)
    logits = rng.normal(size=(n, 4)) + np.eye(4)[truth]
    given = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    given = np.round(given, 2)
    called = given.argmax(axis=1)
    return Problem(metric, truth, called if metric.needs == "labels" else given, units)
