"""The form of an answer: range, sum, one-hot, and the class decided for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.errors import Problem, did_you_mean
from workbench.scoring.card import Challenge
from workbench.scoring.cells import Fault
from workbench.scoring.keys import MOST_HINTS, cell_problem
from workbench.scoring.raw import RawTable, shown

DECISION = "decision"


def answer_problems(
    raw: RawTable,
    names: Sequence[str],
    given: Sequence[str],
    values: NDArray[np.float64],
    challenge: Challenge,
) -> Iterator[Problem]:
    """Yield what is wrong with the rows of an answer.

    Args:
        raw: The table as written.
        names: Its columns of the classes, in the order of the card's classes.
        given: Its keys.
        values: The numbers in those columns, shape ``(n, K)``; NaN is missing or unreadable.
        challenge: The challenge whose rules hold.
    """
    for row, place in np.argwhere((values < 0) | (values > 1)).tolist():
        if row in raw.broken:
            continue
        fault = Fault("out-of-range", f"{values[row, place]:g} is not within 0..1", "")
        cell = raw.frame[names[place]].iloc[row]
        yield cell_problem(raw, given, row, names[place], cell, fault)
    yield from partly_missing(raw, names, given, values, challenge)
    whole = ~np.isnan(values).any(axis=1) & ((values >= 0) & (values <= 1)).all(axis=1)
    for row in np.flatnonzero(whole & ~_in_form(values, challenge)).tolist():
        if row not in raw.broken:
            written = ",".join(f"{v:g}" for v in values[row])
            fault = _form_fault(values[row], challenge)
            yield cell_problem(raw, given, row, ",".join(names), written, fault)


def partly_missing(
    raw: RawTable,
    names: Sequence[str],
    given: Sequence[str],
    values: NDArray[np.float64],
    challenge: Challenge,
    what: str = "classes",
) -> Iterator[Problem]:
    """Yield rows with some numbers and not all, where a row without any is filled in."""
    if challenge.missing_value_policy == "reject":
        return
    known = ~np.isnan(values)
    for row in np.flatnonzero(known.any(axis=1) & ~known.all(axis=1)).tolist():
        fault = Fault("partly-missing", f"some {what} have no value", "give all or none")
        yield cell_problem(raw, given, row, ",".join(names), "", fault)


def _in_form(values: NDArray[np.float64], challenge: Challenge) -> NDArray[np.bool_]:
    """Say which rows follow one of the allowed forms."""
    totals = values.sum(axis=1)
    good = (totals == 1.0) & (values.max(axis=1, initial=0.0) == 1.0)
    if "probabilities" in challenge.submission.forms:
        good |= np.abs(totals - 1.0) <= challenge.submission.sum_tolerance
    return np.asarray(good, dtype=np.bool_)


def _form_fault(row: NDArray[np.float64], challenge: Challenge) -> Fault:
    """Say why a row of values within 0..1 follows none of the allowed forms."""
    total = float(row.sum())
    forms = challenge.submission.forms
    if "probabilities" not in forms:
        message = f"the row sums to {total:g}, expected one 1 and the rest 0"
        return Fault("not-one-hot", message, "choose one")
    expected = "one-hot or probabilities" if len(forms) > 1 else "probabilities"
    return Fault(
        "sum-not-one",
        f"the row sums to {total:g}, expected 1 ({expected})",
        f"divide by the sum; {challenge.submission.sum_tolerance:g} of rounding is allowed",
    )


def decision_problems(
    raw: RawTable, given: Sequence[str], decisions: Sequence[str], challenge: Challenge
) -> Iterator[Problem]:
    """Yield the submitted decisions that are no class."""
    if set(decisions) <= set(challenge.classes):
        return
    hints = 0
    for row, decision in enumerate(decisions):
        if decision not in challenge.classes and row not in raw.broken:
            hints += 1
            few = hints <= MOST_HINTS
            hint = did_you_mean(decision[:80], challenge.classes) if few else ""
            remedy = hint or f"write one of {', '.join(challenge.classes)}"
            message = f"'{shown(decision, 40)}' is not a class"
            fault = Fault("unknown-class", message, remedy)
            yield cell_problem(raw, given, row, DECISION, decision, fault)
