"""EBGM and its quantiles: openEBGM's printed values, R, integrals, extremes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from scipy.special import gammainc

from workbench.errors import DataError, UsageError
from workbench.methods.signals.gamma_mixture import GammaMixture
from workbench.methods.signals.pairs import PairCounts
from workbench.methods.signals.posterior import Posterior
from workbench.methods.signals.shrunken import ebgm

ORACLES = Path(__file__).resolve().parents[2] / "oracles"
KNOWN = json.loads((ORACLES / "signals.json").read_text(encoding="utf-8"))
# As openEBGM's vignettes print them (squashed CAERS).
PRINTED = GammaMixture(3.25379356, 0.39988854, 2.02612692, 1.90807970, 0.06534557)
TOP = {
    ("REUMOFAN PLUS", "WEIGHT INCREASED"): 15.68,
    ("HYDROXYCUT REGULAR RAPID RELEASE CAPLETS", "EMOTIONAL DISTRESS"): 11.65,
    ("REUMOFAN PLUS", "IMMOBILE"): 10.16,
    ("HYDROXYCUT HARDCORE CAPSULES", "CARDIO-RESPIRATORY DISTRESS"): 8.99,
}
priors = st.builds(
    GammaMixture,
    *[st.floats(-5, 5).map(np.exp)] * 4,
    st.floats(1e-4, 1.0 - 1e-4),
)


def test_openebgms_printed_scores(caers: PairCounts) -> None:
    posterior = Posterior.of(caers.counts["n"], caers.counts["expected"], PRINTED)
    first = [0.2819737, 0.3409653, 0.3482317, 0.2819737, 0.2226356, 0.2556670]
    np.testing.assert_allclose(posterior.share[:6], first, atol=5.1e-8)
    share = posterior.share
    np.testing.assert_allclose([share.min(), share.max()], [0.0001205, 0.9999997], atol=5.1e-8)
    assert share.mean() == pytest.approx(0.2846021, abs=5.1e-8)
    np.testing.assert_allclose(
        posterior.geometric_mean()[:6], [2.23, 2.58, 2.63, 2.23, 1.92, 2.09], atol=0.0051
    )
    low, high = posterior.quantile(0.05), posterior.quantile(0.95)
    np.testing.assert_allclose(low[:6], [0.49, 0.52, 0.52, 0.49, 0.47, 0.48], atol=0.0051)
    # Its bisection ends up to a hundredth below.
    np.testing.assert_allclose(high[:6], [13.85, 15.78, 16.02, 13.85, 11.77, 12.95], atol=0.0101)
    assert (low >= 2).sum() == 131
    of_pair = pd.Series(low, index=pd.MultiIndex.from_frame(caers.counts[["drug", "event"]]))
    for pair, value in TOP.items():
        assert of_pair[pair] == pytest.approx(value, abs=0.0101)


def test_scores_are_as_in_r() -> None:
    known = pd.DataFrame(KNOWN["pairs"])
    found = ebgm(known["n"], known["expected"], GammaMixture(*KNOWN["theta"]))
    parts = (found.estimate.value, found.estimate.low, found.estimate.high, found.null_probability)
    for name, values in zip(("ebgm", "eb05", "eb95", "null"), parts, strict=True):
        np.testing.assert_allclose(values, known[name], rtol=1e-8, err_msg=name)


@pytest.mark.parametrize("n", [0, 1, 7, 60])
@pytest.mark.parametrize("expected", [0.003, 0.9, 25.0])
def test_the_posterior_is_prior_times_poisson(n: int, expected: float) -> None:
    prior = GammaMixture(0.4, 0.2, 2.0, 2.5, 0.3)

    def joint(log_ratio: float) -> float:
        ratio = np.exp(log_ratio)
        first = stats.gamma.pdf(ratio, prior.alpha1, scale=1 / prior.beta1)
        second = stats.gamma.pdf(ratio, prior.alpha2, scale=1 / prior.beta2)
        mixed = prior.share * first + (1 - prior.share) * second
        return float(mixed * stats.poisson.pmf(n, ratio * expected) * ratio)

    def integral(weight, top: float = 8.0) -> float:  # type: ignore[no-untyped-def]
        points = [-9, -3, -1, 0, 1, 2, 3, 4, 5, 6, 7]
        inside = [p for p in points if p < top]
        return integrate.quad(
            lambda y: weight(y) * joint(y), -60, top, points=inside, limit=400, epsabs=0
        )[0]

    whole = integral(lambda _: 1.0)
    found = Posterior.of([n], [expected], prior)
    mean = integral(lambda y: y) / whole
    assert found.geometric_mean()[0] == pytest.approx(np.exp(mean), rel=1e-6)
    for p in (0.05, 0.5, 0.95):
        reached = integral(lambda _: 1.0, float(np.log(found.quantile(p)[0]))) / whole
        assert reached == pytest.approx(p, rel=1e-6)
    assert found.below(1.0)[0] == pytest.approx(integral(lambda _: 1.0, 0.0) / whole, rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    priors,
    st.lists(st.tuples(st.integers(0, 100_000), st.floats(-12, 11)), min_size=1, max_size=20),
    st.sampled_from([0.001, 0.05, 0.5, 0.95, 0.999]),
)
def test_quantiles_are_roots_for_any_prior(
    prior: GammaMixture, cells: list[tuple[int, float]], probability: float
) -> None:
    n, log_expected = np.array(cells).T
    found = Posterior.of(n, np.exp(log_expected), prior)
    root = found.quantile(probability)
    parts = gammainc(found.shape, found.rate * root)
    reached = found.share * parts[0] + (1 - found.share) * parts[1]
    np.testing.assert_allclose(reached, probability, rtol=1e-7)


def test_a_quantile_between_far_components_is_found() -> None:
    # Newton's capped step once went to and fro between the ends of the bracket.
    prior = GammaMixture(11.87, 0.4477, 73.97, 134.7, 0.00125)
    found = Posterior.of([1, 1, 0], [0.2024, 3.0, 50.0], prior)
    for p in (0.001, 0.05, 0.95, 0.9995):
        root = found.quantile(p)
        parts = gammainc(found.shape, found.rate * root)
        reached = found.share * parts[0] + (1 - found.share) * parts[1]
        np.testing.assert_allclose(reached, p, rtol=1e-9)


def test_a_pair_without_a_report_under_a_prior_near_0_has_a_tiny_quantile() -> None:
    found = Posterior.of([0, 0], [0.5, 40.0], GammaMixture(0.01, 0.02, 0.7, 0.9, 0.9))
    low = found.quantile(0.05)
    assert (low < 1e-100).all() and (low > 0).all()
    parts = gammainc(found.shape, found.rate * low)
    reached = found.share * parts[0] + (1 - found.share) * parts[1]
    np.testing.assert_allclose(reached, 0.05, rtol=1e-9)


@given(priors, st.integers(0, 500), st.floats(0.01, 50))
def test_more_reports_score_higher_and_more_expected_lower(
    prior: GammaMixture, n: int, expected: float
) -> None:
    low = ebgm([n, n + 1], [expected, expected], prior).estimate
    assert low.low[0] <= low.value[0] <= low.high[0]
    assert low.value[1] > low.value[0] and low.low[1] > low.low[0]
    wide = ebgm([n, n], [expected, expected * 1.1], prior).estimate
    assert wide.value[1] < wide.value[0]


def test_bad_input_is_named() -> None:
    with pytest.raises(DataError) as caught:
        ebgm([1.5, 2], [1, 0], PRINTED)
    assert {p.code for p in caught.value.problems} == {"not-a-count", "expected-not-positive"}
    with pytest.raises(UsageError, match="share"):
        GammaMixture(1, 1, 1, 1, 1.615)
    with pytest.raises(UsageError, match="alpha1"):
        GammaMixture(-1, 1, 1, 1, 0.5)
    with pytest.raises(DataError, match="no-cells"):
        ebgm([], [], PRINTED)
