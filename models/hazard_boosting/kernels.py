"""The compiled loops of the boosting: over cases, and over the intervals each was at risk in.

The table of persons by periods is never written: a case stands once, with the number of its last
interval, and a node of a tree is a set of cases and a range of intervals.
"""

from __future__ import annotations

from math import exp, log1p
from typing import Any

import numba


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def differentiate(
    logits: Any, last: Any, share: Any, event: Any, gradient: Any, curvature: Any
) -> float:
    """Write the derivatives of minus the log likelihood; return it, summed over the cases.

    Args:
        logits: Log odds of the event in each interval, (n, K).
        last: Last interval at risk, (n,).
        share: Part of it that was seen, (n,).
        event: Whether the event was in it, (n,).
        gradient: Result, first derivative by each logit, (n, K); 0 where not at risk.
        curvature: Result, second derivative, (n, K).
    """
    loss = 0.0
    for case in range(len(last)):
        for place in range(last[case] + 1):
            logit = logits[case, place]
            # exp of minus the size: it cannot overflow.
            small = exp(-abs(logit))
            hazard = 1.0 / (1.0 + small) if logit >= 0 else small / (1.0 + small)
            ends = place == last[case]
            weight = share[case] if ends else 1.0
            happened = 1.0 if ends and event[case] else 0.0
            gradient[case, place] = weight * (hazard - happened)
            curvature[case, place] = weight * hazard * (1.0 - hazard)
            loss += weight * (max(logit, 0.0) + log1p(small) - happened * logit)
    return loss


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def add_up(
    bins: Any, last: Any, members: Any, span: Any, gradient: Any, curvature: Any, by_bin: Any,
    by_interval: Any,
) -> None:  # fmt: skip
    """Add up the derivatives in a node, by the bins of every feature and by interval.

    Args:
        bins: Bin of each case and feature, (n, p).
        last: Last interval at risk, (n,).
        members: Cases in the node, (m,).
        span: First interval of the node, and the one behind its last.
        gradient: First derivatives, (n, K).
        curvature: Second derivatives, (n, K).
        by_bin: Zeros; sums by feature and bin, (p, bins, 2).
        by_interval: Zeros; sums by interval, (K, 2).
    """
    for case in members:
        first, second = 0.0, 0.0
        for place in range(span[0], min(span[1], last[case] + 1)):
            by_interval[place, 0] += gradient[case, place]
            by_interval[place, 1] += curvature[case, place]
            first += gradient[case, place]
            second += curvature[case, place]
        for feature in range(bins.shape[1]):
            by_bin[feature, bins[case, feature], 0] += first
            by_bin[feature, bins[case, feature], 1] += second


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def add_tree(bins: Any, feature: Any, threshold: Any, value: Any, logits: Any) -> None:
    """Add a tree's leaf to the log odds of each case in each interval.

    Args:
        bins: Bin of each case and feature, (n, p).
        feature: What each node splits by: a feature, p for the interval, -1 for a leaf; the
            children of node i are 2 i + 1 and 2 i + 2.
        threshold: Last bin or interval that goes left.
        value: What a leaf adds.
        logits: Changed in place, (n, K).
    """
    n_features = bins.shape[1]
    for case in range(len(bins)):
        for place in range(logits.shape[1]):
            node = 0
            while feature[node] >= 0:
                split = feature[node]
                known = place if split == n_features else bins[case, split]
                node = 2 * node + 1 if known <= threshold[node] else 2 * node + 2
            logits[case, place] += value[node]
