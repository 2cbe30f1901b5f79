"""Prove a split: no person and no content stands on two sides, and no side is empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from workbench.errors import DataError, Problem

_SIDES = ("train", "test", "validation")


def check_disjoint(*sides: Iterable[str], names: Sequence[str] = _SIDES) -> None:
    """Refuse sides that share a person, and empty sides.

    Args:
        sides: The persons of each side: train, test, and validation if there is one.
        names: What the sides are called in the error.

    Raises:
        DataError: A person stands on two sides (``person-on-two-sides``), or a side has no person
            (``empty-split``); all are named.
    """
    sets = {name: set(side) for name, side in zip(names[: max(2, len(sides))], sides, strict=True)}
    problems = [_empty(name) for name, persons in sets.items() if not persons]
    for name, other in _pairs(list(sets)):
        for shared in sorted(sets[name] & sets[other], key=str):
            message = f"person '{shared}' stands in {name} and in {other}"
            problems.append(Problem("person-on-two-sides", message, "", "split by person"))
    if problems:
        raise DataError("the split is not one by person", problems=problems)


def check_content(files_by_side: Mapping[str, pd.DataFrame]) -> None:
    """Refuse the same content under two names on two sides.

    Args:
        files_by_side: For each side a table with the columns ``file`` and ``sha256``, as
            :meth:`workbench.data.OpenedData.files` gives them.

    Raises:
        DataError: A file's content stands on two sides (``content-on-two-sides``); all are named.
    """
    by_content = {
        name: dict(zip(files["sha256"][::-1], files["file"][::-1], strict=True))
        for name, files in files_by_side.items()
    }
    problems = [
        Problem(
            "content-on-two-sides",
            f"{name} file '{by_content[name][sha256]}' and {other} file "
            f"'{by_content[other][sha256]}' have the same content",
            "",
            "remove one of them, or give both to one person",
        )
        for name, other in _pairs(list(by_content))
        for sha256 in sorted(by_content[name].keys() & by_content[other].keys())
    ]
    if problems:
        raise DataError("the same content stands on two sides of the split", problems=problems)


def find_duplicates(files: pd.DataFrame) -> list[Problem]:
    """Return a problem for each file whose content another file holds too (a duplicate slide).

    >>> table = pd.DataFrame({"file": ["a.svs", "b.svs"], "sha256": ["01", "01"]})
    >>> [problem.where for problem in find_duplicates(table)]
    ['b.svs']

    Args:
        files: Table with the columns ``file`` and ``sha256``.
    """
    ordered = files.sort_values("file")
    first = ordered.drop_duplicates("sha256").set_index("sha256")["file"]
    again = ordered[ordered.duplicated("sha256")]
    return [
        Problem(
            "duplicate-content",
            f"the file has the same content as '{first[sha256]}'",
            str(file),
            "remove one of them",
        )
        for file, sha256 in zip(again["file"], again["sha256"], strict=True)
    ]


def _pairs(names: Sequence[str]) -> list[tuple[str, str]]:
    """Return every pair of names once."""
    return [(name, other) for i, name in enumerate(names) for other in names[i + 1 :]]


def _empty(name: str) -> Problem:
    """Return the problem of a side without a person."""
    return Problem("empty-split", f"the {name} side has no person", "", "check the split")
