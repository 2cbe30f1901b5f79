"""Ranking schemes against base R and scipy, hand tables, and what must hold for every table."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata, wilcoxon

from workbench.challenge.ranking import SCHEMES, Scheme, get_scheme, ranks_of, read_table
from workbench.challenge.ranking.agreement import standard_schemes
from workbench.errors import DataError, UsageError

ORACLES = Path(__file__).resolve().parents[2] / "oracles"
R = json.loads((ORACLES / "ranking.json").read_text())
TABLES = ("fine", "decimal", "whole", "missing", "small")
WAYS = ("maximize", "minimize")
TIES = ("min", "max", "average")
ALL = [*SCHEMES, "holm"]


def _scheme(name: str, **params: Any) -> Scheme:
    """Return a scheme by name; ``holm`` is the test scheme with Holm's adjustment."""
    if name == "holm":
        return get_scheme("test_then_rank", adjust="holm", **params)
    return get_scheme(name, **params)


def _r(name: str) -> np.ndarray[Any, Any]:
    return np.array(R[name], dtype=np.float64)


# ------------------------------------------------------------------ oracles


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    ("name", "params", "key"),
    [
        ("mean_then_rank", {}, "mean"),
        ("median_then_rank", {}, "median"),
        ("quantile_then_rank", {"q": 0.05}, "q05"),
        ("quantile_then_rank", {"q": 0.95}, "q95"),
    ],
)
def test_aggregate_then_rank_equals_r(
    table: str, name: str, params: dict[str, Any], key: str
) -> None:
    values = _r(f"{table}_values")
    for way, ties in itertools.product(WAYS, TIES):
        scheme = get_scheme(name, ties=ties, **params)
        found = scheme.aggregate(values, None, way)[0]
        np.testing.assert_allclose(found, _r(f"{table}_{key}"), rtol=1e-13, atol=1e-15)
        np.testing.assert_array_equal(
            scheme.ranks(values, None, way)[0], _r(f"{table}_rank_{key}_{way}_{ties}")
        )


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("key", ["mean", "median"])
def test_rank_then_aggregate_equals_r(table: str, key: str) -> None:
    values = _r(f"{table}_values")
    for way, ties in itertools.product(WAYS, TIES):
        scheme = get_scheme(f"rank_then_{key}", ties=ties)
        found = scheme.aggregate(values, None, way)[0]
        expected = _r(f"{table}_case_{key}_{way}_{ties}")
        np.testing.assert_allclose(found, expected, rtol=1e-14)
        np.testing.assert_array_equal(
            scheme.ranks(values, None, way)[0], _r(f"{table}_rank_case_{key}_{way}_{ties}")
        )


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("way", WAYS)
def test_signed_rank_tests_equal_r(table: str, way: str) -> None:
    values, ones = _r(f"{table}_values"), np.ones((len(R[f"{table}_values"]), 1), dtype=int)
    for correct in (True, False):
        kind = f"{way}_{'corrected' if correct else 'plain'}"
        scheme = get_scheme("test_then_rank", correct=correct)
        found = scheme.p_values(values, ones, way == "maximize")[0]
        np.testing.assert_allclose(found, _r(f"{table}_p_{kind}"), rtol=1e-10)
        if table == "decimal":
            floats = get_scheme("test_then_rank", correct=correct, exact_decimals=False)
            found = floats.p_values(values, ones, way == "maximize")[0]
            np.testing.assert_allclose(found, _r(f"decimal_floats_p_{kind}"), rtol=1e-10)
    holm = get_scheme("test_then_rank", adjust="holm")
    found = holm.p_values(values, ones, way == "maximize")[0]
    np.testing.assert_allclose(found, _r(f"{table}_holm_{way}"), rtol=1e-10)


@pytest.mark.parametrize("table", TABLES)
def test_test_then_rank_equals_r(table: str) -> None:
    values = _r(f"{table}_values")
    for way, ties, adjust in itertools.product(WAYS, TIES, ("none", "holm")):
        scheme = get_scheme("test_then_rank", ties=ties, adjust=adjust)
        key = "test" if adjust == "none" else "holm"
        expected = _r(f"{table}_rank_{key}_{way}_{ties}")
        np.testing.assert_array_equal(scheme.ranks(values, None, way)[0], expected)


