"""What must hold for any counts: coverage, agreement with brute force, masked as intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import nbinom, poisson

from workbench.methods.rates.change_point import change_point
from workbench.methods.rates.control_limits import control_limits, funnel_table
from workbench.methods.rates.counted import Counted
from workbench.methods.rates.masked import rate_table
from workbench.methods.rates.negative_binomial import fit_gamma_rates
from workbench.methods.rates.overdispersion import overdispersion
from workbench.methods.rates.poisson import count_interval
from workbench.methods.rates.ratio import rate_ratio
from workbench.methods.rates.shrinkage import shrink
from workbench.methods.rates.standardise import direct, observed_expected
from workbench.methods.rates.stimulated import stimulated_reporting
from workbench.methods.rates.trend import trend
from workbench.methods.rates.under_reporting import under_reporting


def coverage(mean: float, method: str) -> float:
    """Exact coverage: sum over all counts that may come."""
    k = np.arange(0, int(mean + 12 * np.sqrt(mean) + 20))
    low, high = count_interval(k, method=method)  # type: ignore[arg-type]
    return float(poisson.pmf(k, mean)[(low <= mean) & (mean <= high)].sum())


def test_coverage_without_chance_garwood_never_below_midp_near_the_level() -> None:
    means = np.exp(np.linspace(np.log(0.1), np.log(200), 300))
    assert min(coverage(mean, "garwood") for mean in means) >= 0.95
    near = [coverage(mean, "mid-p") for mean in means if mean >= 10]
    assert min(near) >= 0.93 and max(near) <= 0.97
    assert np.mean(near) == pytest.approx(0.95, abs=0.005)


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.1, 50), st.sampled_from([0.8, 0.95]))
@settings(max_examples=60, deadline=None)
def test_interval_of_a_ratio_agrees_with_its_p_value_and_turns_with_the_groups(
    a: int, b: int, scale: float, level: float
) -> None:
    for method in ("garwood", "mid-p"):
        one = rate_ratio((a, b), (scale, 1.0), level=level, method=method)  # type: ignore[arg-type]
        other = rate_ratio((b, a), (1.0, scale), level=level, method=method)  # type: ignore[arg-type]
        assert (one.p_value < 1 - level) == (not one.low <= 1 <= one.high)
        assert one.p_value == pytest.approx(other.p_value, rel=1e-9)
        if one.low > 0:
            assert one.low == pytest.approx(1 / other.high, rel=1e-8)


def test_a_tiny_p_value_keeps_its_digits() -> None:
    found = rate_ratio((400, 0), (1.0, 1.0), method="mid-p")
    assert found.p_value == pytest.approx(2 * 0.5**401, rel=1e-9)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
@example(seed=104671)  # its likelihood rises for ever
def test_the_gamma_fit_is_the_best_of_a_general_search(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = np.exp(rng.normal(8, 1, 12))
    k = rng.poisson(n * rng.gamma(2.0, 0.001, 12)).astype(float)
    if k.sum() == 0:
        return
    found = fit_gamma_rates(Counted(k, n))

    def loss(x: np.ndarray) -> float:
        # Far out nbinom loses digits and finds a better fit where there is none.
        shape, mean = np.exp([min(x[0], 12.0), x[1]])
        return -float(nbinom.logpmf(k, shape, shape / (shape + mean * n)).sum())

    starts = [np.array([s, np.log(k.sum() / n.sum())]) for s in (-2.0, 0.0, 2.0, 6.0)]
    best = min(minimize(loss, x, method="Nelder-Mead", tol=1e-10).fun for x in starts)
    assert found.log_likelihood >= -best - 1e-6


def test_no_spread_is_a_boundary_and_no_shrunken_rate_is_given_unless_asked() -> None:
    cases, exposure = [5, 6, 4, 5], [100, 110, 90, 100]
    plain = shrink(cases, exposure)
    assert not plain.identified and np.isinf(plain.shape)
    assert plain.table[["shrunken", "low", "high"]].isna().all(axis=None)
    assert plain.verdict.startswith("not identified")
    held = shrink(cases, exposure, shape_bounds=(0.1, 50))
    assert held.bounded and held.shape == 50 and "bounded fit" in held.verdict
    assert held.table["shrunken"].notna().all() and not held.identified
    assert overdispersion(cases, exposure).likelihood_p_value == 1.0


def test_a_bound_beyond_the_peak_is_labelled_too() -> None:
    held = shrink([2, 30, 9, 4], [1000, 3000, 2000, 1500], shape_bounds=(20, 50))
    assert held.bounded and held.shape == 20 and held.verdict.startswith("bounded fit")


def test_shrunken_rates_lie_between_the_crude_one_and_the_mean_and_small_groups_move_most() -> None:
    found = shrink([1, 40, 2, 90], [100, 5000, 400, 40000], groups=list("abcd"))
    table = found.table.set_index("group")
    for _, row in table.iterrows():
        low, high = sorted([row["rate"], found.mean])
        assert low - 1e-9 <= row["shrunken"] <= high + 1e-9
        assert row["low"] < row["shrunken"] < row["high"]
    assert table["weight"].sort_values().index.tolist() == ["a", "c", "b", "d"]


def test_a_group_nobody_was_exposed_in_has_no_crude_rate_but_that_of_the_class() -> None:
    found = shrink([0, 30, 40], [0, 3000, 1000])
    assert np.isnan(found.table["rate"][0])
    assert found.table["shrunken"][0] == pytest.approx(found.mean)
    assert found.table["weight"][0] == 0


def test_a_standard_of_the_own_shares_gives_the_crude_rate() -> None:
    found = direct([3, 8], [1000, 4000], [1000, 4000])
    assert found.rate == pytest.approx(found.crude)
    low, high = count_interval(11)
    assert found.low == pytest.approx(low[0] / 5000 * 1e5)  # equal weights: Garwood itself
    assert found.high == pytest.approx(high[0] / 5000 * 1e5)


def test_no_case_has_a_lower_limit_of_0_and_a_finite_upper_one() -> None:
    found = direct([0, 0], [1000, 4000], [1, 1])
    assert found.rate == found.low == 0 and 0 < found.high < np.inf


def test_own_rates_as_reference_give_a_ratio_of_one() -> None:
    found = observed_expected([3, 8, 0], [1000, 4000, 0], [0.003, 0.002, np.nan])
    assert found.ratio == pytest.approx(1.0) and found.low < 1 < found.high


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(0, 30)), st.one_of(st.none(), st.integers(40, 900))
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=40, deadline=None)
def test_the_interval_of_a_masked_cell_holds_that_of_all_it_may_be(
    rows: list[tuple[int | None, int | None]],
) -> None:
    cells = pd.DataFrame(rows, columns=["cases", "exposed"], dtype="Int64")
    found = rate_table(cells)
    for place, (cases, exposed) in enumerate(rows):
        row = found.iloc[place]
        assert row["rate_high"] < np.inf
        for k in [cases] if cases is not None else range(1, 11):
            for n in [exposed] if exposed is not None else range(1, 11):
                low, high = count_interval(k)
                assert row["rate_low"] - 1e-6 <= k / n * 1e5 <= row["rate_high"] + 1e-6
                assert row["low"] - 1e-6 <= low[0] / n * 1e5
                assert high[0] / n * 1e5 <= row["high"] + 1e-6
        assert np.isnan(row["rate"]) == (cases is None or exposed is None)


def test_bounds_of_masked_person_years_are_used() -> None:
    cells = pd.DataFrame(
        {
            "drug": ["a"],
            "cases": [2],
            "exposed": [None],
            "masked": [True],
            "low": [0.5],
            "high": [8.0],
        }
    )
    row = rate_table(cells, unit="person-years").iloc[0]
    assert (row["rate_low"], row["rate_high"]) == (250.0, 4000.0)
    assert row["drug"] == "a" and row["note"].startswith("masked")


def test_nobody_exposed_has_no_rate() -> None:
    row = rate_table(pd.DataFrame({"cases": [0], "exposed": [0]})).iloc[0]
    assert np.isnan(row[["rate", "low", "high"]].astype(float)).all() and "nobody" in row["note"]


def test_control_limits_hold_their_share_and_widen_with_spread() -> None:
    n = np.array([2e4, 1e5, 1e6])
    plain = control_limits(n, 20.0, level=0.95)
    mean = n * 20 / 1e5
    low, high = plain["low"] * n / 1e5, plain["high"] * n / 1e5
    assert (poisson.cdf(high, mean) <= 0.9751).all()
    assert (poisson.cdf(np.ceil(high), mean) >= 0.975).all()
    assert (poisson.cdf(np.floor(low) - 1, mean) < 0.025).all()
    wide = control_limits(n, 20.0, level=0.95, dispersion=4.0)
    np.testing.assert_allclose(wide["high"] - 20, 2 * (plain["high"] - 20))
    table = funnel_table(["x", "y"], [1, 60], [5e4, 5e4])
    assert table["place"].tolist() == ["outside 99.8 %", "outside 99.8 %"]


def test_a_change_is_found_where_it_is_and_not_where_none_is() -> None:
    rng = np.random.default_rng(5)
    exposure = np.full(16, 1000.0)
    changed = rng.poisson(np.where(np.arange(16) < 9, 10, 25))
    found = change_point(changed, exposure, resamples=999)
    assert found.first_after == 9 and found.p_value == 0.001
    p = [
        change_point(rng.poisson(10, 16), exposure, resamples=199, seed=i).p_value
        for i in range(60)
    ]
    assert np.mean(np.array(p) <= 0.1) < 0.25


def test_the_cut_is_the_best_of_all() -> None:
    cases, exposure = np.array([3, 9, 4, 12, 0, 11]), np.array([10.0, 20, 0.5, 10, 0, 10])
    cases[4], found = 0, change_point([3, 9, 4, 12, 0, 11], exposure, resamples=99)

    def gain(cut: int) -> float:
        sides = [slice(0, cut), slice(cut, None)]
        one = poisson.logpmf(cases, cases.sum() / exposure.sum() * exposure)[exposure > 0].sum()
        two = sum(
            poisson.logpmf(cases[s], cases[s].sum() / exposure[s].sum() * exposure[s])[
                exposure[s] > 0
            ].sum()
            for s in sides
        )
        return float(2 * (two - one))

    gains = {cut: gain(cut) for cut in (1, 2, 3, 5)}
    assert found.first_after == max(gains, key=lambda cut: gains[cut])
    assert found.statistic == pytest.approx(max(gains.values()))


def test_a_spike_is_stimulated_only_where_the_reports_changed() -> None:
    cases, exposure = [8, 9, 8, 9, 60, 8], [1000] * 6
    usual = {"serious": [4, 5, 4, 5, 30, 4], "by_patients": [2, 2, 2, 2, 14, 2]}
    harm = stimulated_reporting(cases, exposure, **usual)
    assert harm["flag"].tolist() == ["none"] * 4 + ["spike", "none"]
    media = stimulated_reporting(cases, exposure, **usual | {"by_patients": [2, 2, 2, 2, 50, 2]})
    assert media["flag"][4] == "stimulated" and "by patients" in media["reason"][4]
    assert media["patient_before"][5] == pytest.approx(8 / 34), "the spike is no baseline"


def test_calm_series_are_rarely_flagged() -> None:
    rng = np.random.default_rng(2)
    flags = [
        (stimulated_reporting(rng.poisson(12, 12), [1000] * 12)["flag"] != "none").any()
        for _ in range(100)
    ]
    assert np.mean(flags) <= 0.03


def test_a_falling_rate_after_launch_is_said() -> None:
    found = trend([80, 60, 41, 30], [1000] * 4, [0.5, 1.5, 2.5, 3.5])
    assert found.verdict.startswith("reporting falls")
    assert found.fitted.sum() == pytest.approx(211)


def test_scenarios_name_their_source_and_what_is_impossible() -> None:
    table = under_reporting(200, 100_000)
    assert table["incidence"][1] == pytest.approx(400.0)
    assert table.loc[table["fraction"] == 1 / 1209, "possible"].item() is False
    assert table["source"].str.len().min() > 0
