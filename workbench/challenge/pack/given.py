"""Understands a labels file somebody has: which column is the key, how the classes are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from workbench.errors import DataError, UsageError, did_you_mean
from workbench.scoring.cells import numbers
from workbench.scoring.keys import key_text
from workbench.scoring.reading import read_table

_LABEL_NAMES = ("label", "class", "target", "diagnosis", "y", "outcome", "grade")
_MOST_CLASSES = 50


@dataclass(frozen=True)
class Question:
    """What the organiser says about his file; what is None is looked for.

    Attributes:
        key: Column of the cases.
        label: Column of the classes; None also where the classes are one-hot columns.
        unit: Column of the units; with a pattern the name it gets.
        unit_pattern: Regular expression that finds the unit in the key.
        centre: Column of the centres; with a pattern the name it gets.
        centre_pattern: Regular expression that finds the centre in the key.
        classes: Class names from harmless to grave; for one-hot columns in their order.
    """

    key: str | None = None
    label: str | None = None
    unit: str | None = None
    unit_pattern: str | None = None
    centre: str | None = None
    centre_pattern: str | None = None
    classes: tuple[str, ...] = ()


@dataclass
class Given:
    """A labels file, understood.

    Attributes:
        labels: One row a case in the order of the file: key, unit, centre (if any), label, as text.
        key: Name of the key column.
        unit: Name of the unit column.
        label: Name of the label column.
        centre: Name of the centre column, if any.
        classes: Class names in order.
        columns: One-hot column: class, where the file is one-hot.
        assumed: What was assumed, in words.
    """

    labels: pd.DataFrame
    key: str
    unit: str
    label: str
    centre: str | None
    classes: list[str]
    columns: dict[str, str] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)


def understand(path: Path, question: Question) -> Given:
    """Read a labels file.

    Args:
        path: CSV or Parquet: a column of classes, or one column of 0 and 1 a class.
        question: What is known of it.

    Raises:
        UsageError: Whose each case is was not said, or a column cannot be told.
        DataError: The file is broken, or a case has no unit.
    """
    raw = read_table(path)
    if raw.problems:
        raise DataError("the labels file is broken", where=str(path), problems=raw.problems)
    table = raw.frame.map(key_text)
    if table.empty:
        raise DataError("the labels file has no row", where=str(path))
    assumed: list[str] = []
    key = _key(table, question, assumed)
    if question.unit is None and question.unit_pattern is None:
        raise UsageError(
            "whose each case is was not said, and is never assumed",
            where=str(path),
            remedy=f"--unit COLUMN, or --unit-pattern REGEX on {key}; --unit {key} where every "
            "case is a person of its own",
        )
    taken = {key}
    found = pd.DataFrame({key: table[key]})
    unit = _derived(table, found, key, "unit", question.unit, question.unit_pattern)
    taken.add(unit)
    centre = None
    if question.centre is not None or question.centre_pattern is not None:
        centre = _derived(table, found, key, "centre", question.centre, question.centre_pattern)
        taken.add(centre)
        _tell_spread(found, unit, centre, assumed)
    label, classes, columns = _label(table, found, question, taken, assumed)
    return Given(found, key, unit, label, centre, classes, columns, assumed)


def _key(table: pd.DataFrame, question: Question, assumed: list[str]) -> str:
    """Return the key column: the one named, or the first whose values are all different."""
    if question.key is not None:
        _known(question.key, table, "--key")
        key = question.key
    else:
        unique = [str(c) for c in table if table[c].is_unique and c != question.label]
        if not unique:
            raise UsageError("no column has a different value in every row", remedy="--key COLUMN")
        key = next((c for c in unique if c != question.unit), unique[0])
        assumed.append(f"'{key}' is the key: its values are all different")
    twice = table[key][table[key].duplicated()]
    if len(twice) or (table[key] == "").any():
        what = f"'{twice.iloc[0]}' stands twice" if len(twice) else "a key is empty"
        raise DataError(f"'{key}' cannot be the key: {what}", remedy="--key COLUMN")
    return key


def _derived(
    table: pd.DataFrame,
    found: pd.DataFrame,
    key: str,
    part: str,
    column: str | None,
    pattern: str | None,
) -> str:
    """Put the unit or centre beside the key: a column as it is, or found in the key."""
    if pattern is None:
        assert column is not None, "a column or a pattern is given"
        _known(column, table, f"--{part}")
        found[column] = table[column]
        empty = table[key][table[column] == ""]
        if len(empty):
            message = f"{len(empty)} cases have no {part}, such as {empty.iloc[0]}"
            raise DataError(message, where=f"column {column}")
        return column
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise UsageError(f"--{part}-pattern is no regular expression: {error}") from error
    values = [compiled.search(name) for name in table[key]]
    missed = [name for name, value in zip(table[key], values, strict=True) if value is None]
    if missed:
        shown = ", ".join(missed[:5])
        raise DataError(
            f"{len(missed)} keys do not follow --{part}-pattern {pattern}: {shown}",
            where=f"column {key}",
            remedy=f"widen the pattern: every case needs its {part}",
        )
    name = column or part
    if name == key:
        raise UsageError(f"'{name}' is the key", remedy=f"--{part} NAME for the new column")
    found[name] = ["_".join(v.groups("")) or v[0] for v in values if v is not None]
    return name


def _tell_spread(found: pd.DataFrame, unit: str, centre: str, assumed: list[str]) -> None:
    """Tell of units that stand in several centres: one person, or two with the same number."""
    if unit == centre:
        return
    centres = found.groupby(unit)[centre].nunique()
    spread = centres[centres > 1]
    if len(spread):
        assumed.append(
            f"{len(spread)} values of '{unit}' stand in several centres, such as "
            f"{spread.index[0]}: they count as one {unit} each; if numbers start again in every "
            "centre, let the pattern take the centre too"
        )


def _label(
    table: pd.DataFrame,
    found: pd.DataFrame,
    question: Question,
    taken: set[str],
    assumed: list[str],
) -> tuple[str, list[str], dict[str, str]]:
    """Put the class beside the key; return its column, the classes and the one-hot columns."""
    left = [str(column) for column in table if column not in taken]
    if question.label is None:
        hot = _one_hot(table, left)
        if hot:
            return _from_one_hot(table, found, hot, question, assumed)
    label = question.label or _label_column(table, left, assumed)
    _known(label, table, "--label")
    present = sorted(set(table[label]), key=_in_order)
    found[label] = table[label]
    if "" in present:
        raise DataError(f"{int((table[label] == '').sum())} cases have no class", where=label)
    if question.classes:
        unknown = [name for name in present if name not in question.classes]
        if unknown:
            hint = did_you_mean(unknown[0], question.classes)
            raise UsageError(f"'{unknown[0]}' is not in --classes; {hint}".rstrip("; "))
        return label, list(question.classes), {}
    if len(present) > _MOST_CLASSES:
        message = f"column '{label}' has {len(present)} different values"
        raise UsageError(message, remedy="--label COLUMN with a class a case, or --classes")
    assumed.append(
        f"the classes are {', '.join(present)}, in this order from harmless to grave (--classes)"
    )
    return label, present, {}


def _from_one_hot(
    table: pd.DataFrame,
    found: pd.DataFrame,
    hot: list[str],
    question: Question,
    assumed: list[str],
) -> tuple[str, list[str], dict[str, str]]:
    """Turn columns of 0 and 1 into one column of classes."""
    if question.classes and len(question.classes) != len(hot):
        message = (
            f"--classes names {len(question.classes)}, the file has {len(hot)} one-hot columns"
        )
        raise UsageError(message, remedy=f"one name for each of {', '.join(hot)}")
    classes = list(question.classes) or hot
    values = pd.DataFrame({name: numbers(table[name].tolist()) for name in hot}).to_numpy()
    label = next(name for name in ("label", "class", "answer") if name not in found)
    found[label] = [classes[place] for place in values.argmax(axis=1)]
    assumed.append(f"columns {', '.join(hot)} are one-hot: classes {', '.join(classes)}, in order")
    return label, classes, dict(zip(hot, classes, strict=True))


def _one_hot(table: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """Return the columns of 0 and 1 that sum to 1 in every row, if they are two or more."""
    binary = [name for name in columns if set(table[name]) <= {"0", "1", "0.0", "1.0"}]
    if len(binary) < 2:
        return []
    values = pd.DataFrame({name: numbers(table[name].tolist()) for name in binary})
    return binary if bool((values.sum(axis=1) == 1).all()) else []


def _label_column(table: pd.DataFrame, columns: Sequence[str], assumed: list[str]) -> str:
    """Return the column of classes by its name, or the only one it can be."""
    named = [c for c in columns if c.casefold() in _LABEL_NAMES]
    few = [c for c in columns if 2 <= table[c].nunique() <= _MOST_CLASSES]
    chosen = named if len(named) == 1 else few
    if len(chosen) != 1:
        known = ", ".join(chosen or columns) or "none is left"
        raise UsageError(f"the column of classes cannot be told: {known}", remedy="--label COLUMN")
    assumed.append(f"'{chosen[0]}' is the class")
    return chosen[0]


def _known(column: str, table: pd.DataFrame, option: str) -> None:
    """Check that a named column is there."""
    header = [str(name) for name in table.columns]
    if column not in header:
        hint = did_you_mean(column, header) or f"found: {', '.join(header)}"
        raise UsageError(f"{option}: there is no column '{column}'; {hint}")


def _in_order(name: str) -> tuple[float, str]:
    """Sort numbers by value, other names by their letters."""
    try:
        return float(name), ""
    except ValueError:
        return float("inf"), name
