"""How the classes stand in a labels file: one column of names, or one column of 0 and 1 a class."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench.challenge.pack.question import Question, check_column
from workbench.errors import DataError, UsageError, did_you_mean
from workbench.scoring.cells import numbers

_LABEL_NAMES = ("label", "class", "target", "diagnosis", "y", "outcome", "grade")
_MOST_CLASSES = 50


def add_label(
    table: pd.DataFrame,
    found: pd.DataFrame,
    question: Question,
    taken: set[str],
    assumed: list[str],
) -> tuple[str, list[str], dict[str, str]]:
    """Put the class beside the key.

    Args:
        table: The labels file, all as text.
        found: What is known so far; gets a column.
        question: What the organiser says.
        taken: Columns that mean something else.
        assumed: Gets what was assumed, in words.

    Returns:
        The column, the classes in order, and the class of each one-hot column.

    Raises:
        UsageError: The column of classes cannot be told.
        DataError: A case has no class.
    """
    left = [str(column) for column in table if column not in taken]
    if question.label is None:
        hot = _one_hot(table, left)
        if hot:
            return _from_one_hot(table, found, hot, question, assumed)
    label = question.label or _label_column(table, left, assumed)
    check_column(label, table, "--label")
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
    if not all(_is_number(name) for name in present):
        # Which class is positive, and which error is grave, hangs on the order: never the alphabet.
        raise UsageError(
            f"the order of the classes {', '.join(present)} cannot be told",
            where=label,
            remedy=f"--classes {','.join(present)} in the order from harmless to grave",
        )
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


def _is_number(name: str) -> bool:
    """Say whether a class is named by a number."""
    return _in_order(name)[1] == ""


def _in_order(name: str) -> tuple[float, str]:
    """Sort numbers by value, other names by their letters."""
    try:
        return float(name), ""
    except ValueError:
        return float("inf"), name
