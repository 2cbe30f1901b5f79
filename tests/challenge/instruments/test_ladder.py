"""The Ladder releases significant improvements only, exactly at its threshold."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.challenge.instruments.ladder import Ladder, Rung, release
from workbench.errors import DataError

# README of mrtzh/Ladder.jl (MIT): labels and three submissions of one team, 0/1 loss.
TRUTH = np.array([1, 0, 1, 1, 1, 0])
SUBMISSIONS = np.array([[0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0], [1, 0, 1, 0, 0, 0]])


def test_the_trace_of_the_authors() -> None:
    ladder = Ladder(np.ones(6), maximize=False)
    released = [ladder.submit(answer != TRUTH) for answer in SUBMISSIONS]
    assert released == [4 / 6, 4 / 6, 2 / 6]


def test_the_trace_does_not_hang_on_the_last_bit() -> None:
    """In floating point two forms of the threshold differ; the second loss is exactly 1/2."""
    first, second = (SUBMISSIONS[:2] != TRUTH).astype(float)
    sd = (second - first).std(ddof=1)
    assert first.mean() - sd / math.sqrt(6) == 0.49999999999999994
    assert 4 / 6 - math.sqrt(sd * sd / 6) == 0.5
    ladder = Ladder(np.ones(6), maximize=True)
    assert [ladder.submit(answer == TRUTH) for answer in SUBMISSIONS] == [2 / 6, 2 / 6, 4 / 6]


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=30), st.integers(1, 20))
@settings(max_examples=200, deadline=None)
def test_with_units_of_one_case_the_rule_is_the_paired_t_test(
    change: list[int], denominator: int
) -> None:
    gains = np.array(change)
    ladder = Ladder(np.ones(len(gains)), maximize=True, denominator=denominator)
    # A start whose score is a multiple of 1/n, so that rounding takes no part.
    ladder.submit(np.zeros(len(gains), dtype=int))
    ladder.submit(gains)
    total, squares = int(gains.sum()), int((gains**2).sum())
    # gain > sd / sqrt(n) with sd over n - 1 is, for whole numbers, just this:
    improves = total > 0 and total * total > squares
    moved = ladder.released != 0 or (improves and round(total / denominator) == 0)
    assert moved == improves


def test_two_slides_of_a_patient_are_no_more_proof_than_one() -> None:
    """4 patients better, 2 worse: no improvement, however many slides each has."""
    of_patients = np.array([1] * 4 + [-1] * 2 + [0] * 14)
    alone, together = Ladder(np.ones(40), maximize=True), Ladder([2] * 20, maximize=True)
    one = Ladder([1] * 20, maximize=True)
    for ladder, gains in (
        (alone, np.repeat(of_patients, 2)),
        (together, 2 * of_patients),
        (one, of_patients),
    ):
        ladder.submit(np.zeros(len(gains), dtype=int))
        ladder.submit(gains)
    assert (alone.released, together.released, one.released) == (Fraction(1, 10), 0, 0)


@given(st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_order_of_units_is_nothing_to_real_losses(random: object) -> None:
    rng = np.random.default_rng(random.getrandbits(32))  # type: ignore[attr-defined]
    losses, order = rng.exponential(size=(5, 50)), rng.permutation(50)
    sizes = rng.integers(1, 4, 50)
    one, two = Ladder(sizes, maximize=False), Ladder(sizes[order], maximize=False)
    for row in losses:
        assert one.submit(row) == two.submit(row[order])


def test_the_stored_form_agrees_with_the_exact_one() -> None:
    """Two ways to one decision, away from the threshold: 300 pairs, 2,000 resamples."""
    rng = np.random.default_rng(5)
    n, agreed = 200, 0
    weights = rng.multinomial(n, [1 / n] * n, size=2000).T
    for _ in range(300):
        first, second = rng.random((2, n)) < 0.6
        exact = Ladder(np.ones(n), maximize=True)
        exact.submit(first)
        expected = exact.submit(second)
        rung = Rung(first.mean(), first @ weights / n, float(round(first.mean() * n) / n))
        stored = release(
            second.mean(), second @ weights / n, [rung], direction="maximize", n_cases=n, n_units=n
        )
        agreed += stored == pytest.approx(expected)
    assert agreed >= 294


def test_the_stored_form_stops_the_boosting_attack_too() -> None:
    """What the engine runs: 4,000 labels, 400 submissions, 300 resamples; see test_simulate."""
    rng = np.random.default_rng(8)
    n, k = 4000, 400
    truth, guesses = rng.integers(0, 2, n), rng.integers(0, 2, (k, n))
    weights = rng.multinomial(n, [1 / n] * n, size=300).T.astype(np.float64)
    kinds = {"direction": "maximize", "n_cases": n, "n_units": n}

    def climb(answers: np.ndarray, rungs: list[Rung]) -> list[Rung]:
        right = (answers == truth).astype(np.float64)
        for value, resampled in zip(right.mean(axis=1), right @ weights / n, strict=True):
            told = release(value, resampled, rungs, **kinds)  # type: ignore[arg-type]
            rungs = [*rungs, Rung(value, resampled, told)]
        return rungs

    rungs = climb(guesses[:-1], [])
    shown = np.array([rung.released for rung in rungs])
    weight = np.where(np.diff(shown, prepend=np.nan) != 0, shown - 0.5, 0.0)
    vote = (weight @ (2 * guesses[:-1] - 1) > 0).astype(int)
    final = climb(vote[None], rungs)[-1].released
    assert final is not None and final - 0.5 < 0.03
    unguarded = (guesses == truth).mean(axis=1) - 0.5
    assert ((unguarded @ (2 * guesses - 1) > 0) == truth).mean() - 0.5 > 0.06


def test_state_is_the_last_release_of_the_log() -> None:
    rows = np.full(9, 0.5)
    rungs = [
        Rung(0.5, rows, 0.5),
        Rung(0.51, rows + np.linspace(-0.2, 0.2, 9), 0.5),
        Rung(0.6, rows + 0.1, 0.6),
        Rung(0.4, rows - 0.1, 0.6),
    ]
    kinds = {"direction": "maximize", "n_cases": 100, "n_units": 50}
    assert release(0.61, rows + 0.11, rungs, **kinds) == 0.61  # type: ignore[arg-type]
    wide = rows + np.linspace(-0.2, 0.4, 9)
    assert release(0.61, wide, rungs, **kinds) == 0.6  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("direction", "target", "first", "second"),
    [("maximize", math.nan, 0.7, 0.8), ("minimize", math.nan, 0.8, 0.7), ("target", 1.0, 0.6, 1.2)],
)
def test_better_is_what_the_metric_says(
    direction: str, target: float, first: float, second: float
) -> None:
    def released(a: float, b: float) -> float:
        rung = Rung(a, np.full(4, a), a)
        return release(
            b, np.full(4, b), [rung], direction=direction, n_cases=10, n_units=9, target=target
        )  # type: ignore[arg-type]

    assert released(first, second) == second
    assert released(second, first) == second


def test_undefined_resamples_are_left_out() -> None:
    rung = Rung(0.5, np.array([0.4, np.nan, 0.6]), 0.5)
    values = np.array([0.9, 0.1, 0.9])
    kinds = {"direction": "maximize", "n_cases": 10, "n_units": 9}
    assert release(0.9, values, [rung], **kinds) == 0.9  # type: ignore[arg-type]
    nothing = np.full(3, np.nan)
    assert release(0.9, nothing, [rung], **kinds) == 0.5  # type: ignore[arg-type]


def test_broken_sums_are_refused() -> None:
    with pytest.raises(DataError, match="two units"):
        Ladder([5], maximize=True)
    ladder = Ladder([1, 1], maximize=True)
    with pytest.raises(DataError, match="2 units, got shape"):
        ladder.submit([1, 0, 1])
    with pytest.raises(DataError, match="NaN"):
        ladder.submit([0.5, math.nan])
