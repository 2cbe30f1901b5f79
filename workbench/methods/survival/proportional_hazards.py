"""Tests whether hazards of a Cox model are proportional, and the residuals that show how not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2, rankdata

from workbench.errors import DataError, UsageError, did_you_mean
from workbench.methods.survival.cox import CoxFit
from workbench.methods.survival.newton import inverse
from workbench.methods.survival.partial_likelihood import information
from workbench.methods.survival.residuals import schoenfeld_residuals
from workbench.methods.survival.risk_set_order import risk_sets

Transform = Literal["km", "identity", "rank", "log"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ProportionalHazards:
    """What the test of proportional hazards found.

    Attributes:
        table: One row a term, then ``GLOBAL``: ``term, statistic, df, p`` (chi-squared).
        residuals: One row an event: ``stratum, time, transformed``, then a column a term with the
            scaled Schoenfeld residual: its mean at a time estimates the coefficient there (for a
            term of several columns: a factor of its whole effect, 1 where it is proportional).
            Empty where the covariate does not vary in the event's stratum.
        covariance: Of a row's scaled residuals, ``(terms, terms)``.
        transform: How time was transformed.
    """

    table: pd.DataFrame
    residuals: pd.DataFrame
    covariance: Floats
    transform: Transform


def proportional_hazards_test(
    fit: CoxFit,
    transform: Transform = "km",
    terms: Mapping[str, Sequence[str]] | None = None,
) -> ProportionalHazards:
    """Test every coefficient for a trend over time, by the score test of R ``cox.zph`` (3.0 on).

    Grambsch and Therneau 1994, Biometrika 81:515: the score test of adding the covariate times a
    centred function g of time to the model.

    Args:
        fit: The model; at least one covariate.
        transform: The function: ``km`` (1 less the Kaplan-Meier curve just before, of all strata
            together and without weights), ``identity``, ``rank`` or ``log``.
        terms: Columns that belong together, such as the dummies of one variable, by term; each
            column on its own unless given.

    Raises:
        UsageError: Unknown transform; a term's column is not in the model.
        DataError: ``no-covariates``; ``log-of-zero``.
    """
    groups = _term_columns(fit.names, terms)
    g = _transformed(fit, transform)
    centred = g - np.repeat(g, fit.sets.events).mean()
    sets, state = fit.sets, fit.state
    residuals = schoenfeld_residuals(sets, state)
    score = (sets.weight[sets.event_rows] * centred[sets.group]) @ residuals
    plain = information(sets, state)
    trend = information(sets, state, centred)
    matrix = np.block([[plain, trend], [trend, information(sets, state, centred**2)]])
    p = len(fit.names)
    rows = []
    for name, columns in [*groups.items(), ("GLOBAL", list(range(p)))]:
        added = [p + column for column in columns]
        kept = [*range(p), *added]
        slope = np.concatenate([np.zeros(p), score[columns]])
        statistic = float(slope @ inverse(matrix[np.ix_(kept, kept)]) @ slope)
        rows.append((name, statistic, len(columns), chi2.sf(statistic, len(columns))))
    scaled, covariance = _scaled(fit, plain, residuals, groups)
    stratum = np.asarray(fit.data.strata, dtype=object)[sets.strata]
    frame = pd.DataFrame({"stratum": stratum, "time": sets.times, "transformed": g})
    shown = frame.iloc[sets.group].reset_index(drop=True)
    return ProportionalHazards(
        pd.DataFrame(rows, columns=["term", "statistic", "df", "p"]),
        pd.concat([shown, pd.DataFrame(scaled, columns=list(groups))], axis=1),
        covariance,
        transform,
    )


def _term_columns(
    names: tuple[str, ...], terms: Mapping[str, Sequence[str]] | None
) -> dict[str, list[int]]:
    """Return the columns of each term; a column that no term names is a term of its own."""
    if not names:
        raise DataError("a model without covariates has no hazards to compare [no-covariates]")
    given = {} if terms is None else terms
    wanted = [column for columns in given.values() for column in columns]
    for column in wanted:
        if column not in names:
            hint = did_you_mean(column, names)
            raise UsageError(f"the model has no column '{column}'", remedy=hint)
    if len(set(wanted)) != len(wanted):
        raise UsageError("a column belongs to one term only")
    of = {column: term for term, columns in given.items() for column in columns}
    groups: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        groups.setdefault(of.get(name, name), []).append(place)
    return groups


def _transformed(fit: CoxFit, transform: Transform) -> Floats:
    """Return the function of time at each event time, ``(K,)``."""
    if transform not in get_args(Transform):
        hint = did_you_mean(transform, get_args(Transform))
        known = ", ".join(get_args(Transform))
        raise UsageError(f"transform is one of {known}; got '{transform}'", remedy=hint)
    times = fit.sets.times
    if transform == "identity":
        return times
    if transform == "log":
        if times.min() <= 0:
            raise DataError(f"the first event is at {times.min():g}: no logarithm [log-of-zero]")
        return np.asarray(np.log(times))
    if transform == "rank":
        every = np.sort(fit.data.time)
        return np.asarray(rankdata(every)[np.searchsorted(every, times)])
    return 1 - _reached(fit)


def _reached(fit: CoxFit) -> Floats:
    """Return the product-limit probability of reaching each event time, late entries counted."""
    n = len(fit.data.time)
    one = np.ones(n)
    together = replace(
        fit.data, weight=one, stratum=np.zeros(n, dtype=np.int64), strata=("",), stratified=False
    )
    sets = risk_sets(together)
    curve = np.cumprod(1 - sets.events / sets.at_risk(one))
    return np.asarray(np.append(1.0, curve)[np.searchsorted(sets.times, fit.sets.times)])


def _scaled(
    fit: CoxFit, plain: Floats, residuals: Floats, groups: Mapping[str, list[int]]
) -> tuple[Floats, Floats]:
    """Return the scaled residuals of each event by term, and their covariance.

    Residuals are divided by the mean variance of the covariates over events: that of a single risk
    set, late ones above all, is too unstable.
    """
    sets = fit.sets
    events = np.bincount(sets.strata, sets.events, len(fit.data.strata))
    varies = _varies(fit)
    counted = (varies * events[:, None]).T @ varies
    mean = plain / np.where(counted == 0, 1.0, counted)
    beta = fit.coefficients
    to_term = np.zeros((len(beta), len(groups)))
    centre = np.empty(len(groups))
    for place, columns in enumerate(groups.values()):
        alone = len(columns) == 1
        to_term[columns, place] = 1.0 if alone else beta[columns]
        centre[place] = beta[columns[0]] if alone else 1.0
    mean = to_term.T @ mean @ to_term
    seen = np.column_stack([varies[:, columns].any(axis=1) for columns in groups.values()])
    out = np.full((len(residuals), len(groups)), np.nan)
    stratum = sets.strata[sets.group]
    for number in np.unique(stratum):
        kept = np.flatnonzero(seen[number])
        rows = np.flatnonzero(stratum == number)
        block = inverse(mean[np.ix_(kept, kept)])
        out[np.ix_(rows, kept)] = residuals[rows] @ to_term[:, kept] @ block
    return out + centre, inverse(mean)


def _varies(fit: CoxFit) -> NDArray[np.bool_]:
    """Say which covariates vary within each stratum, ``(strata, p)``."""
    sets = fit.sets
    starts = np.flatnonzero(np.diff(fit.data.stratum[sets.order], prepend=-1))
    highest = np.maximum.reduceat(sets.x, starts, axis=0)
    return np.asarray(highest > np.minimum.reduceat(sets.x, starts, axis=0))
