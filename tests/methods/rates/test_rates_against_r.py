"""Intervals, ratios, standardised rates, spread and trends are those of R, or of the page."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from workbench.methods.rates.overdispersion import overdispersion
from workbench.methods.rates.poisson import count_interval
from workbench.methods.rates.ratio import rate_ratio
from workbench.methods.rates.shrinkage import shrink
from workbench.methods.rates.standardise import direct
from workbench.methods.rates.trend import trend

KNOWN = json.loads((Path(__file__).parents[2] / "oracles/rates.json").read_text("utf-8"))
# Chi-square form, as printed in tables of the interval (Garwood 1936; Ulm 1990).
TABLE = {0: (0, 3.688879), 1: (0.025318, 5.571643), 11: (5.491160, 19.682039)}


@pytest.mark.parametrize("method", ["garwood", "mid-p"])
def test_intervals_of_counts(method: str) -> None:
    low, high = count_interval(KNOWN["counts"], method=method)  # type: ignore[arg-type]
    expected = np.array(KNOWN[method.replace("-", "")])
    np.testing.assert_allclose(np.column_stack([low, high]), expected, rtol=1e-10)


def test_garwood_is_the_printed_table() -> None:
    low, high = count_interval(list(TABLE))
    assert np.column_stack([low, high]).round(6).tolist() == [list(ends) for ends in TABLE.values()]


@pytest.mark.parametrize("known", KNOWN["ratio"], ids=lambda known: str(known["given"]))
def test_rate_ratios(known: dict[str, object]) -> None:
    a, b, first, second = known["given"]  # type: ignore[misc]
    exact = rate_ratio((a, b), (first, second))
    mid = rate_ratio((a, b), (first, second), method="mid-p")
    assert exact.value == pytest.approx(float(known["value"]), rel=1e-10)  # type: ignore[arg-type]
    for ours, name in (
        (exact.low, "low"),
        (exact.high, "high"),
        (exact.p_value, "p"),
        (mid.low, "midp_low"),
        (mid.high, "midp_high"),
    ):
        assert ours == pytest.approx(float(known[name]), rel=1e-8), name  # type: ignore[arg-type]


def test_direct_standardisation() -> None:
    known = KNOWN["standardised"]
    feuer = direct(**known["given"])
    tiwari = direct(**known["given"], upper="tiwari")
    found = np.array([feuer.rate, feuer.low, feuer.high, tiwari.high]) / 1e5
    expected = [known[name] for name in ("rate", "low", "fay_feuer", "tiwari")]
    np.testing.assert_allclose(found, expected, rtol=1e-10)
    assert tiwari.low == feuer.low


def test_spread_of_a_class() -> None:
    known = KNOWN["dispersion"]
    found = overdispersion(known["given"]["cases"], known["given"]["exposure"])
    assert found.dispersion == pytest.approx(known["dispersion"], rel=1e-9)
    assert np.log(found.rate / 1e5) == pytest.approx(known["log_rate"], rel=1e-9)
    half = np.log(found.high / found.low) / 2 / 1.959963984540054
    assert half == pytest.approx(known["se"], rel=1e-9)
    assert found.shape == pytest.approx(known["theta"], rel=1e-5)
    gain = 2 * (known["log_likelihood"] - known["poisson"])
    assert found.likelihood_ratio == pytest.approx(gain, rel=1e-8)
    assert "more than chance" in found.verdict


def test_shrunken_rates_of_a_class() -> None:
    known = KNOWN["dispersion"]
    found = shrink(known["given"]["cases"], known["given"]["exposure"])
    assert found.identified
    assert found.mean / 1e5 == pytest.approx(known["mean"], rel=1e-5)
    for name in ("shrunken", "low", "high"):
        np.testing.assert_allclose(found.table[name] / 1e5, known[name], rtol=1e-5)


@pytest.mark.parametrize("covariates", ["one", "two"])
def test_trends(covariates: str) -> None:
    given, known = KNOWN["trend"]["given"], np.atleast_2d(KNOWN["trend"][covariates])
    year = given["year"] if covariates == "two" else None
    found = trend(given["cases"], given["exposure"], given["launch"], calendar_year=year)
    assert found.dispersion == pytest.approx(KNOWN["trend"][f"{covariates}_dispersion"], rel=1e-7)
    np.testing.assert_allclose(np.log(found.table["ratio"]), known[:, 0], rtol=1e-7)
    half = np.log(found.table["high"] / found.table["low"]) / 2 / 1.959963984540054
    # R narrows errors where the dispersion is below 1; ours are never narrower than Poisson's.
    narrowed = min(1.0, KNOWN["trend"][f"{covariates}_dispersion"]) ** 0.5
    np.testing.assert_allclose(half * narrowed, known[:, 1], rtol=1e-6)
    assert ("quasi" in found.convention) == (narrowed == 1.0)
