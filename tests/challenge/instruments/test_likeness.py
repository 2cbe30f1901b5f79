"""Screening of all pairs against the plain computation of each."""

import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from workbench.challenge.instruments.likeness import Answered


def _answered(stated: np.ndarray) -> Answered:
    m, n, n_classes = stated.shape
    answered = Answered(m, n, n_classes - 1, n_classes)
    for place, one in enumerate(stated):
        answered.put(place, one[:, 1:], one.argmax(axis=1))
    return answered


def _models(m: int, n: int, seed: int, noise: float = 0.5) -> np.ndarray:
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=n) + noise * rng.normal(size=(m, n))
    p = 1 / (1 + np.exp(-scores))
    return np.stack([1 - p, p], axis=2)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_two_classes_give_spearmans_correlation(seed: int) -> None:
    stated = np.round(_models(3, 60, seed), 1)  # ties
    answered = _answered(stated)
    table = answered.correlations()
    for i, j in ((0, 1), (0, 2), (1, 2)):
        expected = spearmanr(stated[i, :, 1], stated[j, :, 1]).statistic
        assert answered.pair(i, j).rank_correlation == pytest.approx(expected, abs=1e-6)
        assert table[i, j] == pytest.approx(expected, abs=1e-5)
        same = (stated[i].argmax(axis=1) == stated[j].argmax(axis=1)).mean()
        assert answered.pair(j, i).same_decisions == same
        assert answered.equal_decisions()[i, j] == pytest.approx(same, abs=1e-6)


def test_a_copy_with_noise_is_found_and_honest_models_are_not() -> None:
    stated = _models(30, 2000, 1)
    rng = np.random.default_rng(2)
    copy = np.clip(stated[4, :, 1] + 1e-4 * rng.normal(size=2000), 0, 1)
    stated = np.concatenate([stated, np.stack([1 - copy, copy], axis=1)[None]])
    pairs, field = _answered(stated).alike(np.arange(31), 0.999, 0.99)
    assert [(pair.first, pair.second) for pair in pairs] == [(4, 30)]
    assert len(field) == 31 * 30 / 2
    assert np.median(field) < 0.9


def test_a_rising_map_of_another_teams_probabilities_is_found() -> None:
    """Rank correlation sees through a change of scale that keeps one half in place."""
    stated = _models(5, 1000, 3)
    odds = np.log(stated[1, :, 1] / stated[1, :, 0]) * 3
    p = 1 / (1 + np.exp(-odds))
    stated[3] = np.stack([1 - p, p], axis=1)
    pairs, _ = _answered(stated).alike(np.arange(5), 0.999, 0.99)
    assert [(pair.first, pair.second) for pair in pairs] == [(1, 3)]
    assert pairs[0].correlation < pairs[0].rank_correlation == pytest.approx(1)


def test_a_teams_own_submissions_are_not_held_against_it() -> None:
    stated = np.repeat(_models(1, 100, 4), 4, axis=0)
    pairs, field = _answered(stated).alike(np.array([0, 0, 1, 1]), 0.999, 0.99)
    assert {(p.first, p.second) for p in pairs} == {(0, 2), (0, 3), (1, 2), (1, 3)}
    assert len(field) == 4


def test_constant_answers_have_no_correlation() -> None:
    stated = _models(3, 50, 5)
    stated[0] = 0.5
    pairs, field = _answered(stated).alike(np.arange(3), 0.5, 0.1)
    assert all(pair.first != 0 for pair in pairs)
    assert len(field) == 1


@pytest.mark.slow
def test_a_thousand_submissions_of_ten_thousand_cases_fit_in_memory() -> None:
    """Bar: 500 MB and 20 s of CPU on two cores; measured 145 MB and 2.4 s."""
    tracemalloc.start()
    begun = time.process_time()
    answered = Answered(1000, 10_000, 1, 2)
    rng = np.random.default_rng(1)
    base = rng.normal(size=10_000)
    for place in range(1000):
        p = 1 / (1 + np.exp(-base - rng.normal(size=10_000)))
        answered.put(place, p[:, None], (p > 0.5).astype(np.int64))
    answered.put(900, p[:, None], (p > 0.5).astype(np.int64))
    pairs, _ = answered.alike(np.arange(1000) // 50, 0.999, 0.99)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(pair.first, pair.second) for pair in pairs] == [(900, 999)]  # by another team
    assert peak < 500e6
    assert time.process_time() - begun < 20
