"""What ended follow-up: 0 for censoring, 1, 2 ... for causes that exclude each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, Problem


def checked_causes(event: ArrayLike, cause: int | None = None) -> NDArray[np.int64]:
    """Return the codes of what ended each row's follow-up, ``(n,)``.

    Args:
        event: 0 where censored, else the number of the cause.
        cause: The cause that is asked about; any unless given.

    Raises:
        DataError: ``not-a-cause``: a code is no whole number from 0 on; ``unknown-cause``: nobody
            has the cause; ``all-censored``.
    """
    try:
        codes = np.asarray(event, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"events must be numbers of causes: {error} [not-a-cause]") from error
    bad = ~np.isfinite(codes) | (codes < 0) | (codes % 1 != 0)
    if bad.any():
        row = int(np.argmax(bad))
        text = f"event is {codes.ravel()[row]:g}, expected 0, 1, 2 ... ({int(bad.sum())} rows)"
        problem = Problem("not-a-cause", text, f"row {row}", "write 0 where censored")
        raise DataError("the causes of events cannot be read", problems=[problem])
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
