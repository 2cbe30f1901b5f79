"""Reads YAML safely and remembers on which line each key stands, for errors that point there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from workbench.errors import UsageError

KeyPath = tuple[str | int, ...]


def read_with_lines(path: Path) -> tuple[dict[str, Any], dict[KeyPath, int]]:
    """Return a YAML mapping and the line (from 1) of each of its keys and items.

    Raises:
        UsageError: The file is absent, not UTF-8, not YAML, not a mapping, or has a key twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except OSError as error:
        raise UsageError(f"cannot read: {error.strerror}", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise UsageError("the file is not UTF-8 text", where=str(path)) from error
    except yaml.YAMLError as error:
        raise UsageError(f"not valid YAML: {' '.join(str(error).split())}", where=str(path)) from (
            error
        )
    if not isinstance(content, dict) or node is None:
        raise UsageError("the file must hold a YAML mapping", where=str(path))
    lines: dict[KeyPath, int] = {}
    _walk(node, (), lines, path)
    return content, lines


def line_of(lines: dict[KeyPath, int], key: KeyPath) -> int:
    """Return the line of a key, or of the nearest key above it that the file has."""
    while key and key not in lines:
        key = key[:-1]
    return lines.get(key, 1)


def _walk(node: Any, key: KeyPath, lines: dict[KeyPath, int], path: Path) -> None:
    """Note the line of every key under a node."""
    lines.setdefault(key, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for name, value in node.value:
            line = name.start_mark.line + 1
            if name.value in seen:
                raise UsageError(f"the key '{name.value}' stands twice", where=f"{path}:{line}")
            seen.add(name.value)
            lines[(*key, name.value)] = line
            _walk(value, (*key, name.value), lines, path)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            _walk(value, (*key, place), lines, path)
