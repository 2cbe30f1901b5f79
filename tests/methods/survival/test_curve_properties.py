"""Curves, restricted means and rank tests: definitions, identities, symmetries, named errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import DataError, UsageError
from workbench.methods.survival.aalen_johansen import aalen_johansen
from workbench.methods.survival.disclosure import numbers_at_risk, published
from workbench.methods.survival.gray import gray_test
from workbench.methods.survival.kaplan_meier import kaplan_meier, kaplan_meier_by
from workbench.methods.survival.log_rank import log_rank
from workbench.methods.survival.observed import Observed, observe
from workbench.methods.survival.rmst import difference, restricted_mean

SEEDS = st.integers(0, 100_000)


def draw(seed: int, n: int = 25, *, entry: bool = False) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    found = {"time": rng.integers(2, 9, n).astype(float), "event": rng.integers(0, 3, n)}
    found["event"][:2] = (1, 2)
    if entry:
        found["entry"] = rng.integers(0, 2, n).astype(float)
    return found


@given(SEEDS, st.booleans())
def test_a_weight_of_two_is_the_row_twice(seed, entry) -> None:
    rows = draw(seed, entry=entry)
    counts = np.random.default_rng(seed).integers(0, 3, 25)
    counts[:2] = 1
    written = observe(**{name: np.repeat(values, counts) for name, values in rows.items()})
    weighted = observe(**rows, weights=counts)
    for pair in (
        [kaplan_meier(rows_, variance="greenwood") for rows_ in (weighted, written)],
        [aalen_johansen(rows_, 2) for rows_ in (weighted, written)],
    ):
        a, b = (curve.at(np.arange(2, 9)) for curve in pair)
        np.testing.assert_allclose(a["value"], b["value"], atol=1e-12)
    twice = [kaplan_meier(rows_, variance="greenwood") for rows_ in (weighted, written)]
    a, b = (curve.at(np.arange(2, 9))["standard_error"] for curve in twice)
    np.testing.assert_allclose(a, b, atol=1e-12)


@given(SEEDS)
def test_incidences_and_survival_add_up_to_one(seed) -> None:
    rows = draw(seed, entry=True)
    observed = observe(**rows)
    free = kaplan_meier(observe(rows["time"], rows["event"] > 0, entry=rows["entry"]))
    total = aalen_johansen(observed, 1).value + aalen_johansen(observed, 2).value
    np.testing.assert_allclose(total + free.value, 1.0, atol=1e-12)


@given(SEEDS)
def test_without_competing_events_incidence_is_one_minus_survival(seed) -> None:
    rows = draw(seed)
    observed = observe(rows["time"], rows["event"] == 1)
    survival = kaplan_meier(observed, variance="robust")
    incidence = aalen_johansen(observed)
    np.testing.assert_allclose(incidence.value, 1 - survival.value, atol=1e-12)
    known = survival.value > 0
    np.testing.assert_allclose(
        incidence.standard_error[known], survival.standard_error[known], atol=1e-9
    )


def influence(rows: dict[str, np.ndarray], units: np.ndarray, read) -> float:
    """Return the robust standard error by moving each unit's weight a little."""
    moved = []
    for unit in np.unique(units):
        ends = []
        for step in (1e-5, -1e-5):
            weights = 1.5 - (np.arange(len(units)) % 2)
            weights[units == unit] *= 1 + step
            ends.append(read(observe(**rows, weights=weights)))
        moved.append((ends[0] - ends[1]) / 2e-5)
    return float(np.sqrt(np.sum(np.square(moved))))


@given(SEEDS, st.booleans())
def test_robust_errors_are_numerical_derivatives(seed, clustered) -> None:
    rows = draw(seed, 14, entry=True)
    weights = 1.5 - (np.arange(14) % 2)
    units = np.arange(14) // 3 if clustered else np.arange(14)
    observed = observe(**rows, weights=weights, cluster=units if clustered else None)
    for found, read in (
        (aalen_johansen(observed, 2), lambda o: aalen_johansen(o, 2).at(5)["value"][0]),
        (kaplan_meier(observed), lambda o: kaplan_meier(o).at(5)["value"][0]),
    ):
        row = found.at(5).iloc[0]
        if 0 < row["value"] < 1:
            wanted = influence(rows, units, read)
            assert row["standard_error"] == pytest.approx(wanted, rel=1e-5, abs=1e-8)
    if rows["time"].max() >= 6:
        mean = restricted_mean(observed, 6.0)
        wanted = influence(rows, units, lambda o: restricted_mean(o, 6.0).value)
        assert mean.standard_error == pytest.approx(wanted, rel=1e-5, abs=1e-8)


