"""Variance over time of a sum of martingale integrals, one term a row or one a cluster.

The infinitesimal jackknife of a curve: how far the weight of each row moves it. Rows that have
ended hold a fixed value, rows at risk move together, so that all times cost one pass.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.methods.survival.observed import Observed

_BLOCK = 4_000_000


def places(
    observed: Observed, times: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many times lie up to each row's entry, and the index of the row's own time.

    Args:
        observed: The rows.
        times: All distinct times of the rows, rising.
    """
    entry = np.zeros(len(observed)) if observed.entry is None else observed.entry
    return np.searchsorted(times, entry, side="right"), np.searchsorted(times, observed.time)


def second_moments(
    observed: Observed,
    times: NDArray[np.float64],
    jump: NDArray[np.float64],
    path: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the sum over rows (or clusters) of outer products of what each has added so far.

    Args:
        observed: The rows, with weights and clusters.
        times: Distinct times of the rows, ``(m,)``.
        jump: What a row adds when its own time comes, ``(n, q)``; 0 where it is censored.
        path: What every row at risk loses by each time, summed from the start, ``(m, q)``.

    Returns:
        Shape ``(m, q, q)``.
    """
    if observed.cluster is not None:
        return _of_clusters(observed, times, jump, path)
    first, last = places(observed, times)
    lost = np.vstack([np.zeros(path.shape[1]), path])
    squared = observed.weights**2
    ended = jump - lost[last + 1] + lost[first]
    m = len(times)
    done = np.cumsum(_by_place(squared, ended, ended, last, m), axis=0)
    before = lost[first]
    ones = np.ones((len(observed), 1))

    def open_sum(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum products over the rows at risk after each time."""
        came = _by_place(squared, a, b, first, m)
        gone = _by_place(squared, a, b, last, m)
        return np.asarray(np.cumsum(came - gone, axis=0))

    total, linear, quadratic = (
        open_sum(ones, ones),
        open_sum(before, ones)[:, :, 0],
        open_sum(before, before),
    )
    crossed = path[:, :, None] * linear[:, None, :]
    squares = path[:, :, None] * path[:, None, :] * total
    return np.asarray(done + squares - crossed - np.swapaxes(crossed, 1, 2) + quadratic)


def _by_place(
    weight: NDArray[np.float64],
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    place: NDArray[np.int64],
    m: int,
) -> NDArray[np.float64]:
    """Return weighted sums of outer products by place, ``(m, q, r)``."""
    found = np.empty((m, a.shape[1], b.shape[1]))
    for i in range(a.shape[1]):
        for j in range(b.shape[1]):
            found[:, i, j] = np.bincount(place, weight * a[:, i] * b[:, j], minlength=m + 1)[:m]
    return found


def _of_clusters(
    observed: Observed,
    times: NDArray[np.float64],
    jump: NDArray[np.float64],
    path: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Add the rows of a cluster before they are squared, some times at once."""
    first, last = places(observed, times)
    lost = np.vstack([np.zeros(path.shape[1]), path])
    cluster = observed.cluster
    assert cluster is not None
    order = np.argsort(cluster, kind="stable")
    starts = np.unique(cluster[order], return_index=True)[1]
    found = np.empty((len(times), path.shape[1], path.shape[1]))
    width = max(1, _BLOCK // (len(observed) * path.shape[1]))
    for start in range(0, len(times), width):
        at = np.arange(start, min(start + width, len(times)))
        reached = np.clip(at[None, :], first[:, None] - 1, last[:, None]) + 1
        values = lost[first][:, None, :] - lost[reached]
        values += jump[:, None, :] * (at[None, :] >= last[:, None])[:, :, None]
        values *= observed.weights[:, None, None]
        sums = np.add.reduceat(values[order], starts, axis=0)
        found[at] = np.einsum("ctq,ctr->tqr", sums, sums)
    return found
