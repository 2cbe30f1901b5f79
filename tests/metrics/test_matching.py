"""Which target an event hits: distance, overlap of boxes, mask."""

from __future__ import annotations

import numpy as np
import pytest

from workbench import metrics
from workbench.errors import DataError, UsageError
from workbench.metrics.events import events
from workbench.metrics.matching import hit_by_distance, hit_by_mask, hit_by_overlap


def test_the_nearest_target_in_reach_is_hit_and_only_in_the_same_case() -> None:
    centres, target_case = [[0, 0], [4, 0], [0, 0]], [0, 0, 1]
    points = [[1, 0], [2, 0], [3.5, 0], [0, 9], [4, 0]]
    case = [0, 0, 0, 0, 1]
    found = hit_by_distance(points, case, centres, target_case, 3.0)
    assert found.tolist() == [0, 0, 1, -1, -1]  # at equal distances the first
    small = hit_by_distance(points, case, centres, target_case, [1.0, 0.5, 4.0])
    assert small.tolist() == [0, -1, 1, -1, 0]  # the rim counts


def test_targets_are_numbered_within_their_case() -> None:
    found = hit_by_distance([[5.0], [6.0]], [2, 2], [[0.0], [5.0], [0.0], [6.0]], [2, 2, 1, 2], 0.4)
    assert found.tolist() == [1, 2]
    assert metrics.get("froc")([0, 1, 3], events([2, 2], found, [1, 1])) == pytest.approx(0.5)


def test_overlap_by_counting_pixels() -> None:
    rng = np.random.default_rng(0)
    low = rng.integers(0, 12, (30, 2))
    boxes = np.hstack([low, low + rng.integers(1, 8, (30, 2))])
    marks, targets = boxes[:20], boxes[20:]
    for least in (0.1, 0.5):
        found = hit_by_overlap(marks, np.zeros(20, int), targets, np.zeros(10, int), least)
        for mark, answer in zip(marks, found, strict=True):
            shares = []
            for target in targets:
                one, two = np.zeros((20, 20), bool), np.zeros((20, 20), bool)
                for picture, box in ((one, mark), (two, target)):
                    picture[box[0] : box[2], box[1] : box[3]] = True
                shares.append((one & two).sum() / (one | two).sum())
            assert answer == (np.argmax(shares) if max(shares) >= least else -1)


def test_mask_of_monais_own_tests() -> None:
    # tests/test_compute_froc.py, TEST_CASE_2: one false mark of 0.6, target 2 missed.
    mask = [[0, 0, 1, 1], [2, 2, 0, 0], [0, 3, 3, 0], [0, 3, 3, 3]]
    assert hit_by_mask([[0, 3], [2, 0], [3, 1]], mask).tolist() == [0, -1, 2]
    assert hit_by_mask([[-1, 0], [4, 0]], mask).tolist() == [-1, -1]


def test_no_events_and_no_targets() -> None:
    assert hit_by_distance([], [], [[0, 0]], [0], 1.0).tolist() == []
    assert hit_by_distance([[0, 0]], [0], [], [], 1.0).tolist() == [-1]
    assert hit_by_overlap([[0, 0, 1, 1]], [0], [], [], 0.5).tolist() == [-1]
    assert hit_by_mask([], [[0, 1]]).tolist() == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hit_by_distance([[0, 0]], [0], [[0, 0]], [0], 0.0), "radius must be above 0"),
        (lambda: hit_by_distance([[0, 0]], [0, 1], [[0, 0]], [0], 1.0), "as many cases, got 2"),
        (lambda: hit_by_distance([[0, 0]], [0], [[0, 0, 0]], [0], 1.0), "have shapes"),
        (lambda: hit_by_distance([[0, np.nan]], [0], [[0, 0]], [0], 1.0), "points holds NaN"),
        (lambda: hit_by_distance([0, 1], [0, 0], [[0]], [0], 1.0), "points must be one row each"),
        (lambda: hit_by_overlap([[0, 0, 0, 1]], [0], [[0, 0, 1, 1]], [0], 0.5), "row 0: boxes"),
        (lambda: hit_by_overlap([[0, 0, 1]], [0], [[0, 0, 1, 1]], [0], 0.5), "upper corner"),
        (lambda: hit_by_mask([[0.5, 0]], [[0, 1]]), "whole indices"),
        (lambda: hit_by_mask([[0, 0]], [[0, -1]]), "mask must be whole numbers"),
    ],
)
def test_bad_input_is_named(call, message) -> None:
    with pytest.raises(DataError, match=message):
        call()


@pytest.mark.parametrize("least", [0.0, 1.5])
def test_overlap_out_of_range_is_refused(least) -> None:
    with pytest.raises(UsageError, match="least"):
        hit_by_overlap([[0, 0, 1, 1]], [0], [[0, 0, 1, 1]], [0], least)
