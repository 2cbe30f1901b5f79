"""Errors say what, where and what to do next, and survive the trip between processes."""

import pickle

import pytest

from workbench.errors import (
    DataError,
    Problem,
    RunError,
    SubmissionRejected,
    UsageError,
    WorkbenchError,
)


@pytest.mark.parametrize(
    ("kind", "code"), [(RunError, 1), (UsageError, 2), (DataError, 3), (SubmissionRejected, 4)]
)
def test_exit_codes(kind: type[WorkbenchError], code: int) -> None:
    assert kind("x").exit_code == code


def test_render_names_place_problems_and_next_step() -> None:
    problems = [Problem("nan", "probability is NaN", f"row {n}") for n in range(60)]
    text = DataError("bad file", where="a.csv", remedy="mend it", problems=problems).render(most=2)
    assert text.splitlines() == [
        "a.csv: bad file",
        "  - row 0: probability is NaN [nan]",
        "  - row 1: probability is NaN [nan]",
        "  ... and 58 more",
        "Next: mend it",
    ]


def test_errors_cross_process_borders() -> None:
    error = DataError("bad", where="x", remedy="y", problems=[Problem("c", "m")])
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (again.render(), again.exit_code, again.problems) == (
        error.render(),
        3,
        error.problems,
    )