@given(SEEDS)
def test_clusters_of_one_row_change_nothing(seed) -> None:
    rows = draw(seed, entry=True)
    weights = np.random.default_rng(seed).uniform(0.2, 3, 25)
    alone = observe(**rows, weights=weights)
    each = observe(**rows, weights=weights, cluster=[f"p{i}" for i in range(25)])
    for make in (kaplan_meier, aalen_johansen):
        a, b = make(alone).standard_error, make(each).standard_error
        np.testing.assert_allclose(a, b, atol=1e-7)


@given(SEEDS, st.floats(0.5, 8.0))
def test_restricted_mean_is_the_area_and_grows_with_tau(seed, tau) -> None:
    rows = draw(seed)
    rows["time"][0] = 8.0
    observed = observe(**rows)
    grid = np.linspace(0, tau, 4001)[:-1]
    area = kaplan_meier(observed).at(grid)["value"].mean() * tau
    found = restricted_mean(observed, tau)
    assert found.value == pytest.approx(area, abs=0.02)
    assert found.value <= tau + 1e-12
    assert found.value >= restricted_mean(observed, tau / 2).value


@given(SEEDS, st.sampled_from([(0, 0), (1, 0), (0, 1), (0.5, 2)]))
def test_log_rank_is_its_definition_written_out(seed, powers) -> None:
    rows = draw(seed, entry=True)
    group = np.random.default_rng(seed + 1).integers(0, 2, 25)
    group[:2] = (0, 1)
    found = log_rank(observe(**rows), group, rho=powers[0], gamma=powers[1])
    gap, variance, survival = 0.0, 0.0, 1.0
    for t in np.unique(rows["time"]):
        here = (rows["entry"] < t) & (rows["time"] >= t)
        dead = (rows["time"] == t) & (rows["event"] == 1)
        n, d, n1 = here.sum(), dead.sum(), (here & (group == 1)).sum()
        w = survival ** powers[0] * (1 - survival) ** powers[1]
        gap += w * ((dead & (group == 1)).sum() - d * n1 / n)
        if n > 1:
            variance += w**2 * d * n1 / n * (1 - n1 / n) * (n - d) / (n - 1)
        survival *= 1 - d / n
    wanted = gap**2 / variance if variance > 1e-12 else 0.0
    assert found.statistic == pytest.approx(wanted, rel=1e-6, abs=1e-9)
    turned = log_rank(observe(**rows), 1 - group, rho=powers[0], gamma=powers[1])
    assert turned.statistic == pytest.approx(found.statistic, rel=1e-9, abs=1e-12)


@given(SEEDS)
def test_gray_test_knows_no_order_of_rows_or_names_and_no_unit_of_time(seed) -> None:
    rows = draw(seed)
    group = np.arange(25) % 3
    plain = gray_test(observe(**rows), group)
    order = np.random.default_rng(seed).permutation(25)
    moved = observe(rows["time"][order] * 30, rows["event"][order])
    turned = gray_test(moved, 2 - group[order], strata=np.ones(25))
    assert turned.statistic == pytest.approx(plain.statistic, rel=1e-8, abs=1e-10)
    assert sum(plain.score) == pytest.approx(0.0, abs=1e-10)


def test_gray_test_holds_its_level_where_censoring_differs() -> None:
    rng = np.random.default_rng(5)
    found = []
    for _ in range(400):
        group = np.arange(160) % 2
        end, kind = rng.exponential(3, 160), 1 + (rng.random(160) < 0.4)
        last = rng.exponential(np.where(group, 2.0, 8.0))
        seen = observe(np.minimum(end, last), np.where(end <= last, kind, 0))
        found.append(gray_test(seen, group).p_value < 0.05)
    assert 0.025 < np.mean(found) < 0.085


@given(SEEDS)
def test_strata_that_are_all_one_change_nothing_and_order_is_nothing(seed) -> None:
    rows = draw(seed)
    group = np.arange(25) % 3
    plain = log_rank(observe(**rows), group)
    within = log_rank(observe(**rows), group, strata=np.ones(25))
    order = np.random.default_rng(seed).permutation(25)
    shuffled = log_rank(observe(rows["time"][order], rows["event"][order]), group[order])
    assert within.statistic == pytest.approx(plain.statistic, rel=1e-12)
    assert shuffled.statistic == pytest.approx(plain.statistic, rel=1e-9)


