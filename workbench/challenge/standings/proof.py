"""Compute a published report again and say what differs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.audit.record import Link
from workbench.challenge.standings.course import Cards
from workbench.challenge.standings.extract import follow
from workbench.challenge.standings.groups import GroupTable
from workbench.challenge.standings.report import (
    EVENTS,
    GROUPS,
    MANIFEST,
    PAGE,
    READ_ME,
    SCHEMA,
    Render,
    Result,
    manifest,
    result_files,
    result_of,
)
from workbench.challenge.store.rebuild import Tables
from workbench.digests import of_bytes
from workbench.errors import DataError, Problem, WorkbenchError
from workbench.scoring import Challenge

_REMEDY = "get the report again from whoever published it"
_NOT_COMPARED = ("versions", "files")


@dataclass(frozen=True)
class Proof:
    """What computing a report again found.

    Attributes:
        challenge: Id of the challenge.
        digest: sha256 of the manifest: compare it with the one announced.
        head: Last event of the report.
        checked: What was computed again, in words.
        problems: Everything that differs; empty when the report is identical.
        notes: What could not be computed here, and why.
    """

    challenge: str
    digest: str
    head: Link
    checked: list[str]
    problems: list[Problem]
    notes: list[str]


def verify_report(
    folder: Path | str,
    *,
    render: Render | None = None,
    labels: Path | str | None = None,
    files: Path | str | None = None,
    announced: str | None = None,
) -> Proof:
    """Compute a report again from the log in it, without the store that made it.

    Args:
        folder: The report.
        render: Makes the page; it is only held against its digest where not given.
        labels: Folder of the labels: with ``files``, every score is computed again too.
        files: Folder of submitted files, found by their sha256.
        announced: The digest the organiser announced.

    Raises:
        DataError: The folder holds no report that can be read.
    """
    folder = Path(folder)
    content, stated = _manifest(folder)
    problems = _announced(of_bytes(content), announced)
    found = dict(_files(folder, stated["files"], problems))
    text = found.get(EVENTS, b"").decode("utf-8", "replace")
    head = Link(int(stated["head"]["seq"]), "", str(stated["head"]["hash"]))
    tables, _, broken = follow(text.splitlines(keepends=True), head)
    problems += broken
    checked, notes = [f"{len(text.splitlines())} records of the event log"], []
    try:
        cards = _cards(found)
        result = result_of(tables, cards, stated["challenge"], _groups(found))
        problems += _compare(stated, tables, found, result, render)
    except (WorkbenchError, KeyError, ValueError, TypeError) as error:
        message = error.message if isinstance(error, WorkbenchError) else f"{error!r}"
        where = f"report of {stated['challenge']}"
        problems.append(Problem("not-computable", message, where, _REMEDY))
    else:
        checked += _said(result, render)
        if render is None and PAGE in found:
            notes.append(f"{PAGE} was held against its digest only")
        if labels is not None and files is not None:
            from workbench.challenge.standings.scores_again import scores_again

            more = scores_again(tables, cards, stated["challenge"], Path(labels), Path(files))
            problems += more.problems
            notes += more.notes
            checked.append(f"{more.count} scores from labels and submitted files")
        else:
            notes.append("scores were taken from the log; --labels and --files compute them too")
    return Proof(stated["challenge"], of_bytes(content), head, checked, problems, notes)


def _manifest(folder: Path) -> tuple[bytes, dict[str, Any]]:
    """Read the manifest of a report."""
    try:
        content = (folder / MANIFEST).read_bytes()
        stated = json.loads(content)
        if stated["schema"] != SCHEMA:
            raise ValueError(f"schema {stated['schema']!r}, expected {SCHEMA!r}")
        shape = (stated["challenge"], stated["head"]["seq"], stated["head"]["hash"])
        if not all(isinstance(v, str) for v in (*stated["files"].values(), shape[0], shape[2])):
            raise ValueError("its values are not text")
    except OSError as error:
        remedy = "name the folder `workbench challenge close --publish` wrote"
        raise DataError(
            f"no report: {error.strerror}", where=str(folder / MANIFEST), remedy=remedy
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"the manifest is not one of a report: {error}"
        raise DataError(message, where=str(folder / MANIFEST), remedy=_REMEDY) from error
    return content, stated


def _announced(digest: str, announced: str | None) -> list[Problem]:
    """Compare the manifest's digest with the announced one."""
    if announced is None or announced.lower() == digest:
        return []
    message = f"its digest is {digest}, announced was {announced}"
    return [Problem("other-report", message, MANIFEST, "one of the two is not the report")]


