"""Digests of files, JSON values, tables and code: sha256, the same on every machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

PATTERN = "[0-9a-f]{64}"
"""How a digest is written, as a regular expression."""


def of_bytes(content: bytes) -> str:
    """Return the sha256 of ``content`` in hexadecimal.

    >>> of_bytes(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


def of_file(path: Path | str) -> str:
    """Return the sha256 of a file's content, read in blocks."""
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def of_json(value: Any) -> str:
    """Return the sha256 of a JSON value, whatever the order of its keys.

    >>> of_json({"a": 1, "b": 2}) == of_json({"b": 2, "a": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return of_bytes(text.encode("utf-8"))


def of_table(table: pd.DataFrame, key: str | list[str]) -> str:
    """Return a digest of a table's content, independent of row order, column order and file format.

    Numbers are written with Python's shortest exact form, so a CSV and a Parquet file that hold the
    same values have the same digest; an integer 1 and a float 1.0 count as equal.

    Args:
        table: Any frame; the key columns must identify its rows.
        key: Column or columns to sort by.
    """
    columns = sorted(str(c) for c in table.columns)
    ordered = table.sort_values(key, kind="stable")
    digest = hashlib.sha256(json.dumps(columns).encode())
    for column in columns:
        cells = _text(ordered[column].tolist())
        digest.update(b"\x1e" + cells.encode("utf-8"))
    return digest.hexdigest()


def of_code(folders: Iterable[Path]) -> str:
    """Return a digest of all Python and YAML sources under ``folders``, by relative name and text.

    Line endings are folded, so that a checkout and an installed wheel agree.
    """
    digest = hashlib.sha256()
    for folder in folders:
        sources = [*folder.rglob("*.py"), *folder.rglob("*.yaml")]
        for source in sorted(sources, key=lambda p: p.relative_to(folder).as_posix()):
            name = f"{folder.name}/{source.relative_to(folder).as_posix()}"
            text = source.read_bytes().replace(b"\r\n", b"\n")
            digest.update(name.encode() + b"\0" + text + b"\0")
    return digest.hexdigest()


def _text(values: list[Any]) -> str:
    """Return the text a column is hashed by; columns of text or of floats take a short way."""
    kinds = set(map(type, values))
    if kinds == {str}:
        return "\x1f".join(values)
    if kinds == {float} and all(-(2**53) < value < 2**53 for value in values):
        # 1.0 is written as 1 and -0.0 as 0, as _cell does; all in a few passes over the text.
        text = repr([value + 0.0 for value in values])[1:-1].replace(", ", "\x1f") + "\x1f"
        return text.replace(".0\x1f", "\x1f")[:-1]
    return "\x1f".join(_cell(value) for value in values)


def _cell(value: Any) -> str:
    """Return the text a table cell is hashed by."""
    if value is None or value != value:
        return "\0"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value)
