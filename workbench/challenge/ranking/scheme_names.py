"""Finds a ranking scheme by its name."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from workbench.challenge.ranking.case_ranks import RankThenMean, RankThenMedian
from workbench.challenge.ranking.schemes import MeanThenRank, Scheme
from workbench.challenge.ranking.significance import TestThenRank
from workbench.challenge.ranking.value_quantiles import MedianThenRank, QuantileThenRank
from workbench.errors import UsageError, did_you_mean
from workbench.scoring import Challenge

SCHEMES: dict[str, type[Scheme]] = {
    scheme.name: scheme
    for scheme in (
        MeanThenRank,
        MedianThenRank,
        QuantileThenRank,
        RankThenMean,
        RankThenMedian,
        TestThenRank,
    )
}


def get_scheme(name: str, **params: Any) -> Scheme:
    """Return a scheme by name, with its parameters.

    Args:
        name: One of :data:`SCHEMES`.
        **params: ``ties`` (all schemes), ``q`` (quantile), ``alpha``, ``adjust``, ``test``,
            ``correct``, ``exact_decimals``, ``permutations`` and ``seed`` (test).

    Raises:
        UsageError: Unknown name or parameter, or a value that does not fit.

    >>> get_scheme("quantile_then_rank", q=0.1).label
    'quantile_then_rank(q=0.1)'
    """
    if name not in SCHEMES:
        hint = did_you_mean(name, SCHEMES)
        raise UsageError(f"no ranking scheme '{name}'; there are {', '.join(SCHEMES)}", remedy=hint)
    known = [field.name for field in fields(SCHEMES[name])]
    for given in params:
        if given not in known:
            hint = did_you_mean(given, known)
            raise UsageError(f"{name} has no parameter '{given}', but {known}", remedy=hint)
    return SCHEMES[name](**params)


def scheme_of(card: Challenge) -> Scheme:
    """Return the scheme a challenge card names, with its parameters.

    Raises:
        UsageError: A parameter or value that does not fit.
    """
    rules = card.ranking
    return get_scheme(rules.scheme, ties=rules.ties, **rules.params)
