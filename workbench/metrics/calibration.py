"""Whether stated probabilities come true, and what acting on them is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics import inputs
from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_choice, check_whole
from workbench.metrics.confusion import ratio
from workbench.metrics.one_class import OneClass
from workbench.metrics.sums import weighted_sums

if TYPE_CHECKING:
    import pandas as pd

Binning = Literal["width", "count"]


@register
@dataclass(frozen=True)
class ExpectedCalibrationError(OneClass):
    """Mean gap between stated probability and observed share, over bins of the probability."""

    bins: int = 10
    binning: Binning = "width"

    name = "ece"
    title = "mean gap between stated probability and observed share"
    direction = "minimize"
    needs = "probabilities"
    undefined = "the weights leave no case"
    source = "Naeini et al. 2015 (AAAI); MetricsReloaded expectation_calibration_error"

    def __post_init__(self) -> None:
        """Refuse a binning without meaning."""
        super().__post_init__()
        check_whole("bins", self.bins, 1)
        check_choice(self.name, "binning", self.binning, ("width", "count"))

    @property
    def convention(self) -> str:
        """How the bins are made."""
        return f"{self.bins} bins of equal {self.binning}, closed above, probability of '{self.of}'"

    def compute(
        self, truth: NDArray[np.int64], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the sum over bins of the absolute summed residual, over all cases, ``(B,)``."""
        given = self.column(prediction)
        numbers = bin_numbers(given, self.bins, self.binning)
        residual = given - (truth == self.place)
        apart = np.where(numbers[:, None] == np.arange(self.bins), residual[:, None], 0.0)
        total = weighted_sums(np.ones((len(truth), 1), dtype=np.uint8), weights)[0]
        return ratio(np.abs(weighted_sums(apart, weights)).sum(axis=0), total)


def bin_numbers(given: NDArray[np.float64], bins: int, binning: Binning) -> NDArray[np.int64]:
    """Return the bin of each probability, ``0 .. bins - 1``; bins are closed above.

    Bins of equal count are cut at quantiles of the unweighted probabilities, so that resamples
    share the same bins.

    >>> bin_numbers(np.array([0.0, 0.5, 0.51, 1.0]), 2, "width").tolist()
    [0, 0, 1, 1]
    """
    if binning == "width":
        edges = np.arange(1, bins) / bins
    else:
        edges = np.quantile(given, np.arange(1, bins) / bins)
    return np.searchsorted(edges, given, side="left").astype(np.int64)


def reliability_table(
    truth: ArrayLike, given: ArrayLike, *, bins: int = 10, binning: Binning = "width"
) -> pd.DataFrame:
    """Return stated probability and observed share in each bin (the reliability diagram's data).

    Args:
        truth: 0 or 1, shape ``(n,)``.
        given: Probability of 1, shape ``(n,)``.
        bins: Number of bins.
        binning: Bins of equal ``width`` or equal ``count``.

    Returns:
        One row a bin that has cases: ``bin, n, stated`` (mean probability), ``observed`` (share).

    Raises:
        DataError: Broken input.
    """
    import pandas as pd

    check_whole("bins", bins, 1)
    check_choice("reliability table", "binning", binning, ("width", "count"))
    labels = inputs.codes(truth, 2, "truth")
    stated = inputs.probabilities(given, 2, len(labels))[:, 1]
    table = pd.DataFrame(
        {"bin": bin_numbers(stated, bins, binning), "stated": stated, "observed": labels}
    )
    found = table.groupby("bin").agg(
        n=("stated", "size"), stated=("stated", "mean"), observed=("observed", "mean")
    )
    return found.reset_index()
