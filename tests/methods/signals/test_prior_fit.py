"""The prior: openEBGM's and R's fits, integrals, recovery, boundaries, named errors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from workbench.errors import DataError, RunError, UsageError
from workbench.methods.signals.cells import Cells, cells_of, squashed
from workbench.methods.signals.gamma_mixture import PARAMETERS, GammaMixture
from workbench.methods.signals.mixture_likelihood import (
    LIKELIHOODS,
    Likelihood,
    MixtureLikelihood,
    to_free,
)
from workbench.methods.signals.pairs import PairCounts
from workbench.methods.signals.prior_bounds import Bounds
from workbench.methods.signals.prior_fit import fit_prior
from workbench.methods.signals.shrunken import ebgm
from workbench.methods.signals.table_pairs import count_table

ORACLES = Path(__file__).resolve().parents[2] / "oracles"
KNOWN = json.loads((ORACLES / "signals.json").read_text(encoding="utf-8"))
OPENEBGM = (3.25596685, 0.39998994, 2.02376139, 1.90614108, 0.06530755)  # its fit of all cells
TRUE = GammaMixture(2.0, 0.4, 6.0, 8.0, 0.2)


def drawn(prior: GammaMixture, m: int, seed: int = 1) -> Cells:
    """Return cells drawn from a prior."""
    rng = np.random.default_rng(seed)
    first = rng.random(m) < prior.share
    ratio = rng.gamma(np.where(first, prior.alpha1, prior.alpha2), 1.0)
    ratio /= np.where(first, prior.beta1, prior.beta2)
    expected = np.exp(rng.normal(0.0, 1.2, m))
    return cells_of(rng.poisson(ratio * expected), expected)


def test_caers_is_fitted_as_openebgm_and_r_do(caers: PairCounts) -> None:
    fit = fit_prior(caers.cells(), squash=None)
    assert fit.status == "identified"
    np.testing.assert_allclose(fit.prior.values(), OPENEBGM, rtol=2e-5)
    np.testing.assert_allclose(fit.prior.values(), KNOWN["theta"], rtol=2e-5)
    assert fit.log_likelihood == pytest.approx(-4162.456, abs=5e-4)
    assert fit.log_likelihood >= KNOWN["log_likelihood"] - 1e-8
    # Its standard errors, of a squashed table.
    np.testing.assert_allclose(fit.errors, [2.2875, 0.1439, 0.4514, 0.4327, 0.0358], rtol=0.01)


def test_squashing_costs_less_than_the_third_digit(caers: PairCounts) -> None:
    whole, small = fit_prior(caers.cells(), squash=None), fit_prior(caers.cells())
    assert small.points < whole.points / 10 and small.cells == whole.cells == 17_189
    np.testing.assert_allclose(small.prior.values(), whole.prior.values(), rtol=1e-4)
    exact = fit_prior(caers.cells(), squash=0.0)
    assert exact.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-6)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_the_likelihood_is_an_integral_with_its_gradient(likelihood: Likelihood) -> None:
    prior = GammaMixture(1.3, 0.6, 2.5, 3.0, 0.3)
    n, expected = np.array([1.0, 4.0, 2.0]), np.array([0.3, 2.5, 1e-4])
    parts = [(prior.share, prior.alpha1, prior.beta1), (1 - prior.share, prior.alpha2, prior.beta2)]

    def chance(count: float, wanted: float, alpha: float, beta: float) -> float:
        return integrate.quad(
            lambda ratio: (
                stats.poisson.pmf(count, ratio * wanted)
                * stats.gamma.pdf(ratio, alpha, scale=1 / beta)
            ),
            0, np.inf, epsabs=0,
        )[0]  # fmt: skip

    total = 0.0
    for count, wanted in zip(n, expected, strict=True):
        hit = [chance(count, wanted, a, b) for _, a, b in parts]
        some = [-np.expm1(-a * np.log1p(wanted / b)) for _, a, b in parts]
        shares = [part[0] for part in parts]
        if likelihood == "zero-truncated":
            total += np.log(sum(s * h / t for s, h, t in zip(shares, hit, some, strict=True)))
        else:
            total += np.log(np.dot(shares, hit))
            total -= np.log(np.dot(shares, some)) if likelihood.endswith("mixture") else 0.0
    function = MixtureLikelihood.of(cells_of(n, expected), likelihood)
    free = to_free(prior)
    value, gradient = function.value(free)
    assert value == pytest.approx(total, rel=1e-7)
    for k in range(5):
        step = 1e-5 * np.eye(5)[k]
        slope = (function.value(free + step)[0] - function.value(free - step)[0]) / 2e-5
        assert gradient[k] == pytest.approx(slope, rel=1e-5, abs=1e-7)


def test_the_prior_is_recovered_and_its_errors_are_honest() -> None:
    z = []
    for seed in range(12):
        fit = fit_prior(drawn(TRUE, 20_000, seed), "full-table")
        assert fit.status == "identified"
        z.append((np.array(fit.prior.values()) - np.array(TRUE.values())) / fit.errors)
    assert np.abs(np.array(z)).max() < 4
    assert 0.5 < np.sqrt((np.array(z) ** 2).mean()) < 1.6


def test_only_one_truncated_likelihood_finds_the_share_of_all_cells() -> None:
    whole = drawn(TRUE, 200_000)
    seen = Cells(*(v[whole.n > 0] for v in (whole.n, whole.expected, whole.weight)))
    of_all = fit_prior(seen, "zero-truncated-mixture").table().set_index("parameter")
    assert of_all.loc["share", "low"] < TRUE.share < of_all.loc["share", "high"]
    of_reported = fit_prior(seen, "zero-truncated").prior.share
    assert of_reported > of_all.loc["share", "high"]


def test_names_and_starts_do_not_matter(caers: PairCounts) -> None:
    starts = [GammaMixture(2.0, 4.0, 0.2, 0.1, 2 / 3), GammaMixture(1.0, 1.0, 3.0, 0.3, 0.9)]
    one, other = fit_prior(caers.cells(), starts=starts), fit_prior(caers.cells())
    np.testing.assert_allclose(one.prior.values(), other.prior.values(), rtol=1e-3)


def test_faers_has_no_identified_prior_and_no_ebgm(faers: PairCounts) -> None:
    for likelihood in ("zero-truncated", "zero-truncated-mixture"):
        fit = fit_prior(faers.cells(), likelihood)
        assert fit.status == "not-identified"
        assert any("runs to 0" in reason for reason in fit.reasons)
        assert np.isnan(fit.errors).all()
        with pytest.raises(RunError, match="prior-not-identified") as caught:
            ebgm(faers.counts["n"], faers.counts["expected"], fit)
        assert "bounded fit" in caught.value.remedy


def test_faers_with_its_empty_cells_is_identified(faers: PairCounts) -> None:
    fit = fit_prior(faers.cells(empty=True), "full-table")
    assert (fit.status, fit.cells) == ("identified", 3_880 * 973)
    assert (fit.errors / fit.prior.values() < 0.1).all()


def test_a_bounded_fit_is_labelled_in_every_result(faers: PairCounts) -> None:
    fit = fit_prior(faers.cells(), bounds=Bounds())
    assert fit.status == "bounded"
    assert fit.reasons == ("alpha2 is held at its bound 0.01",)
    assert "bounded fit" in fit.convention
    found = ebgm([3], [1.0], fit)
    assert found.bounded and found.estimate.name == "ebgm_bounded"
    assert "bounded fit" in found.estimate.formula
    assert set(fit.table()["status"]) == {"bounded"}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        # One gamma alone: nothing tells two components apart.
        (drawn(GammaMixture(3.0, 3.0, 3.0, 3.0, 0.5), 5_000), ""),
        # Every ratio is 1: the prior is a point.
        (drawn(GammaMixture(1e7, 1e7, 1e7, 1e7, 0.5), 5_000), "infinity"),
    ],
)
def test_priors_that_data_cannot_give_are_not_identified(cells: Cells, reason: str) -> None:
    fit = fit_prior(cells, "full-table")
    assert fit.status == "not-identified"
    assert reason in "; ".join(fit.reasons)


def test_phvids_table_is_fitted_as_r_does(shared_data: Path) -> None:
    table = pd.read_csv(shared_data / "adverse_events/PhViDdata.csv")
    counted = count_table(table, drug="Drug lab", event="AE lab", n="n11")
    fit = fit_prior(counted.cells(empty=True), "full-table")
    assert (fit.status, fit.cells) == ("identified", KNOWN["phvid"]["n_cells"])
    np.testing.assert_allclose(fit.prior.values(), KNOWN["phvid"]["theta"], rtol=2e-4)
    exact = MixtureLikelihood.of(counted.cells(empty=True), "full-table")
    assert fit.log_likelihood == pytest.approx(KNOWN["phvid"]["log_likelihood"], abs=0.5)
    assert exact.value(to_free(fit.prior))[0] == pytest.approx(fit.log_likelihood, abs=0.5)
    assert list(fit.table()["parameter"]) == list(PARAMETERS)


def test_cells_of_another_likelihood_and_bad_choices_are_named() -> None:
    with pytest.raises(DataError, match="empty-cells-missing"):
        fit_prior(cells_of([1] * 30, [1.0] * 30), "full-table")
    with pytest.raises(DataError, match="empty-cells-given"):
        fit_prior(cells_of([0] + [1] * 30, [1.0] * 31))
    with pytest.raises(DataError, match="too-few-cells"):
        fit_prior(cells_of([1, 2], [1.0, 1.0]))
    with pytest.raises(UsageError, match="likelihood"):
        fit_prior(cells_of([1] * 30, [1.0] * 30), "full")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="width"):
        squashed(cells_of([1], [1.0]), 2.0)
    with pytest.raises(UsageError, match="bounds"):
        Bounds(smallest=3.0, largest=2.0)
    with pytest.raises(UsageError, match="share"):
        Bounds(smallest_share=0.7)
