"""PRR, ROR, chi-square and IC: published values, R, scipy, integrals, what is undefined."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from workbench.errors import DataError, UsageError
from workbench.methods.signals.information import bcpnn_ic, shrunken_ic
from workbench.methods.signals.pairs import PairCounts
from workbench.methods.signals.ratios import chi_square, one_sided_p, prr, ror
from workbench.methods.signals.two_by_two import TwoByTwo

ORACLES = Path(__file__).resolve().parents[2] / "oracles"
KNOWN = json.loads((ORACLES / "signals.json").read_text(encoding="utf-8"))
STATIN = [  # event, drug, n, E, PRR, ROR with ends, IC with ends
    ("Rhabdomyolysis", "Atorvastatin", 2041, 112.0567, 19.2390,
     19.4295, 18.5769, 20.3213, 4.1809, 4.1176, 4.2428),
    ("Rhabdomyolysis", "Simvastatin", 1376, 48.5064, 29.4451,
     29.9106, 28.3301, 31.5794, 4.8119, 4.7346, 4.8871),
    ("Myalgia", "Atorvastatin", 5362, 483.1190, 11.4568,
     11.7488, 11.4289, 12.0776, 3.4710, 3.4321, 3.5093),
    ("Acute Kidney Injury", "Simvastatin", 823, 479.0930, 1.7195,
     1.7265, 1.6118, 1.8493, 0.7800, 0.6797, 0.8768),
]  # fmt: skip
cells = st.tuples(*[st.integers(1, 500)] * 4)


def table(a: float, b: float, c: float, d: float) -> TwoByTwo:
    """Return one pair's four cells."""
    return TwoByTwo(*(np.array([float(part)]) for part in (a, b, c, d)))


@pytest.mark.parametrize("row", STATIN, ids=lambda row: f"{row[0]} {row[1]}")
def test_statins_have_their_reference_values(statins: pd.DataFrame, row: tuple) -> None:  # type: ignore[type-arg]
    counts = statins.loc[[row[:2]]]
    four = TwoByTwo.of(counts)
    odds, ic = ror(four), shrunken_ic(counts["n"], counts["expected"])
    got = [counts["n"].iloc[0], counts["expected"].iloc[0], prr(four).value[0]]
    got += [part[0] for e in (odds, ic) for part in (e.value, e.low, e.high)]
    np.testing.assert_allclose(got, row[2:], atol=5.1e-5)


def test_values_that_pvda_prints() -> None:
    found = prr(table(10, 990, 200, 9800))
    parts = (found.value, found.low, found.high)
    assert [round(float(part[0]), 3) for part in parts] == [0.5, 0.266, 0.940]
    odds = ror(table(10, 20, 200, 10000))
    parts = (odds.value, odds.low, odds.high)
    assert [round(float(part[0]), 1) for part in parts] == [25.0, 11.6, 54.1]
    ic = shrunken_ic([88, 1], [55.6, 1])
    assert (round(ic.value[0], 2), round(ic.low[0], 2), round(ic.high[0], 2)) == (0.66, 0.34, 0.94)
    assert ic.value[1] == 0
    assert ic.low[1] == pytest.approx(np.log2(stats.gamma.ppf(0.025, 1.5, scale=1 / 1.5)))


def test_caers_is_as_in_r(caers: PairCounts) -> None:
    known = pd.DataFrame(KNOWN["pairs"]).set_index(["drug", "event"])
    counts = caers.counts.set_index(["drug", "event"]).loc[known.index]
    four = TwoByTwo.of(counts)
    ic, bcpnn = shrunken_ic(counts["n"], counts["expected"]), bcpnn_ic(four)
    chi, p, _ = chi_square(four)
    got = {"chi_square": chi, "p": p, "bcpnn": bcpnn.value, "bcpnn_low": bcpnn.low}
    got |= {"bcpnn_high": bcpnn.high, "ic_low": ic.low, "ic_high": ic.high}
    for name, values in got.items():
        np.testing.assert_allclose(values, known[name], rtol=1e-9, atol=1e-12, err_msg=name)


