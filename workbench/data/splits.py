"""Splits by person: one person never stands on two sides, whatever the order of the rows.

Persons are dealt to folds in the order of a keyed hash (sha256 of seed, repeat and pseudonym), one
class after the other, so that fold sizes differ by at most one person, in total and in each class.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from workbench.data.split_checks import check_content, check_disjoint
from workbench.errors import DataError, Problem, UsageError, did_you_mean

__all__ = ["check_content", "check_disjoint", "split_persons"]

_log = logging.getLogger(__name__)

# A number with more different values than this is stratified by quantile instead of by value.
_MOST_CLASSES = 20
_QUANTILES = 10


def split_persons(
    table: pd.DataFrame,
    *,
    person: str,
    label: str | None = None,
    folds: int,
    seed: int,
    repeat: int = 0,
    classes: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Deal persons to folds, stratified by their highest label.

    >>> rows = pd.DataFrame({"person": ["a", "b", "c", "d", "a"], "label": [0, 0, 1, 1, 1]})
    >>> dealt = split_persons(rows, person="person", label="label", folds=2, seed=0)
    >>> dealt["person"].tolist(), sorted(dealt["fold"])
    (['a', 'b', 'c', 'd'], [0, 0, 1, 1])

    Args:
        table: Rows with a person column; the order of the rows does not matter.
        person: Column with the person's pseudonym.
        label: Column to stratify by; a person with several rows counts with the highest. Missing
            labels form a class of their own. A number with more than 20 different values is
            stratified by decile.
        folds: Number of folds, 2 or more.
        seed: Same seed, same folds.
        repeat: Number of the repetition, for repeated cross-validation.
        classes: Order of the labels from low to high; by default their natural order.

    Returns:
        One row a person: ``person`` (sorted) and ``fold`` (0 to ``folds`` - 1).

    Raises:
        UsageError: ``folds`` is below 2, or a column does not exist.
        DataError: A person is missing, or there are fewer persons than folds
            (``too-few-persons``).
    """
    _check_arguments(table, person, label, folds)
    strata = _strata(table, person, label, classes)
    if len(strata) < folds:
        raise _too_few(len(strata), folds)
    for size in strata.value_counts(sort=False):
        if size < folds:
            _warn_once(f"a class has {size} person(s) for {folds} folds: some folds lack it")
    shuffled = pd.DataFrame(
        {
            "stratum": strata.to_numpy(),
            "order": [_keyed_hash(seed, repeat, name) for name in strata.index],
            "person": strata.index,
        }
    ).sort_values(["stratum", "order"], kind="stable")
    # Dealing on across classes, not anew for each, is what keeps the fold sizes within one.
    shuffled["fold"] = np.arange(len(shuffled)) % folds
    return shuffled[["person", "fold"]].sort_values("person").reset_index(drop=True)


@lru_cache
def _warn_once(message: str) -> None:
    """Say a thing once: a run splits many times, and the same thing is true each time."""
    _log.warning(message)


def _check_arguments(table: pd.DataFrame, person: str, label: str | None, folds: int) -> None:
    """Refuse arguments that cannot be meant."""
    if folds < 2:
        raise UsageError(f"{folds} fold(s): a split needs 2 or more")
    for column in filter(None, (person, label)):
        if column not in table.columns:
            hint = did_you_mean(column, table.columns) or f"columns: {', '.join(table.columns)}"
            raise UsageError(f"the table has no column '{column}'; {hint}")
    if table[person].isna().any():
        rows = table.index[table[person].isna()].tolist()[:10]
        raise DataError(f"rows without a person cannot be split: {rows}")


def _strata(
    table: pd.DataFrame, person: str, label: str | None, classes: Sequence[str] | None
) -> pd.Series[int]:
    """Return the stratum of each person (index: pseudonym), -1 for a missing label."""
    persons = table[person].astype(str)
    if label is None:
        return pd.Series(0, index=sorted(persons.unique()), dtype="int64")
    labels = table[label]
    if pd.api.types.is_numeric_dtype(labels) and labels.nunique() > _MOST_CLASSES:
        highest = labels.astype(float).groupby(persons).max()
        ranks = highest.rank(method="first") - 1
        binned = (ranks * _QUANTILES // max(1, highest.notna().sum())).fillna(-1)
        return binned.astype("int64").sort_index()
    found = sorted(labels.dropna().unique())
    known = list(classes) if classes is not None else found
    strange = [str(value) for value in found if value not in known]
    if strange:
        raise UsageError(f"labels {strange} are not among the classes {known}")
    codes = labels.map({value: code for code, value in enumerate(known)}).fillna(-1)
    return codes.astype("int64").groupby(persons).max().sort_index()


def _keyed_hash(seed: int, repeat: int, person: str) -> str:
    """Return what a person's place in the deal is sorted by."""
    return hashlib.sha256(f"{seed}|{repeat}|{person}".encode()).hexdigest()


def _too_few(persons: int, folds: int) -> DataError:
    """Return the error for fewer persons than folds."""
    message = f"{persons} person(s) cannot be dealt to {folds} folds"
    remedy = f"use at most {persons} folds, or more data" if persons > 1 else "add data"
    problem = Problem("too-few-persons" if persons else "empty-split", message, "", remedy)
    return DataError(message, remedy=remedy, problems=[problem])
