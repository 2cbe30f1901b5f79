"""What must agree between the parts of a data card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from workbench.errors import did_you_mean

if TYPE_CHECKING:
    from workbench.data.card import DataCard, Field, FileSet, Table


class Finding(NamedTuple):
    """One contradiction: where in the card, a stable code, and what is wrong with what to do."""

    keys: tuple[str | int, ...]
    code: str
    message: str


def findings(card: DataCard) -> list[Finding]:
    """Return every contradiction in the card."""
    found = [*_whole_card(card), *_repeated(card.tables, ("tables",), "table")]
    found += _repeated(card.files, ("files",), "file set")
    for index, table in enumerate(card.tables):
        at = ("tables", index)
        found += _repeated(table.fields, (*at, "fields"), "field")
        for position, field in enumerate(table.fields):
            found += _field(field, (*at, "fields", position))
        found += [*_table(card, table, at), *_table_persons(card, table, at)]
    for index, files in enumerate(card.files):
        found += _files(card, files, ("files", index))
    return found


def _whole_card(card: DataCard) -> Iterator[Finding]:
    """Check the keys at the top of the card."""
    if not card.opt_out.applies and not card.opt_out.reason:
        yield Finding(
            ("opt_out", "reason"),
            "opt-out-without-reason",
            "opt-outs are said not to apply, without a reason; write why (anonymous data, ...)",
        )
    for index, name in enumerate(card.label_tables):
        at = ("label_tables", index)
        table = next((table for table in card.tables if table.name == name), None)
        if table is None:
            yield _unknown(at, "table", name, (table.name for table in card.tables))
        elif not table.names("label"):
            message = f"table '{name}' has no field with the role 'label'"
            yield Finding(at, "no-label-field", message)
    yield from _inside(card.manifest, ("manifest",))


def _field(field: Field, at: tuple[str | int, ...]) -> Iterator[Finding]:
    """Check one field: what its type and role ask for."""
    if field.role in ("id", "person", "file") and field.type != "string":
        message = (
            f"field '{field.name}' has the role '{field.role}' and must be of type 'string': "
            "as a number 007 and 7 would be one person"
        )
        yield Finding((*at, "type"), "id-not-string", message)
    if (field.type == "category") != (field.values is not None):
        message = f"field '{field.name}': list the values of a category, and only of a category"
        yield Finding((*at, "values"), "category-values", message)
    limits = [limit for limit in (field.minimum, field.maximum) if limit is not None]
    if limits and field.type not in ("integer", "number"):
        message = f"field '{field.name}' is no number and cannot have a minimum or maximum"
        yield Finding(at, "limits-without-number", message)
    if limits != sorted(limits):
        yield Finding(at, "limits-crossed", f"field '{field.name}': minimum is above maximum")


def _table(card: DataCard, table: Table, at: tuple[str | int, ...]) -> Iterator[Finding]:
    """Check that a table's key, split and path mean something, and that no label is exposed."""
    columns = [field.name for field in table.fields]
    yield from _inside(table.path, (*at, "path"))
    for position, column in enumerate(table.key):
        if column not in columns:
            yield _unknown((*at, "key", position), "field", column, columns)
    if table.splits is not None and table.splits not in columns:
        yield _unknown((*at, "splits"), "field", table.splits, columns)
    if table.splits in columns and not _names_splits(card, table.field(table.splits)):
        message = (
            f"field '{table.splits}' says the split of each row: it must be a category whose "
            f"values are among the card's splits ({', '.join(card.splits) or 'none'})"
        )
        yield Finding((*at, "splits"), "splits-field", message)
    yield from _split(card, table.split, at, f"table '{table.name}'", bool(table.names("label")))


