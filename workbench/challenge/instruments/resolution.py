"""What a test set can tell apart: smallest difference, ties at the top, optimism of the best."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.challenge.instruments.draws import Draws
from workbench.challenge.instruments.optimism import selection_optimism
from workbench.challenge.instruments.reference import Reference
from workbench.errors import UsageError
from workbench.metrics.intervals import percentiles
from workbench.metrics.power import smallest_difference, units_needed

_DRAWS = 4000


@dataclass(frozen=True)
class Resolution:
    """What a test set can tell apart.

    Attributes:
        metric: Label of the metric.
        n_units: Number of units (patients) the figures are for.
        standard_error: Of the paired difference between two submissions, with ``n_units`` units.
        reference: Where that standard error is from.
        difference: Smallest true difference of two submissions that is found with ``power`` at
            ``level``.
        difference_of_all: The same where all pairs of ``teams`` submissions share the error
            (Bonferroni), as on a board.
        units_to_halve: Units needed to halve ``difference``.
        tied: Expected number of submissions in the leader's tie group, the leader counted.
        tied_low: 2.5 % percentile of that number.
        tied_high: 97.5 % percentile.
        leader_is_best: Share of simulated boards whose leader is the truly best.
        optimism: By how much the best of so many equal submissions overstates itself.
        teams: Submissions on the board.
        spread: Standard deviation of their true scores.
        level: Confidence level.
        power: Chance to find a difference.
        seed: Of the simulated boards.
        draws: Number of simulated boards.
    """

    metric: str
    n_units: int
    standard_error: float
    reference: str
    difference: float
    difference_of_all: float
    units_to_halve: int
    tied: float
    tied_low: float
    tied_high: float
    leader_is_best: float
    optimism: dict[int, float]
    teams: int
    spread: float
    level: float
    power: float
    seed: int
    draws: int = _DRAWS

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def resolution(
    reference: Reference,
    *,
    n_units: int | None = None,
    teams: int = 20,
    spread: float | None = None,
    level: float = 0.95,
    power: float = 0.8,
    seed: int = 0,
) -> Resolution:
    """Return what a test set can tell apart.

    Args:
        reference: A standard error and the number of units it was seen with.
        n_units: Units of the planned set; those of the reference where not given.
        teams: Number of submissions on the board.
        spread: Standard deviation of their true scores; the smallest resolvable difference where
            not given.
        level: Confidence level.
        power: Chance to find a difference.
        seed: Seed of the simulated boards.

    Raises:
        UsageError: A value outside its range.

    >>> found = resolution(Reference("accuracy", 0.01, 400, "declared"), spread=0.02)
    >>> round(found.difference, 4), round(found.difference_of_all, 4), found.units_to_halve
    (0.028, 0.0449, 1600)
    """
    n = reference.n_units if n_units is None else n_units
    if n < 2 or teams < 2:
        raise UsageError(f"needs two units and two teams or more, got {n} and {teams}")
    error = reference.standard_error * math.sqrt(reference.n_units / n)
    found = smallest_difference(error, level=level, power=power)
    between = found if spread is None else spread
    if not between >= 0:
        raise UsageError(f"the spread of true scores is not negative, got {between}")
    sizes, right = _boards(error, teams, between, level, seed)
    low, high = percentiles(sizes, 0.95)
    pairs = teams * (teams - 1) // 2
    halved = units_needed(error, n, found / 2, level=level, power=power) if found > 0 else n
    return Resolution(
        metric=reference.metric,
        n_units=n,
        standard_error=error,
        reference=reference.text,
        difference=found,
        difference_of_all=smallest_difference(error, level=level, power=power, comparisons=pairs),
        units_to_halve=halved,
        tied=float(sizes.mean()),
        tied_low=low,
        tied_high=high,
        leader_is_best=float(right.mean()),
        optimism={k: selection_optimism(k, error) for k in (2, 10, 100)},
        teams=teams,
        spread=between,
        level=level,
        power=power,
        seed=seed,
    )


def _boards(
    error: float, teams: int, spread: float, level: float, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Simulate boards; return the size of the leader's tie group and whether the leader is best.

    Who is tied is judged as the board does: by the largest of all pairs of equal submissions.
    """
    noise = Draws(seed).normals(2, _DRAWS, teams) * error / math.sqrt(2)
    ranges = noise[0].max(axis=1) - noise[0].min(axis=1)
    critical = np.quantile(ranges, level, method="higher")
    true = Draws(seed, 1).normals(_DRAWS, teams) * spread
    seen = true + noise[1]
    tied = seen.max(axis=1)[:, None] - seen <= critical
    return tied.sum(axis=1).astype(np.float64), seen.argmax(axis=1) == true.argmax(axis=1)
