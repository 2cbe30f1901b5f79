"""Rankings of long tables: known tasks, invariances, conventions, bad input."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.challenge.ranking import SCHEMES, get_scheme, rank
from workbench.errors import DataError, UsageError

COLUMNS = {
    "scores": "task algorithm value low high level rank rank_low rank_high p_first set_low "
    "set_high tie_group n_cases n_units",
    "rank_counts": "task algorithm rank share",
    "pairs": "task first second difference low high p_value adjusted method",
    "cases": "task case unit algorithm value rank",
    "schemes": "task scheme algorithm value rank",
    "agreement": "task scheme_a scheme_b tau",
    "stability": "task resample tau",
    "centres": "task left_out algorithm rank",
    "consensus": "algorithm mean_rank rank solution",
}
QUICK = {"direction": "maximize", "resamples": 200, "permutations": 300}


def long_table(values, *, task: str = "t", units=None, centres=None, names=None) -> pd.DataFrame:
    """Write values (n, m) as a long table."""
    n, m = np.shape(values)
    frame = pd.DataFrame(
        {
            "task": task,
            "case": [f"c{i:03d}" for i in range(n) for _ in range(m)],
            "algorithm": list(names or "abcdefgh"[:m]) * n,
            "value": np.ravel(values),
        }
    )
    if units is not None:
        frame["unit"] = np.repeat(units, m)
    if centres is not None:
        frame["centre"] = np.repeat(centres, m)
    return frame


def draw(seed: int, n: int = 40, m: int = 4, gap: float = 0.2) -> np.ndarray:
    """Draw values in which later algorithms are better."""
    rng = np.random.default_rng(seed)
    return np.round(rng.normal(size=(n, 1)) + rng.normal(size=(n, m)) + gap * np.arange(m), 2)


@pytest.fixture
def vignette(shared_data: Path) -> pd.DataFrame:
    """ChallengeR's vignette: an ideal, a random and a worst-case task."""
    path = shared_data / "challenges/ranking/challenger_vignette.csv"
    if not path.exists():
        pytest.skip("challengeR's vignette data are absent")
    return pd.read_csv(path, dtype={"case": str}).rename(columns={"alg_name": "algorithm"})


@pytest.mark.parametrize("scheme", SCHEMES)
def test_ideal_task_is_certain_under_every_scheme(scheme) -> None:
    values = np.arange(5, 0, -1) + np.random.default_rng(0).random((40, 5)) * 0.9
    scores = rank(long_table(values), scheme=scheme, **QUICK).table("scores")
    expected = [1, 2, 3, 4, 5]
    for column in ("rank", "rank_low", "rank_high"):
        assert scores[column].tolist() == expected
    assert scores["p_first"].tolist() == [1, 0, 0, 0, 0]


@pytest.mark.parametrize("scheme", ["mean_then_rank", "rank_then_mean"])
def test_ideal_task_of_the_vignette_is_certain(vignette, scheme) -> None:
    ideal = vignette[vignette["task"] == "c_ideal"]
    scores = rank(ideal, scheme=scheme, **QUICK).table("scores")
    assert scores["algorithm"].tolist() == ["A1", "A2", "A3", "A4", "A5"]
    for column in ("rank", "rank_low", "rank_high", "set_low", "set_high"):
        assert scores[column].tolist() == [1, 2, 3, 4, 5]
    assert scores["tie_group"].tolist() == [True, False, False, False, False]


def test_worst_case_task_of_the_vignette_ties_everyone(vignette) -> None:
    worst = vignette[vignette["task"] == "c_worstcase"]
    found = rank(worst, direction="maximize", resamples=2000, permutations=500)
    scores = found.table("scores")
    assert (scores["rank"] == 1).all()
    assert scores["tie_group"].all()
    assert (scores["set_low"] == 1).all() and (scores["set_high"] == 5).all()
    assert scores["p_first"].to_numpy() == pytest.approx(0.2, abs=4 * np.sqrt(0.16 / 2000))
    assert scores["p_first"].sum() == pytest.approx(1.0)
    assert (found.table("pairs")["adjusted"] == 1.0).all()
    assert found.table("stability")["tau"].isna().all(), "all tied: there is no order to agree with"


def test_tables_and_facts_are_the_agreed_ones() -> None:
    values = draw(1)
    centres = np.array(["C1", "C2"])[np.arange(40) % 2]
    frame = pd.concat([long_table(values, centres=centres), long_table(-values, task="u")])
    found = rank(frame.drop(columns="centre"), **QUICK)
    tables = found.tables()
    assert {name: " ".join(table.columns) for name, table in tables.items()} == COLUMNS
    assert len(tables["centres"]) == 0
    assert set(tables["scores"]["task"]) == {"t", "u"}
    assert len(tables["consensus"]) == 4
    facts = json.loads(json.dumps(found.facts(), allow_nan=False))
    assert facts["scheme"] == "mean_then_rank"
    assert (facts["resamples"], facts["seed"], facts["level"]) == (200, 0, 0.95)
    assert facts["permutations"] == 300 and facts["tests"].startswith("sign-flip")
    assert facts["unit"] == "case" and facts["n_missing"] == 0


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), scheme=st.sampled_from(sorted(SCHEMES)))
def test_row_order_changes_nothing(seed, scheme) -> None:
    frame = long_table(draw(seed, n=18), units=[f"p{i % 7}" for i in range(18)])
    shuffled = frame.sample(frac=1, random_state=seed)
    first, second = (rank(f, scheme=scheme, **QUICK).tables() for f in (frame, shuffled))
    for name, table in first.items():
        pd.testing.assert_frame_equal(table, second[name], check_exact=True)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), scheme=st.sampled_from(sorted(SCHEMES)))