@given(cells)
def test_chi_square_is_scipys(four: tuple[int, int, int, int]) -> None:
    value, p, _ = chi_square(table(*four))
    theirs = stats.chi2_contingency(np.reshape(four, (2, 2)), correction=True)
    assert value[0] == pytest.approx(theirs.statistic, rel=1e-9, abs=1e-12)
    assert p[0] == pytest.approx(theirs.pvalue, rel=1e-9)


@given(cells)
def test_ratios_turn_over_with_the_event_and_the_drug(four: tuple[int, int, int, int]) -> None:
    a, b, c, d = four
    odds, other = ror(table(a, b, c, d)), ror(table(b, a, d, c))
    assert odds.value[0] == pytest.approx(1 / other.value[0])
    assert odds.low[0] == pytest.approx(1 / other.high[0])
    assert prr(table(a, b, c, d)).value[0] == pytest.approx(1 / prr(table(c, d, a, b)).value[0])
    assert one_sided_p(odds)[0] == pytest.approx(1 - one_sided_p(other)[0])


@pytest.mark.parametrize("four", [(3, 40, 20, 1000), (1, 5, 0, 3350), (54, 700, 300, 2302)])
def test_moments_of_bcpnn_are_integrals(four: tuple[int, int, int, int]) -> None:
    a, b, c, d = four
    total = a + b + c + d
    drug, event = a + b + 1, a + c + 1
    pair = (a + 1, total - a - 1 + (total + 2) ** 2 / (drug * event))
    shares = [pair, (drug, total + 2 - drug), (event, total + 2 - event)]
    mean, spread = 0.0, 0.0
    for sign, (one, other) in zip((1, -1, -1), shares, strict=True):
        beta = stats.beta(one, other)
        low, high = np.log(beta.ppf(1e-14)), np.log(beta.isf(1e-14))
        moment = [
            integrate.quad(
                lambda y, k=k, f=beta: y**k * f.pdf(np.exp(y)) * np.exp(y), low, high, limit=200
            )[0]
            for k in (1, 2)
        ]
        mean += sign * moment[0]
        spread += moment[1] - moment[0] ** 2
    found = bcpnn_ic(table(*four))
    assert found.value[0] == pytest.approx(mean / np.log(2), abs=1e-6)
    half = 1.959963984540054 * np.sqrt(spread) / np.log(2)
    assert found.high[0] - found.value[0] == pytest.approx(half, rel=1e-5)


def test_what_is_undefined_is_said_and_has_no_number() -> None:
    only, none, always = table(1, 40, 0, 3000), table(0, 40, 5, 3000), table(4, 0, 5, 3000)
    for found in (prr(only), ror(only)):
        assert found.undefined[0] == "the event is reported with no other drug"
        assert np.isnan([found.value[0], found.low[0], found.high[0]]).all()
        assert f"{found.name}_undefined" in found.columns()
    assert prr(none).value[0] == ror(none).value[0] == 0
    assert np.isnan(prr(none).low[0]) and prr(none).undefined[0].startswith("no interval")
    assert np.isnan(ror(always).value[0]) and np.isfinite(prr(always).low[0])
    assert np.isnan(one_sided_p(ror(only))[0])
    assert np.isfinite(shrunken_ic([0], [1e-6]).columns().to_numpy()[0, 0])


def test_every_event_margin_of_1_is_undefined(caers: PairCounts) -> None:
    found = prr(TwoByTwo.of(caers.counts))
    alone = caers.counts["n_event"] == caers.counts["n"]
    assert alone.sum() > 100
    np.testing.assert_array_equal(np.isnan(found.value), alone)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ((1.5, 3, 3, 9), "not-a-count"),
        ((-1, 3, 3, 9), "not-a-count"),
        ((float("nan"), 3, 3, 9), "not-a-count"),
        ((4, 3, 5, 9), "count-above-margin"),
        ((1, 6, 5, 9), "margins-above-total"),
    ],
)
def test_counts_that_cannot_be_are_named(row: tuple[float, ...], code: str) -> None:
    counts = pd.DataFrame([(1, 2, 2, 9), row], columns=["n", "n_drug", "n_event", "n_total"])
    with pytest.raises(DataError) as caught:
        TwoByTwo.of(counts)
    assert code in {p.code for p in caught.value.problems}
    assert caught.value.problems[0].where == "row 1"


def test_levels_are_shares() -> None:
    with pytest.raises(UsageError, match="level"):
        prr(table(1, 2, 3, 4), level=95)
