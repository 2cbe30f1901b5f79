"""A cohort on disk: ``persons.parquet``, and ``changes.parquet`` where something changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from workbench import storage
from workbench.errors import DataError, Problem, did_you_mean
from workbench.methods.causal.cohort import Cohort

PERSONS, CHANGES = "persons.parquet", "changes.parquet"
_NEEDED = ("person", "treated_day", "end_day", "event", "administrative")
_OPTIONAL = ("centre", "negative_control", "surgery_day")


def write_cohort(cohort: Cohort, folder: Path) -> Path:
    """Write a cohort; :func:`read_cohort` gives it back.

    Args:
        cohort: Its flow is not written.
        folder: Made where it is not there.
    """
    own = {name: getattr(cohort, name) for name in (*_NEEDED, *_OPTIONAL)}
    kept = pd.DataFrame({name: values for name, values in own.items() if values is not None})
    clash = sorted(set(map(str, kept)) & set(map(str, cohort.baseline)))
    if clash:
        raise DataError(f"covariates have the names of other columns: {', '.join(clash)}")
    _write(kept.join(cohort.baseline.reset_index(drop=True)), folder / PERSONS)
    if cohort.time_varying is not None:
        _write(cohort.time_varying, folder / CHANGES)
    return folder


def read_cohort(folder: Path | str) -> Cohort:
    """Read a cohort: every column without a name of its own is a covariate at time zero.

    Columns of ``persons.parquet``: ``person``, ``treated_day`` (missing: never), ``end_day``,
    ``event``, ``administrative``; ``centre``, ``negative_control`` and ``surgery_day`` where there
    are any: see :class:`Cohort`. ``changes.parquet``: ``person``, ``day`` and what changes.

    Raises:
        DataError: A file cannot be read, or lacks a column.
    """
    place = Path(folder)
    persons = _read(place / PERSONS, _NEEDED)
    named = [name for name in (*_NEEDED, *_OPTIONAL) if name in persons]
    there = (place / CHANGES).is_file()

    def optional(name: str, kind: type) -> np.ndarray | None:
        return persons[name].to_numpy(dtype=kind) if name in persons else None

    return Cohort(
        person=persons["person"].to_numpy(dtype=str),
        baseline=persons.drop(columns=named).astype(np.float64),
        treated_day=persons["treated_day"].to_numpy(dtype=np.float64),
        end_day=persons["end_day"].to_numpy(dtype=np.float64),
        event=persons["event"].to_numpy(dtype=np.int8),
        administrative=persons["administrative"].to_numpy(dtype=np.bool_),
        centre=optional("centre", str),
        time_varying=_read(place / CHANGES, ("person", "day")) if there else None,
        negative_control=optional("negative_control", np.int8),
        surgery_day=optional("surgery_day", np.float64),
    )


def _write(table: pd.DataFrame, path: Path) -> None:
    """Write a table; text columns as text."""
    text = {name: str for name in ("person", "centre") if name in table}
    storage.write_bytes(path, table.astype(text).to_parquet(index=False, compression="zstd"))


def _read(path: Path, needed: tuple[str, ...]) -> pd.DataFrame:
    """Return a table, or say what is missing."""
    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise DataError(
            "this is no table of a cohort", where=str(path), remedy=f"write {path.name} as Parquet"
        ) from error
    problems = [
        Problem("missing-column", f"there is no column '{name}'", path.name, hint)
        for name in needed
        if name not in table
        for hint in [did_you_mean(name, [str(column) for column in table]) or "add the column"]
    ]
    if problems:
        raise DataError("the cohort lacks columns", where=str(path), problems=problems)
    return table
