"""Cases: what a model learns from and predicts on. One row a case, one input a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from workbench.errors import DataError, Problem

Kind = Literal["bags", "table"]
_MOST_NAMED = 20


@dataclass(frozen=True)
class Bag:
    """The tiles of one case, as features: an unordered set that shares one label.

    Attributes:
        features: float32 (n_tiles, n_features).
        coords: Where each tile lies, (n_tiles, 2) level-0 pixels x0, y0; None when unknown.
        row: What is known of the case beside its tiles, float (n_row_features,); None for nothing.
    """

    features: np.ndarray
    coords: np.ndarray | None = None
    row: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.features)


@dataclass(frozen=True)
class Cases:
    """A set of cases with their inputs, ready for any model of the same kind.

    Attributes:
        table: One row a case; columns ``case`` (str), ``person`` (str), ``label`` where known,
            ``time`` and ``event`` for survival; the index is renumbered.
        inputs: Case id to input: a ``Bag`` (``bags``) or a float row (n_features,) (``table``).
        kind: ``bags`` or ``table``.
        classes: Ordered class names; empty for survival.
        features: Names of the features, in column order.
        row_features: Names of what the ``row`` of each bag holds; empty where bags have none.
    """

    table: pd.DataFrame
    inputs: Mapping[str, Any]
    kind: Kind
    classes: tuple[str, ...]
    features: tuple[str, ...]
    row_features: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        absent = [name for name in ("case", "person") if name not in self.table.columns]
        if absent:
            raise DataError(
                f"a table of cases needs the columns case and person; {', '.join(absent)} missing",
                where=f"columns: {', '.join(map(str, self.table.columns))}",
            )
        object.__setattr__(self, "table", self.table.reset_index(drop=True))

    def __len__(self) -> int:
        return len(self.table)

    @property
    def ids(self) -> list[str]:
        """Case ids in row order."""
        return [str(case) for case in self.table["case"]]

    def subset(self, case_ids: Iterable[str]) -> Cases:
        """Return the named cases, in the order of the names.

        Raises:
            DataError: A name is not among these cases.
        """
        wanted = [str(case) for case in case_ids]
        row_of = {case: row for row, case in enumerate(self.ids)}
        unknown = [case for case in wanted if case not in row_of]
        if unknown:
            raise DataError(f"no such case: {_some(unknown)}", where=f"{len(self)} cases")
        table = self.table.iloc[[row_of[case] for case in wanted]]
        inputs = {case: self.inputs[case] for case in wanted if case in self.inputs}
        return replace(self, table=table, inputs=inputs)

    def joined(self, other: Cases) -> Cases:
        """Return these cases followed by others of the same kind, classes and features."""
        table = pd.concat([self.table, other.table], ignore_index=True)
        inputs = {**self.inputs, **other.inputs}
        return replace(self, table=table, inputs=inputs)

    def labels(self) -> np.ndarray:
        """Return the class index of every case, int64 (n,).

        Raises:
            DataError: A label is absent or no class name.
        """
        if "label" not in self.table.columns:
            raise DataError("the cases carry no labels", remedy="pass cases with a column label")
        index = {name: number for number, name in enumerate(self.classes)}
        found = [index.get(str(label), -1) for label in self.table["label"]]
        problems = [
            Problem("unknown-label", f"label {label!r} is none of {', '.join(self.classes)}", case)
            for case, label, number in zip(self.ids, self.table["label"], found, strict=True)
            if number < 0
        ]
        if problems:
            raise DataError("labels do not fit the classes", problems=problems)
        return np.asarray(found, dtype=np.int64)

    def matrix(self) -> np.ndarray:
        """Return the rows of kind ``table`` stacked: float64 (n_cases, n_features)."""
        if not len(self):
            return np.empty((0, len(self.features)))
        return np.stack([np.asarray(self.inputs[case], dtype=np.float64) for case in self.ids])

    def bag_rows(self) -> np.ndarray:
        """Return the rows beside the tiles, stacked: float64 (n_cases, n_row_features)."""
        if not self.row_features:
            return np.empty((len(self), 0))
        return np.stack([np.asarray(self.inputs[case].row, dtype=np.float64) for case in self.ids])

    def check(self) -> None:
        """Check every input against the kind and the features.

        Raises:
            DataError: Names every case with its problem: ``no-cases``, ``duplicate-case``,
                ``missing-input``, ``missing-row``, ``empty-bag``, ``wrong-shape`` or
                ``not-finite``.
        """
        if not len(self):
            raise DataError("there is no case left [no-cases]", remedy="check splits and filters")
        twice = self.table["case"][self.table["case"].duplicated()]
        problems = [Problem("duplicate-case", "the case stands twice", str(c)) for c in twice]
        for case in self.ids:
            problem = self._problem(case)
            if problem:
                problems.append(problem)
        if problems:
            raise DataError(
                f"{len(problems)} of {len(self)} cases cannot be used",
                problems=problems,
                remedy="exclude these cases, with the reason, or mend their features",
            )

    def _problem(self, case: str) -> Problem | None:
        """Return what is wrong with one case's input, or None."""
        if case not in self.inputs:
            return Problem("missing-input", "there is a row but no input", case)
        bags = self.kind == "bags"
        values = np.asarray(self.inputs[case].features if bags else self.inputs[case])
        if bags and values.shape[:1] == (0,):
            return Problem("empty-bag", "the case has no tile", case, "exclude it, with the reason")
        expected = ("n_tiles", len(self.features)) if bags else (len(self.features),)
        if values.ndim != len(expected) or values.shape[-1] != len(self.features):
            text = f"features have shape {values.shape}, expected {expected}".replace("'", "")
            return Problem("wrong-shape", text, case)
        if not np.isfinite(values).all():
            return Problem("not-finite", "a feature is NaN or infinite", case)
        return self._row_problem(case) if bags and self.row_features else None

    def _row_problem(self, case: str) -> Problem | None:
        """Return what is wrong with the row beside one case's tiles, or None."""
        row = self.inputs[case].row
        if row is None:
            return Problem("missing-row", "there are tiles but no row beside them", case)
        values, expected = np.asarray(row, dtype=np.float64), (len(self.row_features),)
        if values.shape != expected:
            return Problem(
                "wrong-shape", f"the row has shape {values.shape}, expected {expected}", case
            )
        if not np.isfinite(values).all():
            return Problem("not-finite", "a value of the row is NaN or infinite", case)
        return None


def _some(names: list[str]) -> str:
    """Return the first few names and how many more there are."""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
