"""Bias and error of estimates, within each group and then over groups."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_choice
from workbench.metrics.confusion import ratio
from workbench.metrics.effects.base import EffectMetric, Hidden, Said
from workbench.metrics.sums import column_sums, weighted_sums

Over = Literal["mean", "worst"]
_WORDS = {"mean": "mean over groups", "worst": "worst group"}


@dataclass(frozen=True)
class OverGroups(EffectMetric):
    """A function of the mean of one number a case within a group (a scenario), over the groups.

    Only cases that can be answered and were are looked at; a group without one has no part.

    Attributes:
        over: ``mean`` over groups, each counting alike, or the ``worst`` of them.
    """

    over: Over = "mean"

    undefined = "no case that can be answered was answered (with an interval, where one is needed)"

    def __post_init__(self) -> None:
        """Refuse unknown choices."""
        check_choice(self.name, "over", self.over, _WORDS)

    @property
    def label(self) -> str:
        """Name, with the choice that is not the usual one."""
        return self.name if self.over == "mean" else f"{self.name}-{self.over}"

    @property
    def convention(self) -> str:
        """How groups are put together."""
        return f"{_WORDS[self.over]}; answered cases that can be answered"

    @abstractmethod
    def terms(self, hidden: Hidden, said: Said) -> NDArray[np.float64]:
        """Return one number a case, shape ``(n,)``; of cases without an answer anything."""

    @abstractmethod
    def of_means(self, means: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the value of a group from the mean of its terms, same shape."""

    def compute(
        self, truth: NDArray[Any], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the values ``(B,)``."""
        hidden, said = Hidden.of(truth), Said.of(prediction)
        known = self.answered(hidden, said)
        places, group = np.unique(hidden.group, return_inverse=True)
        member = (group[:, None] == np.arange(len(places))) & known[:, None]
        terms = np.where(known, self.terms(hidden, said), 0.0)
        totals = weighted_sums(member.astype(np.uint8), weights)
        sums = weighted_sums(np.where(member, terms[:, None], 0.0), weights)
        values = self.of_means(ratio(sums, totals))
        return self._together(values)

    def _together(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean or the worst over groups that have a value, shape ``(B,)``."""
        known = ~np.isnan(values)
        if self.over == "worst":
            worst = np.max(np.where(known, values, -np.inf), axis=0)
            return np.where(known.any(axis=0), worst, np.nan)
        return ratio(column_sums(np.where(known, values, 0.0)), known.sum(axis=0).astype(float))


@register
@dataclass(frozen=True)
class EffectBias(OverGroups):
    """Distance from 0 of a group's mean error, in standard deviations of the oracle.

    >>> truth = [[0.1, 0.02, 0, 1], [0.1, 0.02, 0, 1], [0.0, 0.02, 1, 1]]
    >>> said = [[e, e, e, 0] for e in (0.12, 0.08, 0.02)]
    >>> round(EffectBias()(truth, said), 6)
    0.5
    """

    name = "effect-bias"
    title = "absolute bias in standard deviations of the oracle"
    direction = "minimize"
    source = "absolute mean of (estimate - truth) / oracle's standard deviation, by group"
    scaled = True

    def terms(self, hidden: Hidden, said: Said) -> NDArray[np.float64]:
        """Return the scaled errors."""
        return scaled_errors(hidden, said)

    def of_means(self, means: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the distance from 0."""
        return np.abs(means)


@register
@dataclass(frozen=True)
class EffectRmseRatio(OverGroups):
    """Root of a group's mean squared error over that of the oracle, which is unbiased."""

    name = "effect-rmse-ratio"
    title = "root mean squared error over the oracle's"
    direction = "minimize"
    source = "root of the mean of ((estimate - truth) / oracle's standard deviation)^2, by group"
    scaled = True

    def terms(self, hidden: Hidden, said: Said) -> NDArray[np.float64]:
        """Return the squared scaled errors."""
        return scaled_errors(hidden, said) ** 2

    def of_means(self, means: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the root."""
        return np.sqrt(means)


def scaled_errors(hidden: Hidden, said: Said) -> NDArray[np.float64]:
    """Return estimate minus truth in standard deviations of the oracle, shape ``(n,)``."""
    return (said.estimate - hidden.value) / oracle_scale(hidden)


def oracle_scale(hidden: Hidden) -> NDArray[np.float64]:
    """Return the oracle's standard deviation; 1 where it may be absent and means nothing."""
    return np.where(hidden.answerable, hidden.scale, 1.0)