def test_swapping_two_names_permutes_the_board(seed, scheme) -> None:
    values = draw(seed, n=18)
    first = rank(long_table(values), scheme=scheme, **QUICK)
    second = rank(long_table(values, names="cbad"), scheme=scheme, **QUICK)
    swap = {"a": "c", "c": "a"}
    renamed = second.table("scores").replace({"algorithm": swap})
    pd.testing.assert_frame_equal(
        first.table("scores").sort_values("algorithm", ignore_index=True),
        renamed.sort_values("algorithm", ignore_index=True),
        check_exact=True,
    )
    adjusted = [
        {frozenset(pair): p for *pair, p in table[["first", "second", "adjusted"]].values}
        for table in (first.table("pairs"), second.table("pairs").replace(swap))
    ]
    assert adjusted[0] == adjusted[1]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), scheme=st.sampled_from(sorted(SCHEMES)))
def test_identical_submissions_tie_everywhere(seed, scheme) -> None:
    values = draw(seed, n=20)[:, [0, 1, 2, 1]]
    found = rank(long_table(values), scheme=scheme, **QUICK)
    twins = found.table("scores").set_index("algorithm").loc[["b", "d"]]
    assert twins.nunique().max() == 1
    pairs = found.table("pairs").set_index(["first", "second"])
    together = pairs.loc[("b", "d")]
    assert together["difference"] == together["low"] == together["high"] == 0.0
    assert together["p_value"] == together["adjusted"] == 1.0


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), tests=st.sampled_from(["permutation", "bootstrap"]))
def test_a_clone_of_the_leader_changes_nobody_elses_group(seed, tests) -> None:
    values = draw(seed, n=30, gap=0.3)
    before = rank(long_table(values), tests=tests, **QUICK).table("scores")
    leader = "abcd".index(before["algorithm"][0])
    after = rank(long_table(values[:, [0, 1, 2, 3, leader]]), tests=tests, **QUICK).table("scores")
    groups = [dict(zip(t["algorithm"], t["tie_group"], strict=True)) for t in (before, after)]
    assert groups[1].pop("e"), "the clone belongs to the leader's group"
    assert groups[0] == groups[1]


def test_repeated_rows_of_a_unit_change_no_interval() -> None:
    values = draw(3, n=30)
    units = [f"p{i}" for i in range(30)]
    once = rank(long_table(values, units=units), **QUICK).table("scores")
    twice = rank(long_table(np.repeat(values, 2, axis=0), units=np.repeat(units, 2)), **QUICK)
    as_cases = rank(long_table(np.repeat(values, 2, axis=0)), **QUICK).table("scores")
    kept = ["algorithm", "value", "low", "high", "rank", "rank_low", "rank_high", "set_high"]
    pd.testing.assert_frame_equal(once[kept], twice.table("scores")[kept])
    shrunk = (as_cases["high"] - as_cases["low"]) < (once["high"] - once["low"])
    assert shrunk.all(), "rows taken for units make intervals too narrow"


def test_the_unit_is_named_as_the_table_names_it() -> None:
    frame = long_table(draw(3, n=30), units=[f"p{i // 2}" for i in range(30)])
    renamed = frame.rename(columns={"unit": "patient"})
    assert rank(frame, **QUICK).facts()["unit"] == "unit"
    assert rank(renamed, unit="patient", **QUICK).facts()["unit"] == "patient"
    mapped = rank(renamed, columns={"unit": "patient"}, **QUICK)
    assert mapped.facts()["unit"] == "patient"
    assert (mapped.table("scores")["n_units"] == 15).all()


def test_a_centre_that_carries_the_winner_shows() -> None:
    values = np.tile([0.8, 0.5], (30, 1)) + np.random.default_rng(4).normal(0, 0.01, (30, 2))
    values[20:] = values[20:, ::-1] - [0.8, -0.8]
    centres = np.repeat(["C1", "C2", "C3"], 10)
    centre_ranks = rank(long_table(values, centres=centres), **QUICK).table("centres")
    wide = centre_ranks.pivot(index="left_out", columns="algorithm", values="rank")
    assert wide.loc["C3"].tolist() == [1.0, 2.0]
    assert wide.loc["C1"].tolist() == [2.0, 1.0]