def _table_persons(card: DataCard, table: Table, at: tuple[str | int, ...]) -> Iterator[Finding]:
    """Check that each row's person can be told, so that opt-outs can be applied."""
    persons = table.names("person")
    if len(persons) > 1:
        message = f"table '{table.name}' has several person fields: {', '.join(persons)}"
        yield Finding((*at, "fields"), "several-person-fields", message)
    elif persons and persons[0] != card.person_key:
        message = (
            f"the person field is '{persons[0]}', but person_key is '{card.person_key}'; "
            "use one name in all tables"
        )
        yield Finding((*at, "fields"), "person-key", message)
    elif not persons and table.person_from is not None:
        yield from _person_from(card, table, at)
    elif not persons and table.about_persons:
        message = (
            f"table '{table.name}' does not say which person a row is about, so opt-outs cannot be "
            "applied; give a field the role 'person', name person_from, or say about_persons: false"
        )
        yield Finding(at, "table-without-person", message)


def _person_from(card: DataCard, table: Table, at: tuple[str | int, ...]) -> Iterator[Finding]:
    """Check the table that says whose rows these are."""
    tables = {other.name: other for other in card.tables}
    other = tables.get(str(table.person_from))
    if other is None:
        yield _unknown((*at, "person_from"), "table", str(table.person_from), tables)
        return
    columns = {field.name for field in table.fields}
    if other.person is None or not other.key or not columns.issuperset(other.key):
        message = (
            f"table '{other.name}' cannot say whose rows these are: it needs a person field, and "
            f"its key ({', '.join(other.key)}) must stand in '{table.name}' too"
        )
        yield Finding((*at, "person_from"), "person-from", message)


def _files(card: DataCard, files: FileSet, at: tuple[str | int, ...]) -> Iterator[Finding]:
    """Check that each file's person can be told, and that no truth is exposed."""
    yield from _inside(files.pattern, (*at, "pattern"))
    yield from _split(card, files.split, at, f"file set '{files.name}'", files.holds == "label")
    tables = {table.name: table for table in card.tables}
    if files.person_from is None:
        if files.about_persons and not card.ad_hoc:
            message = (
                f"file set '{files.name}' does not say whose files these are, so opt-outs cannot "
                "be applied; name person_from, or say about_persons: false"
            )
            yield Finding(at, "files-without-person", message)
    elif files.person_from not in tables:
        yield _unknown((*at, "person_from"), "table", files.person_from, tables)
    else:
        table = tables[files.person_from]
        if table.person is None or not table.names("file"):
            message = f"table '{table.name}' needs a person field and a field of the role 'file'"
            yield Finding((*at, "person_from"), "person-from", message)


def _split(
    card: DataCard, split: str | None, at: tuple[str | int, ...], what: str, labels: bool
) -> Iterator[Finding]:
    """Check the split a whole table or file set belongs to."""
    if split is None:
        return
    if split not in card.splits:
        yield _unknown((*at, "split"), "split", split, card.splits)
    elif labels and card.splits[split].hidden:
        message = (
            f"{what} gives the labels of the hidden split '{split}' away; "
            "keep them outside the data set, with the organiser"
        )
        yield Finding((*at, "split"), "label-of-hidden-split-exposed", message)


def _names_splits(card: DataCard, field: Field) -> bool:
    """Say whether every value of this field is a split of the card."""
    return field.values is not None and set(field.values) <= set(card.splits)


def _repeated(
    parts: Iterable[Table | FileSet | Field], at: tuple[str | int, ...], what: str
) -> Iterator[Finding]:
    """Check that names are unique."""
    seen: set[str] = set()
    for index, part in enumerate(parts):
        if part.name in seen:
            message = f"there are two {what}s named '{part.name}'"
            yield Finding((*at, index, "name"), "duplicate-name", message)
        seen.add(part.name)


def _inside(path: str, at: tuple[str | int, ...]) -> Iterator[Finding]:
    """Check that a path stays inside the data set's folder."""
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts or "\\" in path:
        message = f"'{path}' must be a path inside the data set's folder, with forward slashes"
        yield Finding(at, "path-outside", message)


def _unknown(at: tuple[str | int, ...], what: str, name: str, known: Iterable[str]) -> Finding:
    """Return the finding for a name that does not exist, with the closest that do."""
    known = sorted(known)
    hint = did_you_mean(name, known) or f"known: {', '.join(known) or 'none'}"
    return Finding(at, f"unknown-{what}", f"there is no {what} '{name}'; {hint}")
