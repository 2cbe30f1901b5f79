"""The truth of survival metrics: what is taken and what is refused, all faults at once."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import DataError
from workbench.metrics.survival.outcome import checked_outcome


def test_time_and_event_are_read_from_columns() -> None:
    found = checked_outcome([[3, 1], [2.5, 0]])
    assert found.time.tolist() == [3.0, 2.5]
    assert found.event.tolist() == [True, False]
    assert len(found) == 2


@pytest.mark.parametrize(
    ("truth", "message"),
    [
        ([1, 2, 3], r"time and an event .* shape \(3,\)"),
        ([[1, 1, 0]], r"shape \(1, 3\)"),
        ([[1, 1]], "1 rows; survival metrics compare at least two"),
        ([["a", 1], ["b", 0]], "must be numbers"),
        ([[1, 0], [2, 0]], "all 2 cases are censored"),
        ([[1, 1], [0, 1]], r"row 1: the time must be above 0, got 0 \(1 rows\)"),
        ([[1, 1], [-2, 1]], "row 1: the time must be above 0, got -2"),
        ([[1, 1], [np.nan, 1]], "row 1: the time is NaN or infinite"),
        ([[1, 1], [2, 2]], r"row 1: the event must be 1 or 0, got 2"),
        ([[1, 1], [2, np.nan]], r"row 1: the event must be 1 or 0, got nan"),
    ],
)
def test_bad_outcomes_have_named_errors(truth, message) -> None:
    with pytest.raises(DataError, match=message):
        checked_outcome(truth)


def test_all_faults_are_named_at_once() -> None:
    truth = [[1, 1], [-1, 1], [np.inf, 0], [2, 7], [-3, 0]]
    with pytest.raises(DataError) as caught:
        checked_outcome(truth)
    problems = {problem.code: problem for problem in caught.value.problems}
    assert set(problems) == {"time-not-finite", "time-not-positive", "event-not-binary"}
    assert problems["time-not-positive"].where == "row 1"
    assert "(2 rows)" in problems["time-not-positive"].message
