"""The logarithm of Cox's partial likelihood with its derivatives, ties by Efron or Breslow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.methods.survival.risk_sets import RiskSets
from workbench.methods.survival.tie_sums import Ties, TieSums, tie_sums
from workbench.metrics.compiled import kernels

Floats = NDArray[np.float64]
_PART = 4096  # rows
_TOGETHER = 2**16  # numbers


@dataclass(frozen=True, eq=False)
class Likelihood:
    """The log partial likelihood at some coefficients.

    Attributes:
        value: Its value.
        score: Its gradient, ``(p,)``.
        second: Works out ``information``, most of the work, when somebody asks for it.
    """

    value: float
    score: Floats
    second: Callable[[], Floats]

    @cached_property
    def information(self) -> Floats:
        """Minus its second derivatives, ``(p, p)``."""
        return self.second()


@dataclass(frozen=True, eq=False)
class State:
    """What every quantity of a Cox model at some coefficients is made from.

    Attributes:
        eta: Linear predictor of each row, centred, ``(n,)``.
        risk: Its exponential times the weight, ``(n,)``.
        sums: Sums over the events of each time.
        hazard: Cumulative hazard a row of risk 1 has met while at risk, ``(n,)``.
    """

    eta: Floats
    risk: Floats
    sums: TieSums
    hazard: Floats


def state_at(sets: RiskSets, coefficients: Floats, ties: Ties) -> State:
    """Return the state of the risk sets at some coefficients."""
    eta = sets.x @ coefficients + sets.offset
    risk = sets.weight * np.exp(eta)
    sums = tie_sums(sets, sets.at_risk(risk), risk, ties)
    return State(eta, risk, sums, met_hazard(sets, sums))


def likelihood(sets: RiskSets, coefficients: Floats, ties: Ties) -> Likelihood:
    """Return the log partial likelihood with its gradient and information.

    Efron 1977, JASA 72:557; Breslow 1974, Biometrics 30:89; weights as R ``coxph``. Far from the
    maximum, where a number overflows, the value is NaN.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        state = state_at(sets, coefficients, ties)
        rows = sets.event_rows
        value = float(sets.weight[rows] @ state.eta[rows] - state.sums.log.sum())
        residual = -state.risk * state.hazard
        residual[rows] += sets.weight[rows]
        return Likelihood(value, sets.x.T @ residual, partial(information, sets, state))


def information(sets: RiskSets, state: State, times: Floats | None = None) -> Floats:
    """Return the information matrix, ``(p, p)``.

    Args:
        sets: The risk sets.
        state: Their state.
        times: Factor of what each event time adds, ``(K,)``; 1 unless given.
    """
    sums = state.sums
    factor = np.ones(len(sets.times)) if times is None else times
    hazard = state.hazard if times is None else met_hazard(sets, sums, factor)
    n, p = sets.x.shape
    # With few event times the sums over them are short, and matrix products beat the walk.
    walks = sets.walks and not sets.few_times
    compiled = kernels(n * p // 4, "workbench.methods.survival.kernels") if walks else None
    if compiled is not None:
        return np.asarray(_walked(compiled, sets, state, hazard, factor))
    matrix = _squares(sets.x, state.risk * hazard)
    tied = np.flatnonzero(sums.own)
    if len(tied):
        mean, own = both_totals(sets, state)
    else:
        mean = own = risk_totals(sets, state)
    matrix -= _squares(mean, factor * sums.squared)
    if len(tied):
        own, mean = own[tied], mean[tied]
        cross = mean.T @ (own * (factor * sums.mixed)[tied, None])
        matrix += cross + cross.T - own.T @ (own * (factor * sums.own_squared)[tied, None])
    return np.asarray((matrix + matrix.T) / 2)


def _squares(x: Floats, weight: Floats) -> Floats:
    """Return the weighted sum of the squares of rows, ``x' diag(weight) x``, ``(p, p)``.

    By parts that fit a cache; where no weight is below 0 as a square of one matrix, at half the
    price of a product of two.
    """
    n, p = x.shape
    total = np.zeros((p, p))
    symmetric = not (weight < 0).any()
    factor = np.sqrt(weight) if symmetric else weight
    part = np.empty((min(_PART, n), p), order="F")
    for start in range(0, n, _PART):
        rows = x[start : start + _PART]
        scaled = part[: len(rows)]
        np.multiply(rows, factor[start : start + _PART, None], out=scaled)
        total += (scaled if symmetric else rows).T @ scaled
    return total


def _walked(
    compiled: Any, sets: RiskSets, state: State, hazard: Floats, factor: Floats
) -> NDArray[np.float64]:
    """Return the information matrix by the compiled walk."""
    sums = state.sums
    nobody = np.empty(0, dtype=np.int64)
    return compiled.information(  # type: ignore[no-any-return]
        sets.x,
        state.risk,
        hazard,
        sets.first,
        sets.beyond,
        sets.ends,
        nobody if sets.entry_order is None else sets.entry_order,
        sets.group_starts,
        sets.event_rows,
        factor * sums.squared,
        factor * sums.mixed,
        factor * sums.own_squared,
    )


def risk_totals(sets: RiskSets, state: State) -> Floats:
    """Return the sum of risk times covariates over those at risk, ``(K, p)``."""
    totals = np.empty((len(sets.times), sets.x.shape[1]), order="F")
    for part in _columns(sets):
        totals[:, part] = sets.at_risk((state.risk * sets.x[:, part].T).T)
    return totals


def both_totals(sets: RiskSets, state: State) -> tuple[Floats, Floats]:
    """Return the sums of risk times covariates over those at risk, and over those with the event.

    Shape ``(K, p)`` each.
    """
    at_risk, events = (np.empty((len(sets.times), sets.x.shape[1]), order="F") for _ in range(2))
    for part in _columns(sets):
        sums = sets.at_risk_and_events((state.risk * sets.x[:, part].T).T)
        at_risk[:, part], events[:, part] = sums
    return at_risk, events


def _columns(sets: RiskSets) -> Iterator[int | slice]:
    """Yield columns to be added up: together as far as they fit a cache, where sets can do it."""
    n, p = sets.x.shape
    if not sets.by_times:
        yield from range(p)
        return
    size = max(1, _TOGETHER // n)
    yield from (slice(start, start + size) for start in range(0, p, size))


def met_hazard(sets: RiskSets, sums: TieSums, factor: Floats | float = 1.0) -> Floats:
    """Return the cumulative hazard each row meets, less what it does not meet of its own time."""
    hazard = sets.over_follow_up(factor * sums.hazard)
    hazard[sets.event_rows] -= (factor * sums.own)[sets.group]
    return hazard
