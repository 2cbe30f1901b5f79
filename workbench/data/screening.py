"""Apply the opt-outs to a data set's persons and files before anything else sees them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from pathlib import PurePosixPath
from typing import NamedTuple

from workbench.data.adhoc import Bundle
from workbench.data.card import DataCard
from workbench.data.manifest import Entry, check_manifest, compute_manifest
from workbench.data.opt_out_match import check_matches
from workbench.data.patterns import matching
from workbench.data.rows import Rows
from workbench.errors import DataError, Problem


class Screened(NamedTuple):
    """What is left of a data set.

    Attributes:
        entries: Files that may be used.
        owners: Person of each of these files, where it is known.
        persons: How many persons are left; None when the data set does not tell persons.
        left_out: Pseudonyms of the persons left out, sorted.
    """

    entries: tuple[Entry, ...]
    owners: dict[str, str]
    persons: int | None
    left_out: tuple[str, ...]


def screen(bundle: Bundle, rows: Rows) -> Screened:
    """Check the files against the manifest and leave out those of persons who opted out.

    Args:
        bundle: The data set.
        rows: Its rows; ``rows.opted_out`` are the pseudonyms to leave out.

    Raises:
        DataError: Files are missing, changed, extra or of nobody known, or the opt-out list does
            not fit the data; all problems are listed.
    """
    card = bundle.card
    entries, problems = _entries(bundle)
    tables = {table.path for table in card.tables}
    if {problem.where for problem in problems} & _at(bundle, tables):
        raise _refusal(
            bundle, problems
        )  # what a broken table says about persons counts for nothing
    persons, owners = rows.persons(), rows.owners()
    check_matches(card, persons, rows.opted_out)
    names = [entry.file for entry in entries]
    gone = {file for file, its_persons in owners.items() if its_persons & rows.opted_out}
    if card.ad_hoc:
        gone |= {name for name in names if _parts(name) & rows.opted_out}
    # Whoever honours an opt-out by deleting the person's files must still be able to open the rest.
    problems = [p for p in problems if p.code != "missing-file" or p.where not in _at(bundle, gone)]
    problems += _unclear_owners(card, set(names) - tables, owners)
    problems += _absent_files(names, owners, gone)
    if problems:
        raise _refusal(bundle, problems)
    return Screened(
        tuple(entry for entry in entries if entry.file not in gone),
        {file: person for file, (person,) in owners.items() if file not in gone},
        len(persons - rows.opted_out) if card.person_key else None,
        tuple(sorted((persons | set().union(*map(_parts, gone))) & rows.opted_out)),
    )


def _entries(bundle: Bundle) -> tuple[list[Entry], list[Problem]]:
    """Return the checked manifest; the one computed now when the card is ad hoc."""
    if bundle.files is not None:
        return compute_manifest(bundle.folder, bundle.files), []
    return check_manifest(bundle.folder, bundle.card.manifest)


def _refusal(bundle: Bundle, problems: list[Problem]) -> DataError:
    """Return the error for files that are not as described."""
    message = f"the files of '{bundle.card.name}' are not those its card and manifest describe"
    return DataError(message, where=str(bundle.folder), problems=problems)


def _parts(name: str) -> set[str]:
    """Return what a loose file's person may be called by: its stem and its folders' names."""
    path = PurePosixPath(name)
    return {path.name, path.stem, *path.parent.parts}


def _at(bundle: Bundle, files: set[str]) -> set[str]:
    """Return the places by which problems name these files."""
    return {str(bundle.folder / file) for file in files}


def _unclear_owners(
    card: DataCard, names: Set[str], owners: Mapping[str, set[str]]
) -> list[Problem]:
    """Return the files about persons that no table, or more than one person, lays claim to."""
    problems = [
        Problem(
            "file-without-person",
            f"table '{files.person_from}' does not say whose file this is",
            name,
            "add the file to the table, or remove it from the data set",
        )
        for files in card.files
        if files.person_from
        for name in matching(names, files.pattern)
        if name not in owners
    ]
    for file, persons in owners.items():
        if len(persons) > 1:
            message = f"the tables say it is of {len(persons)} persons, so no opt-out is certain"
            problems.append(Problem("file-of-two-persons", message, file, "name one person"))
    return problems


def _absent_files(
    names: list[str], owners: Mapping[str, set[str]], gone: set[str]
) -> list[Problem]:
    """Return the files a table names that are not there."""
    return [
        Problem("absent-file", "a table names this file, but it is not there", file)
        for file in sorted(owners.keys() - set(names) - gone)
    ]
