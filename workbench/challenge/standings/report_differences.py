"""Where a report computed again differs from the published one, down to the value."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.audit.record import Link
from workbench.challenge.standings import course
from workbench.challenge.standings.report import (
    EVENTS,
    MANIFEST,
    PAGE,
    READ_ME,
    Render,
    Result,
    as_json,
    card_name,
    manifest,
    read_me,
    result_files,
)
from workbench.challenge.standings.report_folder import GET_IT_AGAIN
from workbench.challenge.store.rebuild import Tables
from workbench.errors import Problem

_NOT_COMPARED = ("versions", "files")


def differences(
    stated: Mapping[str, Any],
    tables: Tables,
    found: Mapping[str, bytes],
    result: Result,
    render: Render | None,
) -> Iterator[Problem]:
    """Yield where what was computed again differs from what was published."""
    made = result_files(result, render) | {READ_ME: read_me(stated["challenge"])}
    for name, content in made.items():
        if name not in found:
            message = "it follows from the log and is not there"
            yield Problem("file-missing", message, name, GET_IT_AGAIN)
        elif content != found[name]:
            yield from _within(name, found[name], content)
    sets = course.score_sets(tables, stated["challenge"])
    known = {*made, EVENTS, PAGE, *(card_name(row["card_digest"]) for row in sets)}
    for name in sorted(set(found) - known):
        yield Problem("file-added", "it does not follow from the log", name, GET_IT_AGAIN)
    for name in sorted(known - set(found) - {*made, EVENTS, PAGE}):
        yield Problem("file-missing", "a score set was made with this card", name, GET_IT_AGAIN)
    head = Link(stated["head"]["seq"], "", stated["head"]["hash"])
    again = json.loads(manifest(tables, stated["challenge"], head, {}))
    for key in sorted({*again, *stated} - set(_NOT_COMPARED)):
        if stated.get(key) != again.get(key):
            message = f"published {_short(stated.get(key))}, computed {_short(again.get(key))}"
            yield Problem("differs", message, f"{MANIFEST}, {key}", GET_IT_AGAIN)
    if set(stated.get("versions") or ()) != set(again["versions"]):
        message = f"names {_short(stated.get('versions'))}"
        yield Problem("differs", message, f"{MANIFEST}, versions", GET_IT_AGAIN)


def layout(content: bytes, stated: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem where a manifest is not written as `close` writes what it says."""
    if as_json(stated) != content:
        message = "not written as a report is: a key stands twice, or spaces were moved"
        yield Problem("differs", message, f"{MANIFEST}, its layout", GET_IT_AGAIN)


def _within(name: str, published: bytes, computed: bytes) -> Iterator[Problem]:
    """Yield what differs within a file: the values of a JSON file, else its first line."""
    if name.endswith(".json"):
        try:
            pairs = list(_unequal(json.loads(published), json.loads(computed), ""))
        except ValueError:
            pairs = [("", "no JSON", "JSON")]
        for place, one, other in pairs[:20]:
            message = f"published {_short(one)}, computed {_short(other)}"
            yield Problem("differs", message, f"{name}, {place or 'its layout'}", GET_IT_AGAIN)
        if pairs:
            return
    lines = zip(published.splitlines(), computed.splitlines(), strict=False)
    number = next((i for i, (a, b) in enumerate(lines, start=1) if a != b), None)
    where = f"{name}, line {number}" if number else name
    yield Problem("differs", "not what follows from the log", where, GET_IT_AGAIN)


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