def test_ties_are_numbered_as_asked() -> None:
    values = draw(5)[:, [0, 1, 1]]
    ranks = {
        ties: sorted(rank(long_table(values), ties=ties, **QUICK).table("scores")["rank"])
        for ties in ("min", "max", "average")
    }
    assert ranks == {"min": [1, 1, 3], "max": [2, 2, 3], "average": [1.5, 1.5, 3.0]}


def test_tests_follow_the_scheme_and_the_missing_values() -> None:
    frame = long_table(draw(6))

    def method(data=frame, **options) -> str:
        return rank(data, **QUICK, **options).facts()["tests"]

    assert method().startswith("sign-flip")
    assert method(scheme="rank_then_mean").startswith("sign-flip")
    assert method(scheme="median_then_rank").startswith("studentised bootstrap")
    assert method(tests="bootstrap").startswith("studentised bootstrap")
    assert method(data=frame.drop(index=3), missing="drop").startswith("studentised bootstrap")


def test_weights_of_tasks_decide_the_consensus() -> None:
    values = draw(7, n=60, m=2, gap=1.0)
    frame = pd.concat([long_table(values, task="x"), long_table(-values, task="y")])
    assert rank(frame, weights={"x": 3, "y": 1}, **QUICK).consensus().solutions.tolist() == [[2, 1]]
    assert rank(frame, weights={"x": 1, "y": 3}, **QUICK).consensus().solutions.tolist() == [[1, 2]]
    kemeny = rank(frame, consensus="kemeny", **QUICK).table("consensus")
    assert kemeny["solution"].nunique() > 1, "every optimum is listed"


def test_same_seed_same_bytes_and_another_seed_others() -> None:
    frame = long_table(draw(8))
    text = [rank(frame, seed=seed, **QUICK).table("scores").to_csv() for seed in (1, 1, 2)]
    assert text[0] == text[1] != text[2]


def test_schemes_stand_side_by_side_with_the_one_used_first() -> None:
    scheme = get_scheme("quantile_then_rank", q=0.25)
    found = rank(long_table(draw(9)), scheme=scheme, **QUICK)
    assert found.table("schemes")["scheme"].iloc[0] == scheme.label
    assert found.facts()["scheme"] == scheme.label
    assert len(found.table("agreement")) == 64


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"scheme": "mean_then_rnk"}, UsageError, "did you mean 'mean_then_rank'"),
        ({"direction": "maximise"}, UsageError, "did you mean 'maximize'"),
        ({"ties": "mean"}, UsageError, "min, max or average"),
        ({"tests": "permutations"}, UsageError, "did you mean 'permutation'"),
        ({"resamples": 1}, UsageError, "two resamples or more, got 1"),
        ({"permutations": 0}, UsageError, "at least 1, got 0"),
        ({"level": 95}, UsageError, "between 0 and 1, got 95"),
        ({"weights": {"T": 1.0}}, UsageError, "each task has one weight"),
        ({"scheme": "median_then_rank", "tests": "permutation"}, UsageError, "tests='bootstrap'"),
        ({"unit": "patient"}, UsageError, "patient"),
    ],
)
def test_wrong_use_is_named(options, error, says) -> None:
    with pytest.raises(error, match=says):
        rank(long_table(draw(10)), **{**QUICK, **options})


@pytest.mark.parametrize("data", ["table.csv", {"case": [1, 2]}, [long_table(draw(10))]])
def test_what_is_no_table_is_named(data) -> None:
    with pytest.raises(UsageError, match=r"are ranked, got (str|DataFrame)"):
        rank(data, **QUICK)


def test_sign_flips_of_the_scheme_know_the_units() -> None:
    frame = long_table(draw(12))
    doubled = pd.concat([frame, frame.assign(case=frame["case"].astype(str) + "again")])
    scheme = get_scheme("test_then_rank", test="sign-flip", permutations=200)
    options = {**QUICK, "resamples": 5, "scheme": scheme}
    once = rank(frame.assign(unit=frame["case"]), **options)
    twice = rank(doubled.assign(unit=[*frame["case"], *frame["case"]]), **options)
    mine, other = twice.table("scores"), once.table("scores")
    assert mine[["algorithm", "rank", "value"]].equals(other[["algorithm", "rank", "value"]])
    assert twice.table("schemes")["scheme"].iloc[0] == scheme.label
    assert twice.table("schemes").head(len(mine)).equals(once.table("schemes").head(len(mine)))


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (long_table(draw(11)[:, :1]), "only 1 algorithm"),
        (long_table(draw(11)[:1]), "Only 1 test case"),
        (long_table(draw(11), units=["p1"] * 40), "at least two units, got 1"),
        (long_table(draw(11)).assign(value=np.nan), "no value"),
        (long_table(draw(11)).drop(index=5), "case c001, algorithm b"),
    ],
)
def test_bad_tables_are_named(frame, says) -> None:
    with pytest.raises(DataError, match=says):
        rank(frame, **QUICK)


def test_unknown_table_is_named() -> None:
    with pytest.raises(UsageError, match="did you mean 'scores'"):
        rank(long_table(draw(12)), **QUICK).table("score")
