"""What ended follow-up: 0 for censoring, 1, 2 ... for causes that exclude each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.methods.survival.follow_up_faults import Fault, not_causes, problems_of


def checked_causes(event: ArrayLike, cause: int | None = None) -> NDArray[np.int64]:
    """Return the codes of what ended each row's follow-up, ``(n,)``.

    Args:
        event: 0 where censored, else the number of the cause.
        cause: The cause that is asked about; any unless given.

    Raises:
        DataError: ``not-a-cause``: a code is no whole number from 0 on; ``not-finite``;
            ``unknown-cause``: nobody has the cause; ``all-censored``.
    """
    try:
        codes = np.asarray(event, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"events must be numbers of causes: {error} [not-a-cause]") from error
    faults: list[Fault] = [
        ("event", "not-finite", ~np.isfinite(codes), codes),
        ("event", "not-a-cause", not_causes(codes), codes),
    ]
    problems = problems_of(faults, len(codes))
    if problems:
        raise DataError("the causes of events cannot be read", problems=problems)
    found = sorted({int(code) for code in np.unique(codes)} - {0})
    if not found:
        raise DataError(
            f"all {len(codes)} rows are censored [all-censored]", remedy="follow longer"
        )
    if cause is not None and cause not in found:
        raise DataError(
            f"nobody has an event of cause {cause}; there are {found} [unknown-cause]",
            remedy="name a cause that happened; 0 is censoring",
        )
    return codes.astype(np.int64)
