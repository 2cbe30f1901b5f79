"""Understands a labels file somebody has: which column is the key, how the classes are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.challenge.pack.given_answer import add_answer
from workbench.challenge.pack.given_classes import add_label
from workbench.challenge.pack.given_units import add_group, tell_spread
from workbench.challenge.pack.question import Question, check_column
from workbench.errors import DataError, UsageError
from workbench.scoring.keys import key_text
from workbench.scoring.reading import read_table


@dataclass
class Given:
    """A labels file, understood.

    Attributes:
        labels: One row a case in the order of the file: key, unit, centre (if any), and the label
            or the columns of another kind of answer, as text.
        key: Name of the key column.
        unit: Name of the unit column.
        label: Name of the label column; empty where the answer is no class.
        centre: Name of the centre column, if any.
        classes: Class names in order.
        columns: One-hot column: class, where the file is one-hot.
        assumed: What was assumed, in words.
        answer: What is asked for where it is no class, as ``answer`` of a card.
    """

    labels: pd.DataFrame
    key: str
    unit: str
    label: str
    centre: str | None
    classes: list[str]
    columns: dict[str, str] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)
    answer: Mapping[str, Any] | None = None


def understand(path: Path, question: Question) -> Given:
    """Read a labels file.

    Args:
        path: CSV or Parquet: a column of classes, or one column of 0 and 1 a class; or the columns
            of another kind of answer.
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
    unit = add_group(table, found, key, "unit", question.unit, question.unit_pattern)
    taken.add(unit)
    centre = None
    if question.centre is not None or question.centre_pattern is not None:
        centre = add_group(table, found, key, "centre", question.centre, question.centre_pattern)
        taken.add(centre)
        tell_spread(found, unit, centre, assumed)
    if question.answer is not None:
        answer = add_answer(table, found, question.answer, taken)
        return Given(found, key, unit, "", centre, [], {}, assumed, answer)
    label, classes, columns = add_label(table, found, question, taken, assumed)
    return Given(found, key, unit, label, centre, classes, columns, assumed)


def _key(table: pd.DataFrame, question: Question, assumed: list[str]) -> str:
    """Return the key column: the one named, or the first whose values are all different."""
    if question.key is not None:
        check_column(question.key, table, "--key")
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
