"""The one door of exports: a table passes the attacker, or it is not published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench import storage
from workbench.errors import DataError, UsageError
from workbench.methods.disclosure.audit import audited
from workbench.methods.disclosure.bulk import protect_in_bulk
from workbench.methods.disclosure.dimension import Dimension
from workbench.methods.disclosure.earlier import Earlier
from workbench.methods.disclosure.measured import Measured
from workbench.methods.disclosure.proof import Proof
from workbench.methods.disclosure.protect import protect
from workbench.methods.disclosure.readers import measured
from workbench.methods.disclosure.relations import check_relations, unknown_values
from workbench.methods.disclosure.rounding import check_base, rounded
from workbench.methods.disclosure.table import Mask, Table, read_table
from workbench.metrics.choices import check_whole

THRESHOLD = 11
"""Fewest persons of a published cell: the rule of the French claims data (SNDS)."""
EXACT_CELLS = 150
"""Of tables up to this size every hidden cell is bounded exactly, and none is hidden in vain; of
larger ones small cells are proved safe, and printed ends are those of one relation at a time."""


@dataclass(frozen=True, eq=False)
class Published:
    """A table that passed.

    Attributes:
        table: Dimensions, labels, measures and derived values, missing in hidden cells; ``masked``;
            ``<measure>_low`` and ``<measure>_high``, what a reader can work out himself.
        audit: What was checked and found, as plain JSON values.
    """

    table: pd.DataFrame
    audit: dict[str, Any]

    def write(self, folder: Path | str, name: str = "table") -> list[Path]:
        """Write the table as CSV and Parquet, and the audit as JSON, each in one step."""
        folder = Path(folder)
        with storage.writing(folder / f"{name}.parquet") as aside:
            self.table.to_parquet(aside, index=False)
        texts = [name for name, kind in self.table.dtypes.items() if str(kind) == "object"]
        safe = self.table.assign(**{str(n): self.table[n].map(storage.csv_cell) for n in texts})
        return [
            folder / f"{name}.parquet",
            storage.write_text(folder / f"{name}.csv", safe.to_csv(index=False)),
            storage.write_json(folder / f"{name}.audit.json", self.audit),
        ]


def publish(
    cells: pd.DataFrame,
    hierarchy: Mapping[str, Dimension],
    *,
    measures: Sequence[str] = ("exposed", "cases"),
    derived: Sequence[str] = (),
    labels: Sequence[str] = (),
    threshold: int = THRESHOLD,
    rounding: int | None = None,
    derive: Callable[[pd.DataFrame], pd.DataFrame] | None = None,
    earlier: Sequence[Earlier] = (),
    every_cell: bool = False,
) -> Published:
    """Return what may be published of a table of true counts, with its audit.

    A cell with a count from 1 to ``threshold - 1`` is hidden, and so are further cells until no
    reader finds it from sums, from largest parts, from earlier releases. All values of a hidden
    cell are hidden together: a rate with its count gives the denominator.

    Args:
        cells: One row a cell; true counts, rows of 0 written out.
        hierarchy: The columns that tell cells apart, with how their values add up.
        measures: Counts of persons.
        derived: Values that follow from the counts of their own cell: rate, interval, expected,
            shrunken. What mixes counts of other cells is not protected by hiding this one.
        labels: Columns that say nothing about counts, such as a unit.
        threshold: Fewest persons of a published cell.
        rounding: Base that published counts are rounded to; None publishes them as they are.
        derive: Takes the table with rounded counts and gives ``derived`` from them; needed with
            rounding, since a rate of the true count would give it back.
        earlier: Releases that readers have.
        every_cell: Attack every hidden cell by linear and integer programming however large the
            table is. Tables of up to ``EXACT_CELLS`` cells always are; of larger ones it is each
            small cell that is proved safe, which takes a fraction of the time.

    Raises:
        UnsafeTable: No choice of hidden cells is safe.
        DataError: The table is not what its hierarchy says, or does not fit an earlier release.
        UsageError: Columns that nobody declared, or parameters without meaning.

    >>> from workbench.methods.disclosure.dimension import additive
    >>> cells = pd.DataFrame({"age": ["0-19", "20-59", "60+", "all"], "cases": [4, 40, 56, 100]})
    >>> hierarchy = {"age": additive(["0-19", "20-59", "60+"])}
    >>> publish(cells, hierarchy, measures=["cases"]).table["cases"].astype("string").tolist()
    [<NA>, <NA>, '56', '100']
    """
    check_whole("threshold", threshold, 2)
    check_base(rounding, threshold)
    _check_columns(cells, hierarchy, measures, derived, labels)
    if rounding is not None and derived and derive is None:
        raise UsageError(
            f"{', '.join(derived)} of true counts give the rounded ones back",
            remedy="give derive, which computes them from the rounded table",
        )
    table = read_table(cells, hierarchy, measures)
    unknown = unknown_values(table, hierarchy)
    if unknown:
        raise DataError("the hierarchy does not know some values", problems=unknown)
    check_relations(table, hierarchy)
    found = [
        measured(table, hierarchy, one, threshold=threshold, rounding=rounding, earlier=earlier)
        for one in measures
    ]
    primary = np.any([one.small[: len(table)] for one in found], axis=0)
    hidden, proofs = _protected(found, primary, _cost(table))
    proofs = None if every_cell else proofs
    audit, bounds = audited(
        found, hidden, primary, threshold=threshold, rounding=rounding, proofs=proofs
    )
    shown = _shown(cells, table, hidden, rounding, derived, derive)
    return Published(shown.assign(**_ranges(found, hidden, bounds)), audit)


def _protected(
    found: Sequence[Measured], primary: Mask, cost: np.ndarray
) -> tuple[Mask, Sequence[Proof] | None]:
    """Return the cells to hide; of a large table with the proofs that the audit goes over."""
    if len(primary) <= EXACT_CELLS:
        return protect(found, primary, cost), None
    done = protect_in_bulk(found, primary, cost)
    return done.hidden, done.proofs


def _check_columns(
    cells: pd.DataFrame,
    hierarchy: Mapping[str, Dimension],
    measures: Sequence[str],
    derived: Sequence[str],
    labels: Sequence[str],
) -> None:
    """Refuse columns nobody declared: one of them may give a hidden count back."""
    declared = {*hierarchy, *measures, *derived, *labels}
    rest = [str(name) for name in cells.columns if name not in declared]
    if rest:
        raise UsageError(
            f"nobody said what {', '.join(rest)} is",
            remedy="name it as dimension, measure, derived value or label, or drop it",
        )


def _cost(table: Table) -> np.ndarray:
    """Return what hiding each cell costs: large counts are missed more, by their logarithm."""
    return np.asarray(np.sum([1 + np.log1p(counts) for counts in table.counts.values()], axis=0))


def _shown(
    cells: pd.DataFrame,
    table: Table,
    hidden: Mask,
    rounding: int | None,
    derived: Sequence[str],
    derive: Callable[[pd.DataFrame], pd.DataFrame] | None,
) -> pd.DataFrame:
    """Return the table without any value of the hidden cells."""
    shown = cells.reset_index(drop=True).copy()
    for name, counts in table.counts.items():
        kept = rounded(counts.astype(np.float64), rounding).astype(np.int64)
        shown[name] = pd.array(kept, dtype="Int64")
        shown.loc[hidden, name] = pd.NA
    if derive is not None:
        shown = derive(shown)
    for name in derived:
        shown[name] = shown[name].mask(pd.Series(hidden, index=shown.index))
    return shown.assign(masked=hidden)


def _ranges(
    found: Sequence[Measured], hidden: Mask, bounds: Mapping[str, tuple[np.ndarray, np.ndarray]]
) -> dict[str, np.ndarray]:
    """Return the columns of what a reader can work out of each count."""
    columns = {}
    for one in found:
        known = one.known(hidden)
        for end, open_end, side in (("low", known.low, 0), ("high", known.high, 1)):
            values = open_end[: len(hidden)].copy()
            values[hidden] = bounds[one.name][side]
            columns[f"{one.name}_{end}"] = values
    return columns
