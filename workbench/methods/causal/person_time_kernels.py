"""The compiled sums of a pooled logistic regression over person-time (needs numba)."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def sums(
    base: Any,
    moving: Any,
    effects: Any,
    time: Any,
    terms: Any,
    used: Any,
    first: Any,
    last: Any,
    event: Any,
    part: Any,
    counts: Any,
    residual: Any,
    spread: Any,
    mixed: Any,
    slope: Any,
    inner: Any,
) -> float:
    """Add up likelihood, slope and information of every person's intervals.

    The log odds of a person's interval is ``base + moving . effects + time``: only sums over each
    person's intervals are kept, so that no row of person-time is ever written.

    Args:
        base: Part of the log odds that does not change, shape ``(n,)``.
        moving: Columns that change, ``(n, K, v)``.
        effects: Their coefficients, ``(v,)``.
        time: Part of the log odds of each interval, ``(K,)``.
        terms: Columns of time, ``(K, m)``.
        used: Intervals that take part, ``(K,)``.
        first: First interval at risk, ``(n,)``.
        last: Last interval at risk, ``(n,)``; below ``first`` where never at risk.
        event: Whether the last interval has the event, ``(n,)``.
        part: Weight of the last interval, ``(n,)``.
        counts: Weight of each person, ``(n,)``.
        residual: Result: sum of residuals, ``(n,)``.
        spread: Result: sum of ``p (1 - p)``, ``(n,)``.
        mixed: Result: sum of ``p (1 - p)`` times the columns that change, ``(n, v + m)``.
        slope: Result: slope for these columns, ``(v + m,)``.
        inner: Result: information of these columns, ``(v + m, v + m)``.

    Returns:
        The log-likelihood.
    """
    n_moving = moving.shape[2]
    n_terms = terms.shape[1]
    n_times = len(time)
    row = np.zeros(n_moving)
    odds_of_time = np.exp(time)
    # Sums of each interval: what depends on time alone is put together at the end.
    left_of_time = np.zeros(n_times)
    spread_of_time = np.zeros(n_times)
    across = np.zeros((n_moving, n_times))
    total = 0.0
    for i in range(len(base)):
        for a in range(n_moving + n_terms):
            mixed[i, a] = 0.0
        own_residual = 0.0
        own_spread = 0.0
        if counts[i] > 0.0 and last[i] >= first[i]:
            own = np.exp(base[i])
            factor = 1.0
            product = 1.0
            for k in range(first[i], last[i] + 1):
                if not used[k]:
                    continue
                changed = k == first[i]
                for a in range(n_moving):
                    if row[a] != moving[i, k, a]:
                        row[a] = moving[i, k, a]
                        changed = True
                if changed:
                    score = 0.0
                    for a in range(n_moving):
                        score += row[a] * effects[a]
                    factor = np.exp(score)
                odds = own * factor * odds_of_time[k]
                none = 1.0 / (1.0 + odds)
                chance = odds * none
                weight = counts[i]
                left = -chance
                if k == last[i]:
                    weight *= part[i]
                    total -= weight * np.log1p(odds)
                    if event[i]:
                        left = none
                        total += weight * np.log(odds)
                else:
                    product *= 1.0 + odds
                    if product > 1e200:
                        total -= counts[i] * np.log(product)
                        product = 1.0
                left *= weight
                information = weight * chance * none
                own_residual += left
                own_spread += information
                left_of_time[k] += left
                spread_of_time[k] += information
                for a in range(n_moving):
                    scaled = information * row[a]
                    slope[a] += left * row[a]
                    mixed[i, a] += scaled
                    across[a, k] += scaled
                    for b in range(a + 1):
                        inner[a, b] += scaled * row[b]
                for a in range(n_terms):
                    mixed[i, n_moving + a] += information * terms[k, a]
            total -= counts[i] * np.log(product)
        residual[i] = own_residual
        spread[i] = own_spread
    for k in range(n_times):
        for a in range(n_terms):
            slope[n_moving + a] += left_of_time[k] * terms[k, a]
            for b in range(n_moving):
                inner[n_moving + a, b] += across[b, k] * terms[k, a]
            for b in range(a + 1):
                inner[n_moving + a, n_moving + b] += spread_of_time[k] * terms[k, a] * terms[k, b]
    for a in range(n_moving + n_terms):
        for b in range(a):
            inner[b, a] = inner[a, b]
    return total