def _files(
    folder: Path, stated: Mapping[str, str], problems: list[Problem]
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a report by name; note what is missing, changed or too much."""
    present = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() or path.is_symlink()
    }
    for name in sorted(set(stated) - set(present)):
        problems.append(Problem("file-missing", "the file is missing", name, _REMEDY))
    for name in sorted(set(present) - set(stated) - {MANIFEST}):
        problems.append(Problem("file-added", "no part of the report", name, "remove it"))
    for name in sorted(set(present) & set(stated)):
        if present[name].is_symlink():
            problems.append(Problem("file-changed", "a link, not a file", name, _REMEDY))
            continue
        content = present[name].read_bytes()
        if of_bytes(content) != stated[name]:
            problems.append(Problem("file-changed", "its digest differs", name, _REMEDY))
        yield name, content


def _cards(found: Mapping[str, bytes]) -> Cards:
    """Return what gives the card of a digest, from the files; each proves itself."""
    by_digest = {of_bytes(content): content for name, content in found.items() if "cards/" in name}

    def card(digest: str) -> Challenge:
        if digest not in by_digest:
            raise DataError("the card is missing or changed", where=f"cards/{digest}.json")
        return Challenge.model_validate(json.loads(by_digest[digest]))

    return card


def _groups(found: Mapping[str, bytes]) -> list[GroupTable]:
    """Return the tables of groups as published: they follow from labels, not from the log."""
    return [GroupTable.model_validate(table) for table in json.loads(found.get(GROUPS, b"[]"))]


def _compare(
    stated: Mapping[str, Any],
    tables: Tables,
    found: Mapping[str, bytes],
    result: Result,
    render: Render | None,
) -> Iterator[Problem]:
    """Yield where what was computed again differs from what was published."""
    made = result_files(result, render)
    for name, content in made.items():
        if name not in found:
            yield Problem("file-missing", "it follows from the log and is not there", name, _REMEDY)
        elif content != found[name]:
            yield from _differences(name, found[name], content)
    known = {*made, EVENTS, READ_ME, PAGE}
    for name in sorted(set(found) - known):
        if not name.startswith("cards/"):
            yield Problem("file-added", "it does not follow from the log", name, _REMEDY)
    head = Link(stated["head"]["seq"], "", stated["head"]["hash"])
    again = json.loads(manifest(tables, stated["challenge"], head, {}))
    for key in sorted(set(again) - set(_NOT_COMPARED)):
        if stated.get(key) != again[key]:
            message = f"published {_short(stated.get(key))}, computed {_short(again[key])}"
            yield Problem("differs", message, f"{MANIFEST}, {key}", _REMEDY)


def _differences(name: str, published: bytes, computed: bytes) -> Iterator[Problem]:
    """Yield what differs within a file: the values of a JSON file, else its first line."""
    if name.endswith(".json"):
        try:
            pairs = list(_unequal(json.loads(published), json.loads(computed), ""))
        except ValueError:
            pairs = [("", "no JSON", "JSON")]
        for place, one, other in pairs[:20]:
            message = f"published {_short(one)}, computed {_short(other)}"
            yield Problem("differs", message, f"{name}, {place or 'its layout'}", _REMEDY)
        if pairs:
            return
    lines = zip(published.splitlines(), computed.splitlines(), strict=False)
    number = next((i for i, (a, b) in enumerate(lines, start=1) if a != b), None)
    where = f"{name}, line {number}" if number else name
    yield Problem("differs", "not what follows from the log", where, _REMEDY)


def _unequal(one: Any, other: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield the places where two JSON values differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(set(one) | set(other)):
            here = f"{place}.{key}" if place else str(key)
            yield from _unequal(one.get(key), other.get(key), here)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for i, (a, b) in enumerate(zip(one, other, strict=True)):
            named = a.get("name", i) if isinstance(a, dict) else i
            yield from _unequal(a, b, f"{place}[{named}]")
    elif one != other or type(one) is not type(other):
        yield place, one, other


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _said(result: Result, render: Render | None) -> list[str]:
    """Say what was computed again."""
    ranked = sum(len(board.document.ranked) for board in result.boards.values())
    said = [f"{len(result.boards)} boards with {ranked} ranks, intervals, sets and groups"]
    if result.shake_ups:
        said.append("who moved between the boards")
    return [*said, "the page"] if render else said