@pytest.mark.parametrize("correct", [True, False])
def test_signed_rank_tests_equal_scipy(correct: bool) -> None:
    rng = np.random.default_rng(8)
    values = rng.integers(0, 6, (60, 2)).astype(float)
    scheme = get_scheme("test_then_rank", correct=correct)
    found = scheme.p_values(values, np.ones((60, 1), int), True)[0]
    expected = wilcoxon(
        *values.T, alternative="greater", method="asymptotic", correction=correct
    ).pvalue
    assert found[0, 1] == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("q", [0.0, 1 / 3, 0.123456789012, 0.999, 1.0])
def test_any_quantile_equals_numpy(q: float) -> None:
    values = np.random.default_rng(2).normal(size=(5000, 3))
    found = get_scheme("quantile_then_rank", q=q).aggregate(values, None, "maximize")[0]
    np.testing.assert_allclose(found, np.quantile(values, q, axis=0), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("ties", TIES)
def test_ranks_equal_scipy(ties: str) -> None:
    scores = np.random.default_rng(1).integers(0, 5, (50, 8))
    expected = rankdata(scores, method=ties, axis=1)
    np.testing.assert_array_equal(ranks_of(scores, smaller_is_better=True, ties=ties), expected)


@pytest.fixture(scope="module")
def vignette(shared_data: Path) -> dict[str, np.ndarray[Any, Any]]:
    """The tasks of challengeR's vignette; skipped, visibly, where the file is absent."""
    path = shared_data / "challenges/ranking/challenger_vignette.csv"
    if not path.exists():
        pytest.skip("challengeR's vignette data are absent")
    frame = pd.read_csv(path, dtype=str)
    return {t.task: t.values for t in read_table(frame, columns={"algorithm": "alg_name"})}


@pytest.mark.parametrize("name", ALL)
def test_the_ideal_task_of_the_vignette_has_one_order(
    name: str, vignette: dict[str, np.ndarray[Any, Any]]
) -> None:
    ranks = _scheme(name).ranks(vignette["c_ideal"], None, "maximize")
    assert ranks.tolist() == [[1, 2, 3, 4, 5]]


@pytest.mark.parametrize("name", ALL)
def test_the_worst_task_of_the_vignette_ties_everyone_first(
    name: str, vignette: dict[str, np.ndarray[Any, Any]]
) -> None:
    ranks = _scheme(name).ranks(vignette["c_worstcase"], None, "maximize")
    assert ranks.tolist() == [[1] * 5]


@pytest.mark.parametrize("name", ALL)
def test_ideal_and_worst_tasks_without_a_file(name: str) -> None:
    levels = np.array([0.9, 0.7, 0.5, 0.3])
    noise = np.random.default_rng(2).random((30, 4)) / 100
    assert _scheme(name).ranks(levels + noise, None, "maximize").tolist() == [[1, 2, 3, 4]]
    orders = np.array(list(itertools.permutations(levels)))
    assert _scheme(name).ranks(orders, None, "minimize").tolist() == [[1] * 4]


# ------------------------------------------------------------------ exact ties


def test_equal_means_tie_whatever_the_order_of_their_terms() -> None:
    column = np.random.default_rng(5).normal(size=999) * 1e3
    values = np.column_stack([column, column[::-1], np.roll(column, 13)])
    assert get_scheme("mean_then_rank").ranks(values, None, "maximize").tolist() == [[1, 1, 1]]


def test_the_same_values_tie_though_one_algorithm_has_a_larger_value_elsewhere() -> None:
    values = np.array([[1 / 3, 1 / 3], [0.7, 1 / 3]])
    ranks = get_scheme("mean_then_rank").ranks(values, np.array([1, 0]), "maximize")
    assert ranks.tolist() == [[1, 1]]


def test_decimals_tie_as_written() -> None:
    values = np.array([[0.1, 0.4], [0.7, 0.4]])
    assert values[:, 0].sum() != values[:, 1].sum()
    for name in ("mean_then_rank", "median_then_rank"):
        assert get_scheme(name).ranks(values, None, "maximize").tolist() == [[1, 1]]


def test_equal_decimal_differences_share_a_rank_in_the_test() -> None:
    values = np.array([[0.9, 0.8], [0.7, 0.8], [0.6, 0.5], [0.1, 0.2]])
    as_tenths = np.rint(values * 10)
    ones = np.ones((4, 1), int)
    exact = get_scheme("test_then_rank").p_values(values, ones, True)
    np.testing.assert_array_equal(
        exact, get_scheme("test_then_rank").p_values(as_tenths, ones, True)
    )
    floats = get_scheme("test_then_rank", exact_decimals=False).p_values(values, ones, True)
    assert not np.array_equal(floats, exact, equal_nan=True)


# ------------------------------------------------------------------ properties

# Sums of different terms that are equal must be so exactly: decimals, or halves and a root.
_LEVELS = ([0.0, 0.1, 0.25, 0.7], [0.0, 0.25, 0.5, 2**0.5])
_values = st.tuples(st.integers(2, 9), st.integers(2, 5), st.sampled_from(_LEVELS)).flatmap(
    lambda drawn: arrays(np.float64, drawn[:2], elements=st.sampled_from(drawn[2]))
)
_names = st.sampled_from(ALL)
_ways = st.sampled_from(WAYS)


@settings(deadline=None)
@given(_values, _names, _ways, st.sampled_from(TIES), st.randoms(use_true_random=False))
def test_swapping_names_permutes_the_ranks(
    values: np.ndarray[Any, Any], name: str, way: Any, ties: str, random: Any
) -> None:
    order = list(range(values.shape[1]))
    random.shuffle(order)
    scheme = _scheme(name, ties=ties)
    whole, moved = (scheme.aggregate(v, None, way) for v in (values, values[:, order]))
    np.testing.assert_array_equal(moved, whole[:, order])
    np.testing.assert_array_equal(
        scheme.ranks_of(moved, way), scheme.ranks_of(whole, way)[:, order]
    )


@settings(deadline=None)
@given(_values, _names, _ways, st.randoms(use_true_random=False))
def test_row_order_is_nothing(
    values: np.ndarray[Any, Any], name: str, way: Any, random: Any
) -> None:
    order = list(range(len(values)))
    random.shuffle(order)
    weights = np.arange(3 * len(values)).reshape(-1, 3) % 4
    scheme = _scheme(name)
    np.testing.assert_array_equal(
        scheme.aggregate(values, weights, way),
        scheme.aggregate(values[order], weights[order], way),
    )


@settings(deadline=None)
@given(_values, _names, _ways, st.sampled_from(TIES))
def test_identical_algorithms_tie_under_every_column_of_weights(
    values: np.ndarray[Any, Any], name: str, way: Any, ties: str
) -> None:
    twins = np.column_stack([values, values[:, 0]])
    weights = np.arange(4 * len(values)).reshape(-1, 4) % 3
    ranks = _scheme(name, ties=ties).ranks(twins, weights, way)
    np.testing.assert_array_equal(ranks[:, 0], ranks[:, -1])


@settings(deadline=None)
@given(_values, _names, _ways, st.data())
def test_a_weight_of_two_is_the_row_written_twice(
    values: np.ndarray[Any, Any], name: str, way: Any, data: Any
) -> None:
    counts = data.draw(arrays(np.int64, len(values), elements=st.integers(0, 3)))
    counts[0] += 1
    scheme = _scheme(name)
    assert "frequency" in scheme.supports
    weighted = scheme.aggregate(values, counts, way)
    written = scheme.aggregate(np.repeat(values, counts, axis=0), None, way)
    np.testing.assert_allclose(weighted, written, rtol=1e-13)
    np.testing.assert_array_equal(scheme.ranks_of(weighted, way), scheme.ranks_of(written, way))


@pytest.mark.parametrize("name", ALL)
def test_importance_weights_where_supported_and_refused_elsewhere(name: str) -> None:
    scheme, values = _scheme(name), np.random.default_rng(0).random((20, 3))
    weights = np.random.default_rng(1).random(20)
    if "importance" not in scheme.supports:
        with pytest.raises(UsageError, match="needs whole weights"):
            scheme.aggregate(values, weights, "maximize")
        return
    once, doubled = (scheme.aggregate(values, w, "maximize") for w in (weights, 2 * weights))
    np.testing.assert_allclose(once, doubled, rtol=1e-13)


@pytest.fixture
def counts() -> Iterator[np.ndarray[Any, Any]]:
    yield np.random.default_rng(4).integers(0, 4, (70, 600)).astype(np.uint8)


@pytest.mark.parametrize(
    "name", ["median_then_rank", "quantile_then_rank", "rank_then_median", "holm"]
)
@pytest.mark.parametrize("holes", [False, True])
@pytest.mark.parametrize("peak", [1, 100, 20_000])
def test_compiled_loops_give_the_same_digits(
    name: str, holes: bool, peak: int, counts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = np.random.default_rng(6).integers(0, 9, (70, 4)) / 8
    if holes:
        values[3, 1] = values[50, 2] = np.nan
    weights = counts.astype(np.int64) * peak
    if name == "holm" and peak > 100:
        weights = weights // 2
    found = []
    for choice in ("never", "always"):
        monkeypatch.setenv("WORKBENCH_NUMBA", choice)
        found.append(_scheme(name).aggregate(values, weights, "maximize"))
    np.testing.assert_array_equal(*found)


# ------------------------------------------------------------------ missing values


def test_dropped_values_are_left_out_of_one_algorithm_and_last_within_a_case() -> None:
    values = np.array([[0.2, 0.4], [np.nan, 0.6], [0.4, 0.5]])
    assert get_scheme("mean_then_rank").aggregate(values, None, "maximize").tolist() == [
        pytest.approx([0.3, 0.5])
    ]
    assert get_scheme("rank_then_mean").aggregate(values, None, "minimize").tolist() == [
        pytest.approx([4 / 3, 5 / 3])
    ]


@pytest.mark.parametrize("name", ["mean_then_rank", "median_then_rank"])
@pytest.mark.parametrize("way", WAYS)
def test_an_algorithm_without_a_value_in_a_resample_comes_last(name: str, way: Any) -> None:
    values = np.array([[0.5, 0.4, 0.4], [np.nan, 0.6, 0.1]])
    scheme = get_scheme(name)
    weights = np.array([[1, 0], [1, 1]])
    assert np.isnan(scheme.aggregate(values, weights, way)[1, 0])
    assert scheme.ranks(values, weights, way)[1, 0] == 3


def test_a_test_of_identical_algorithms_is_no_win_and_no_test_for_holm() -> None:
    values = np.random.default_rng(9).random((30, 3))
    values[:, 1] = values[:, 0]
    values[:, 2] += 0.5
    ones = np.ones((30, 1), int)
    plain = get_scheme("test_then_rank").p_values(values, ones, True)[0]
    assert np.isnan(plain[0, 1]) and np.isnan(plain[1, 0])
    adjusted = get_scheme("test_then_rank", adjust="holm").p_values(values, ones, True)[0]
    smallest = np.nanmin(plain)
    assert np.nanmin(adjusted) == pytest.approx(4 * smallest)


# ------------------------------------------------------------------ names and refusals


def test_every_scheme_says_what_it_is_and_its_peer() -> None:
    for scheme in standard_schemes("maximize"):
        assert scheme.title and "ank" in scheme.peer and scheme.name in scheme.label
    labels = [scheme.label for scheme in standard_schemes("minimize")]
    assert len(set(labels)) == 7
    assert "quantile_then_rank(q=0.95)" in labels


@pytest.mark.parametrize(
    ("name", "params", "words"),
    [
        ("mean_then_rnk", {}, "did you mean 'mean_then_rank'"),
        ("mean_then_rank", {"tie": "min"}, "did you mean 'ties'"),
        ("mean_then_rank", {"ties": "maxx"}, "did you mean 'max'"),
        ("quantile_then_rank", {"q": 1.5}, "between 0 and 1"),
        ("test_then_rank", {"alpha": 0.0}, "between 0 and 1"),
        ("test_then_rank", {"adjust": "hollm"}, "did you mean 'holm'"),
    ],
)
def test_unknown_names_are_refused(name: str, params: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        get_scheme(name, **params)


@pytest.mark.parametrize(
    ("values", "weights", "words"),
    [
        ([1.0, 2.0], None, "shape"),
        ([[1.0], [2.0]], None, "two algorithms"),
        ([[1.0, np.inf]], None, "infinity"),
        ([[1.0, 2.0]], [1.0, 1.0], "weights must have shape"),
        ([[1.0, 2.0]], [0], "all zero"),
        ([[1.0, 2.0]], [-1], "negative"),
    ],
)
def test_bad_values_and_weights_are_refused(values: Any, weights: Any, words: str) -> None:
    for name in SCHEMES:
        with pytest.raises(DataError, match=words):
            get_scheme(name).aggregate(values, weights, "maximize")


def test_an_unknown_direction_is_refused() -> None:
    with pytest.raises(UsageError, match="did you mean 'maximize'"):
        get_scheme("mean_then_rank").ranks([[1.0, 2.0]], None, "maximise")  # type: ignore[arg-type]


# ------------------------------------------------------------------ sign flips by unit


def _patients(rng: np.random.Generator) -> tuple[np.ndarray[Any, Any], tuple[str, ...]]:
    """Return 12 patients of five nearly equal cases each, two algorithms that are equally good."""
    of_patient = rng.normal(size=(12, 1, 2)) + rng.normal(scale=0.1, size=(12, 5, 2))
    return of_patient.reshape(60, 2), tuple(f"p{i // 5}" for i in range(60))


def test_sign_flips_equal_all_flips_one_sided() -> None:
    values = np.random.default_rng(4).integers(0, 9, (8, 3)).astype(float)
    scheme = get_scheme("test_then_rank", test="sign-flip", permutations=20_000)
    found = scheme.p_values(values, np.ones((8, 1), int), True)[0]
    signs = np.array(list(itertools.product([-1, 1], repeat=8)))
    for i, j in itertools.permutations(range(3), 2):
        gap = values[:, i] - values[:, j]
        exact = (signs @ gap >= gap.sum()).mean()
        if gap.sum() > 0:
            assert found[i, j] == pytest.approx(exact, abs=0.012)
            assert found[j, i] == 1 - found[i, j]


def test_sign_flips_by_unit_do_not_take_cases_of_a_patient_for_independent() -> None:
    rng, wins = np.random.default_rng(5), {"wilcoxon": 0.0, "sign-flip": 0.0}
    for _ in range(60):
        values, units = _patients(rng)
        for test in wins:
            scheme = get_scheme("test_then_rank", test=test, permutations=500).of_units(units)
            wins[test] += scheme.aggregate(values, None, "maximize").sum() / 60
    # Two one-sided tests at 5 %: a false winner in 10 % of the sets at most, more or less.
    assert wins["sign-flip"] < 0.22 < wins["wilcoxon"]


def test_sign_flips_take_a_unit_drawn_twice_as_two_units() -> None:
    values = np.random.default_rng(6).integers(0, 9, (10, 3)).astype(float)
    weights = np.array([2, 0, 1, 3, 1, 1, 0, 2, 1, 1])
    scheme = get_scheme("test_then_rank", test="sign-flip", permutations=300)
    twice = scheme.p_values(np.repeat(values, weights, axis=0), np.ones((12, 1), int), True)
    np.testing.assert_array_equal(scheme.p_values(values, weights[:, None], True), twice)


def test_too_few_flips_for_any_win_are_refused() -> None:
    values = np.random.default_rng(7).random((20, 4))
    scheme = get_scheme("test_then_rank", test="sign-flip", adjust="holm", permutations=100)
    with pytest.raises(UsageError, match="cannot show a win") as caught:
        scheme.aggregate(values, None, "maximize")
    assert caught.value.remedy == "say permutations=119 or more"
    get_scheme("test_then_rank", test="sign-flip", adjust="holm", permutations=119).aggregate(
        values, None, "maximize"
    )


def test_sign_flips_refuse_missing_values_and_unknown_tests() -> None:
    values = np.array([[0.1, np.nan], [0.2, 0.3], [0.1, 0.5]])
    with pytest.raises(UsageError, match="a value in every case"):
        get_scheme("test_then_rank", test="sign-flip").aggregate(values, None, "maximize")
    with pytest.raises(UsageError, match="test is wilcoxon or sign-flip"):
        get_scheme("test_then_rank", test="sign-flips")


def test_the_schemes_table_tests_every_pair_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench.challenge.ranking import scheme_ranks, significance

    runs: list[int] = []
    real = significance.one_sided

    def counted(values: Any, *rest: Any, **named: Any) -> Any:
        runs.append(len(values))
        return real(values, *rest, **named)

    monkeypatch.setattr(significance, "one_sided", counted)
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "case": np.repeat(np.arange(30), 4),
            "algorithm": list("abcd") * 30,
            "value": (rng.normal(size=(30, 4)) + np.arange(4) / 2).ravel(),
        }
    )
    tables, schemes = read_table(frame), standard_schemes("maximize")
    found = scheme_ranks(tables, schemes, "maximize")
    assert runs == [30]
    for scheme in schemes:
        part = found[found["scheme"] == scheme.label]
        alone = scheme.ranks(tables[0].values, None, "maximize")[0]
        assert part["rank"].tolist() == alone.tolist()
