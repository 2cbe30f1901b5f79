"""Fits the prior of a table's ratios by maximum likelihood, and says whether there is one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize

from workbench.errors import DataError, RunError
from workbench.methods.signals.cells import Cells, squashed
from workbench.methods.signals.gamma_mixture import PARAMETERS, GammaMixture
from workbench.methods.signals.mixture_likelihood import (
    LIKELIHOODS,
    Likelihood,
    MixtureLikelihood,
    from_free,
    to_free,
)
from workbench.methods.signals.prior_bounds import Bounds
from workbench.methods.signals.prior_verdict import (
    Peak,
    error_matrix,
    natural_intervals,
    ordered,
    reasons,
)
from workbench.metrics.choices import check_choice, check_level
from workbench.metrics.one_thread import one_blas_thread

Floats = NDArray[np.float64]
Status = Literal["identified", "not-identified", "bounded"]
_STARTS = (
    GammaMixture(0.2, 0.06, 1.4, 1.8, 0.1),  # DuMouchel 1999, of FDA reports
    GammaMixture(0.2, 0.1, 2.0, 4.0, 1 / 3),
    GammaMixture(0.5, 0.3, 12.0, 12.0, 0.8),
    GammaMixture(2.0, 0.2, 2.0, 2.0, 0.02),
    GammaMixture(1.0, 1.0, 1.0, 0.1, 0.9),
)
_FARTHEST = 14.0  # of a free coordinate: shapes and rates from one to a million millionths


@dataclass(frozen=True, eq=False)
class PriorFit:
    """A fitted prior with the verdict on it.

    Attributes:
        status: ``identified``; ``not-identified``: the likelihood has no maximum inside, and the
            prior is only where the search ended; ``bounded``: the best within bounds that were
            asked for, whatever lies beyond them.
        prior: The prior. The first component is the one with the larger mean.
        errors: Standard errors of alpha1, beta1, alpha2, beta2 and share, ``(5,)``; NaN where the
            likelihood gives none.
        log_likelihood: At the prior.
        cells: How many cells of the table were fitted.
        points: How many were left after squashing.
        reasons: Why it is not identified, or which bounds hold it; empty where it is identified.
        convention: Likelihood and squashing in words.
    """

    status: Status
    prior: GammaMixture
    errors: Floats
    log_likelihood: float
    cells: int
    points: int
    reasons: tuple[str, ...]
    convention: str

    def for_scores(self) -> GammaMixture:
        """Return the prior for scores.

        Raises:
            RunError: ``prior-not-identified``.
        """
        if self.status == "not-identified":
            raise RunError(
                f"the prior is not identified [prior-not-identified]: {'; '.join(self.reasons)}",
                remedy="use PRR, ROR or IC, count more reports, fit the full table, "
                "or ask for a bounded fit, which is labelled as such",
            )
        return self.prior

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row a parameter: value, standard error and interval on the free scale."""
        check_level(level)
        low, high = natural_intervals(self.prior, self.errors, level)
        values = list(self.prior.values())
        columns = {"parameter": PARAMETERS, "value": values, "standard_error": self.errors}
        return pd.DataFrame({**columns, "low": low, "high": high, "status": self.status})


@one_blas_thread()
def fit_prior(
    cells: Cells,
    likelihood: Likelihood = "zero-truncated",
    *,
    squash: float | None = 0.01,
    bounds: Bounds | None = None,
    starts: Iterable[GammaMixture] = _STARTS,
) -> PriorFit:
    """Fit the two-component gamma prior to the cells of a table.

    DuMouchel 1999, Am Stat 53:177. Every start climbs by a quasi-Newton search with the exact
    gradient; the best end is judged, see :func:`workbench.methods.signals.prior_verdict.reasons`.

    Args:
        cells: The cells; those without a report too for the full table.
        likelihood: ``zero-truncated``, ``zero-truncated-mixture`` or ``full-table``.
        squash: Relative width of the bins that cells are merged in; None leaves all as they are.
        bounds: Hold the prior within these; the fit is then labelled ``bounded``.
        starts: Where to begin.

    Raises:
        UsageError: An unknown likelihood, or a width that is none.
        DataError: ``empty-cells-missing``, ``empty-cells-given``: the cells are not those of the
            likelihood. ``too-few-cells``: fewer than 20.

    >>> rng = np.random.default_rng(1)
    >>> expected = np.exp(rng.normal(0, 1, 4000))
    >>> ratio = np.where(rng.random(4000) < 0.3, rng.gamma(4, 1, 4000), rng.gamma(8, 1 / 16, 4000))
    >>> from workbench.methods.signals.cells import cells_of
    >>> fit_prior(cells_of(rng.poisson(expected * ratio), expected), "full-table").status
    'identified'
    """
    check_choice("the prior", "likelihood", likelihood, LIKELIHOODS)
    _check(cells, likelihood)
    data = cells if squash is None else squashed(cells, squash)
    function = MixtureLikelihood.of(data, likelihood)
    box = bounds.free() if bounds else [(-_FARTHEST, _FARTHEST)] * 5
    ends = [_climb(function, to_free(start), box) for start in starts]
    best = max(ends, key=lambda end: end.value)
    peak = Peak(ordered(best.free), best.value)
    why = bounds.reached(peak.free) if bounds else reasons(function, peak, ends)
    status: Status = "bounded" if bounds else "not-identified" if why else "identified"
    prior, covariance = from_free(peak.free), error_matrix(function, peak.free)
    errors = np.full(5, np.nan)
    if covariance is not None and not why:
        # To the natural scale: d alpha = alpha d log alpha, d share = share (1 - share) d logit.
        slope = np.array([*prior.values()[:4], prior.share * (1.0 - prior.share)])
        errors = slope * np.sqrt(np.diag(covariance))
    words = LIKELIHOODS[likelihood] + (f"; {data.squashing}" if data.squashing else "")
    words += f"; {bounds.words()}" if bounds else ""
    total = round(float(cells.weight.sum()))
    return PriorFit(status, prior, errors, peak.value, total, len(data), why, words)


def _climb(function: MixtureLikelihood, start: Floats, box: list[tuple[float, float]]) -> Peak:
    """Return where the likelihood is highest, as seen from a start."""

    def falling(free: Floats) -> tuple[float, Floats]:
        value, gradient = function.value(free)
        return -value, -gradient

    low, high = np.array(box).T
    options = {"maxiter": 2_000, "maxfun": 4_000, "ftol": 1e-15, "gtol": 1e-7}
    start = np.clip(start, low, high)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        found = minimize(falling, start, jac=True, method="L-BFGS-B", bounds=box, options=options)
    return Peak(np.asarray(found.x), -float(found.fun))


def _check(cells: Cells, likelihood: Likelihood) -> None:
    """Refuse cells that are not those of the likelihood."""
    empty = float(cells.weight[cells.n == 0].sum())
    total = float(cells.weight.sum())
    if likelihood == "full-table" and not empty:
        raise DataError(
            "the full-table likelihood needs the cells without a report [empty-cells-missing]",
            remedy="join the cells of zero_cells(counted)",
        )
    if likelihood != "full-table" and empty:
        raise DataError(
            f"{empty:.0f} of {total:.0f} cells have no report [empty-cells-given]",
            remedy='leave them out, or fit likelihood="full-table"',
        )
    if total < 20:
        raise DataError(
            f"{total:.0f} cells are too few for a prior of five parameters [too-few-cells]",
            remedy="use PRR, ROR or IC",
        )
