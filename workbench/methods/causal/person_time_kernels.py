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
    width = n_moving + n_terms
    row = np.zeros(width)
    odds_of_time = np.exp(time)
    total = 0.0
    for i in range(len(base)):
        residual[i] = 0.0
        spread[i] = 0.0
        for a in range(width):
            mixed[i, a] = 0.0
        if counts[i] == 0.0 or last[i] < first[i]:
            continue
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
            for a in range(n_terms):
                row[n_moving + a] = terms[k, a]
            odds = own * factor * odds_of_time[k]
            chance = odds / (1.0 + odds)
            weight = counts[i]
            left = -chance
            if k == last[i]:
                weight *= part[i]
                total -= weight * np.log1p(odds)
                if event[i]:
                    left = 1.0 / (1.0 + odds)
                    total += weight * np.log(odds)
            else:
                product *= 1.0 + odds
                if product > 1e200:
                    total -= counts[i] * np.log(product)
                    product = 1.0
            left *= weight
            information = weight * chance / (1.0 + odds)
            residual[i] += left
            spread[i] += information
            for a in range(width):
                slope[a] += left * row[a]
                scaled = information * row[a]
                mixed[i, a] += scaled
                for b in range(a + 1):
                    inner[a, b] += scaled * row[b]
        total -= counts[i] * np.log(product)
    for a in range(width):
        for b in range(a):
            inner[b, a] = inner[a, b]
    return total
