"""Refuse a data set that gives the labels of a hidden split away.

The card shows it where a whole table or file set belongs to a hidden split; the rows show it here.
The rows named in the error carry no label, and no number of them goes into the log.
"""

from __future__ import annotations

from collections.abc import Iterable

from workbench.data.card import DataCard, Table
from workbench.data.columns import literal, quoted
from workbench.data.patterns import matching
from workbench.data.row_checks import ROW
from workbench.data.rows import Rows
from workbench.errors import DataError, Problem

_CODE = "label-of-hidden-split-exposed"
_REMEDY = "take the labels out; they stay with the organiser, outside the data set"
_MOST = 20


def refuse_exposed_labels(card: DataCard, rows: Rows, files: Iterable[str]) -> None:
    """Check every table with a label, and every file set that holds labels.

    Args:
        card: The data set's card.
        rows: The rows that may be used.
        files: The files that may be used.

    Raises:
        DataError: A label of a hidden split is in the data set.
    """
    hidden = [name for name, split in card.splits.items() if split.hidden]
    if not hidden:
        return
    names = f"({', '.join(literal(name) for name in hidden)})"
    problems = [
        Problem(_CODE, "the row holds the label of a hidden split", f"{table.path}, row {row}")
        for table in card.tables
        if table.names("label")
        for row in _exposed_rows(card, rows, table, names)[:_MOST]
    ]
    problems += [
        Problem(_CODE, f"the file is a label of a hidden split ({files_set.name})", file)
        for files_set in card.files
        if files_set.holds == "label" and files_set.person_from
        for file in matching(
            _hidden_files(card.table(files_set.person_from), rows, names) & set(files),
            files_set.pattern,
        )
    ]
    if problems:
        message = f"'{card.name}' gives labels of a hidden split away"
        where = str(rows.folder)
        raise DataError(message, where=where, remedy=_REMEDY, problems=problems)


def _exposed_rows(card: DataCard, rows: Rows, table: Table, hidden: str) -> list[int]:
    """Return the numbers of the rows that hold a label of a hidden split, in order."""
    labelled = " OR ".join(f"{quoted(label)} IS NOT NULL" for label in table.names("label"))
    if table.splits:
        condition = f"({labelled}) AND {quoted(table.splits)} IN {hidden}"
        return sorted(row for (row,) in rows.select(table, quoted(ROW), condition))
    exposed: set[int] = set()
    for other in card.tables:
        shared = _shared_key(table, other) if other.splits else []
        if shared:
            keys = ", ".join(quoted(key) for key in shared)
            in_hidden = f"{quoted(str(other.splits))} IN {hidden}"
            known = set(rows.select(other, keys, in_hidden))
            found = rows.select(table, f"{quoted(ROW)}, {keys}", labelled)
            exposed |= {row for row, *key in found if tuple(key) in known}
    return sorted(exposed)


def _shared_key(table: Table, other: Table) -> list[str]:
    """Return the columns by which the split of a row of ``table`` stands in ``other``."""
    columns = {field.name for field in table.fields}
    if other.key and columns.issuperset(other.key):
        return list(other.key)
    # Splits are by person: where one row of a person is hidden, all of them are.
    return [other.person] if other.person and other.person in columns else []


def _hidden_files(table: Table, rows: Rows, hidden: str) -> set[str]:
    """Return the files that ``table`` names in rows of a hidden split."""
    if not table.splits:
        return set()
    columns = ", ".join(quoted(column) for column in table.names("file"))
    found = rows.select(table, columns, f"{quoted(table.splits)} IN {hidden}")
    return {str(file) for row in found for file in row if file}
