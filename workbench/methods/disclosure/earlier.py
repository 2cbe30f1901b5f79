"""Earlier releases: what a reader has already, and what the difference of two gives away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from workbench.errors import DataError, Problem
from workbench.methods.disclosure.dimension import Dimension
from workbench.methods.disclosure.system import Floats
from workbench.methods.disclosure.table import Key, name_of, read_keys
from workbench.metrics.choices import check_choice


@dataclass(frozen=True, eq=False)
class Earlier:
    """A release that readers have.

    Attributes:
        table: As it was published, by :func:`~workbench.methods.disclosure.publish.publish` or with
            the same columns: dimensions, measures (missing where hidden), and where known
            ``<measure>_low`` and ``<measure>_high``.
        kind: ``same``: the same persons and events, such as another grain (packs, then substances)
            or a corrected layout: an equal key has an equal count. ``grown``: the same cells some
            time ago, to which persons came since, none left.
    """

    table: pd.DataFrame
    kind: Literal["same", "grown"]

    def __post_init__(self) -> None:
        """Refuse a kind that is not known."""
        check_choice("an earlier release", "kind", self.kind, ("same", "grown"))


@dataclass(frozen=True, eq=False)
class Shown:
    """What an earlier release says about a measure.

    Attributes:
        keys: Of its cells.
        low: Least each may be; equal to ``high`` where it was published, ``(k,)``.
        high: Largest, ``(k,)``.
    """

    keys: tuple[Key, ...]
    low: Floats
    high: Floats


def shown(release: Earlier, hierarchy: Mapping[str, Dimension], measure: str) -> Shown:
    """Return what an earlier release says.

    Raises:
        DataError: It lacks a dimension or the measure.
    """
    table = release.table
    absent = [name for name in (*hierarchy, measure) if name not in table]
    if absent:
        raise DataError(
            f"an earlier release lacks the column(s) {', '.join(absent)}",
            remedy="give it with the names of today",
        )
    keys = read_keys(table, tuple(hierarchy))
    value = _numbers(table, measure, np.nan)
    low = np.where(np.isnan(value), _numbers(table, f"{measure}_low", 0.0), value)
    high = np.where(np.isnan(value), _numbers(table, f"{measure}_high", np.inf), value)
    return Shown(keys, np.nan_to_num(low, nan=0.0), np.where(np.isnan(high), np.inf, high))


def merged(
    keys: Sequence[Key], truth: Floats, found: Sequence[Shown], dimensions: Sequence[str]
) -> tuple[list[Key], Floats, Floats]:
    """Return the keys of a table and of earlier releases of the same persons, and what is known.

    Args:
        keys: Of the table.
        truth: Its counts.
        found: What the releases say.
        dimensions: Names, for errors.

    Returns:
        All keys, those of the table first; least and largest of each by the releases.

    Raises:
        DataError: ``changed``: a number differs from the one published for the same key.
    """
    place = {key: i for i, key in enumerate(keys)}
    low, high = [0.0] * len(keys), [np.inf] * len(keys)
    problems = []
    for one in found:
        for key, least, most in zip(one.keys, one.low.tolist(), one.high.tolist(), strict=True):
            at = place.setdefault(key, len(place))
            if at == len(low):
                low.append(0.0)
                high.append(np.inf)
            low[at], high[at] = max(low[at], least), min(high[at], most)
            if at < len(keys) and not low[at] <= truth[at] <= high[at]:
                words = "its count is not what the earlier release says"
                problems.append(Problem("changed", words, name_of(dimensions, key)))
    if problems:
        raise DataError(
            f"{len(problems)} cell(s) differ from an earlier release of the same persons",
            problems=problems,
            remedy="declare the release as grown, if persons only came since",
        )
    return list(place), np.array(low), np.array(high)


def _numbers(table: pd.DataFrame, name: str, absent: float) -> Floats:
    """Return a column as numbers; ``absent`` where there is none."""
    if name not in table:
        return np.full(len(table), absent)
    return pd.to_numeric(table[name]).to_numpy(dtype=np.float64, na_value=np.nan)
