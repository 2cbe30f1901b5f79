"""The one thing ranking uncertainty is made from: every score on the same resamples of units.

Nothing else is kept of a submission on a leaderboard: its value on the whole set and B values on
resamples that the seed fixes. One more submission adds one row, and all is derived again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, Problem, UsageError, did_you_mean
from workbench.metrics.base import Direction

DIRECTIONS = ("maximize", "minimize", "target")


@dataclass(frozen=True)
class Resampled:
    """Scores of algorithms on the whole set and on resamples, sorted by name.

    Attributes:
        names: Names of the algorithms, length m.
        points: Scores on the whole set, shape ``(m,)``.
        values: Scores on the same resamples, shape ``(m, B)``.
        direction: Whether more is better, less, or what is nearest to ``target``.
        target: The right score where the direction is ``target``.
        n_units: Number of units that were resampled.
        undefined: Resamples left out because somebody had no score there.
    """

    names: tuple[str, ...]
    points: NDArray[np.float64]
    values: NDArray[np.float64]
    direction: Direction
    target: float
    n_units: int
    undefined: int = 0

    @property
    def smaller_is_better(self) -> bool:
        """Whether the smallest of :meth:`compared` is best."""
        return self.direction != "maximize"

    def compared(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what is ranked: the scores, or their distance from the target."""
        return np.abs(scores - self.target) if self.direction == "target" else scores


def resampled_scores(
    names: Sequence[str],
    points: ArrayLike,
    values: ArrayLike,
    *,
    direction: Direction,
    n_units: int,
    target: float = float("nan"),
) -> Resampled:
    """Return checked scores, sorted by name.

    Args:
        names: Names of the algorithms, length m; all different.
        points: Scores on the whole set, shape ``(m,)``.
        values: Scores on the same resamples, shape ``(m, B)``. Resamples in which somebody has no
            score (NaN) are left out for everybody, and counted.
        direction: ``maximize``, ``minimize`` or ``target``.
        n_units: Number of units that were resampled.
        target: The right score where the direction is ``target``.

    Raises:
        DataError: Names twice, shapes that do not fit, somebody without a score, fewer than two
            units or fewer than two resamples left. All are listed.
        UsageError: An unknown direction, or a target that is missing.

    >>> resampled_scores(["b", "a"], [1.0, 2.0], [[1, 1, 1], [2, 2, 3]], direction="maximize",
    ...           n_units=9).points.tolist()
    [2.0, 1.0]
    """
    _check_direction(direction, target)
    labels = [str(name) for name in names]
    point, table = np.asarray(points, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if point.shape != (len(labels),) or table.ndim != 2 or len(table) != len(labels):
        raise DataError(
            f"{len(labels)} names need points ({len(labels)},) and values ({len(labels)}, B), "
            f"got {point.shape} and {table.shape}"
        )
    missing = np.isnan(table)
    problems = _problems(labels, point, table, missing, n_units)
    if problems:
        raise DataError("these scores cannot be ranked", problems=problems)
    kept = ~missing.any(axis=0)
    order = np.argsort(np.array(labels, dtype=object), kind="stable")
    return Resampled(
        names=tuple(labels[i] for i in order),
        points=point[order],
        values=np.ascontiguousarray(table[order][:, kept]),
        direction=direction,
        target=target,
        n_units=n_units,
        undefined=int((~kept).sum()),
    )


def _check_direction(direction: str, target: float) -> None:
    """Refuse a direction without meaning."""
    if direction not in DIRECTIONS:
        hint = did_you_mean(direction, DIRECTIONS)
        raise UsageError(
            f"direction is maximize, minimize or target, got '{direction}'", remedy=hint
        )
    if direction == "target" and not np.isfinite(target):
        raise UsageError(f"direction 'target' needs the target, got {target}")


def _problems(
    names: list[str],
    points: NDArray[np.float64],
    values: NDArray[np.float64],
    missing: NDArray[np.bool_],
    n_units: int,
) -> list[Problem]:
    """Return all that is wrong with the scores."""
    found = [
        Problem("name-twice", f"the name '{name}' stands there twice", "", "give each its own")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    found += [
        Problem("no-score", "there is no score on the whole set", f"algorithm {name}", "leave out")
        for name, point in zip(names, points, strict=True)
        if not np.isfinite(point)
    ]
    if not names:
        found.append(Problem("no-algorithm", "there is no algorithm to rank"))
    if np.isinf(values).any():
        row = int(np.argwhere(np.isinf(values))[0][0])
        found.append(Problem("infinite", "a resample is infinite", f"algorithm {names[row]}"))
    if n_units < 2:
        found.append(Problem("one-unit", f"a bootstrap needs at least two units, got {n_units}"))
    if (~missing.any(axis=0)).sum() < 2:
        worst = names[int(missing.sum(axis=1).argmax())] if names else ""
        message = f"{values.shape[1]} resamples, and fewer than two in which all have a score"
        place = f"algorithm {worst}" if missing.any() else ""
        found.append(Problem("no-resamples", message, place, "ask for more, or leave it out"))
    return found
