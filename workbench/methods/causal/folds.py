"""Folds of persons for cross-fitting: the same share of treated persons in each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, Problem


def person_folds(
    treated: NDArray[np.bool_], folds: int, seed: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield for each fold the persons to learn from and the persons to predict.

    Args:
        treated: Arm of each person, ``(n,)``.
        folds: How many; 1 yields everybody twice: no cross-fitting.
        seed: Of the draw.

    Raises:
        DataError: ``too-few-for-folds``: an arm has fewer persons than folds.

    >>> [judge.tolist() for _, judge in person_folds(np.array([1, 1, 0, 0], bool), 2, seed=1)]
    [[0, 2], [1, 3]]
    """
    everybody = np.arange(len(treated))
    if folds == 1:
        yield everybody, everybody
        return
    smallest = int(min(treated.sum(), (~treated).sum()))
    if folds < 1 or smallest < folds:
        text = f"{folds} folds asked for, the smaller arm has {smallest} persons"
        raise DataError(
            "cross-fitting cannot be done",
            problems=[Problem("too-few-for-folds", text, remedy="ask for fewer folds")],
        )
    random = np.random.default_rng(seed)
    fold = np.empty(len(treated), np.int64)
    for arm in (treated, ~treated):
        rows = np.flatnonzero(arm)
        fold[random.permutation(rows)] = np.arange(len(rows)) % folds
    for number in range(folds):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)