@given(SEEDS)
def test_the_interval_of_the_median_is_read_off_the_bands(seed) -> None:
    curve = kaplan_meier(observe(**draw(seed)))
    found = curve.quantile(0.5)
    if not np.isnan(found.time):
        assert np.isnan(found.low) or found.low <= found.time
        assert np.isnan(found.high) or found.high >= found.time
        assert curve.at(found.time)["value"][0] <= 0.5 + 1e-9


def test_beyond_the_follow_up_nothing_is_said() -> None:
    curve = kaplan_meier(observe([1, 2, 3], [1, 0, 0]))
    assert curve.at([3, 3.1])["value"].isna().tolist() == [False, True]
    ended = kaplan_meier(observe([1, 2, 3], [1, 0, 1]))
    assert ended.at([10])["value"][0] == 0.0
    with pytest.raises(DataError, match="tau-beyond-support"):
        restricted_mean(observe([1, 2, 3], [1, 0, 0]), 3.5)
    assert restricted_mean(observe([1, 2, 3], [1, 0, 1]), 3.5).value == pytest.approx(7 / 3)


def test_every_broken_row_is_named_at_once() -> None:
    with pytest.raises(DataError) as caught:
        observe([1, 0, np.inf, 2], [1, 2, 0.5, 0], entry=[-1, 0, 0, 2], weights=[1, -1, 1, 1])
    assert [(problem.code, problem.where) for problem in caught.value.problems] == [
        ("not-finite", "time, row 2"),
        ("non-positive-time", "time, row 1"),
        ("entry-not-before-time", "entry, row 1"),
        ("negative-entry", "entry, row 0"),
        ("not-a-cause", "event, row 2"),
        ("negative-weight", "weights, row 1"),
    ]


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda o: log_rank(o, ["a"] * 4), "one-group"),
        (lambda o: aalen_johansen(o, 7), "no-event"),
        (lambda o: gray_test(o, ["a", "a", "b", "b"], 7), "no-event"),
        (lambda o: gray_test(o, ["a"] * 4), "one-group"),
        (lambda o: published(kaplan_meier(o)), "too-few"),
        (lambda o: difference(restricted_mean(o, 2), restricted_mean(o, 3)), "do not compare"),
        (lambda o: log_rank(o, ["a", None, "b", "b"]), "missing names"),
    ],
)
def test_what_has_no_answer_is_refused_by_name(ask, code) -> None:
    with pytest.raises(DataError, match=code):
        ask(observe([1, 2, 3, 4], [1, 0, 1, 0]))


def test_a_test_of_rows_refuses_weights_and_greenwood_refuses_clusters() -> None:
    weighted = observe([1, 2], [1, 1], weights=[1, 2])
    with pytest.raises(UsageError, match="weighted Cox"):
        log_rank(weighted, [0, 1])
    with pytest.raises(UsageError, match="delayed entry"):
        gray_test(observe([2, 3], [1, 1], entry=[1, 1]), [0, 1])
    with pytest.raises(UsageError, match="independent"):
        kaplan_meier(observe([1, 2], [1, 1], cluster=["a", "a"]), variance="greenwood")


@given(SEEDS, st.integers(1, 20))
def test_no_published_step_stands_on_fewer_than_asked(seed, least) -> None:
    curve = kaplan_meier(observe(**draw(seed, 30)))
    shown = published(curve, least=least)
    counts: Observed = observe(**draw(seed, 30))
    for time in shown["time"].iloc[1:]:
        assert (counts.time >= time).sum() >= least
    np.testing.assert_allclose(
        shown["value"].iloc[:-1], curve.at(shown["time"].iloc[:-1])["value"], atol=1e-12
    )
    risk = numbers_at_risk(curve, [0, 4, 8, 99], least=least)
    given_back = risk["at_risk"].dropna()
    assert ((given_back == 0) | (given_back >= least)).all()
    assert set(risk.loc[risk["at_risk"].isna(), "shown"]) <= {f"<{least}"}


def test_groups_have_their_own_curves_by_name() -> None:
    found = kaplan_meier_by(observe([1, 2, 3, 4], [1, 1, 1, 0]), ["b", "a", "b", "a"])
    assert list(found) == ["a", "b"]
    assert found["b"].value.tolist() == [0.5, 0.0]
