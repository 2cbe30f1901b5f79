"""Read and write data cards: every problem at once, with file, line, key path and a remedy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from workbench.data.card import DataCard, Field, FileSet, OptOut, Split, Table
from workbench.errors import DataError, Problem, did_you_mean
from workbench.storage import write_text

CARD_NAME = "card.yaml"

_SECTIONS: dict[str, type[BaseModel]] = {
    "tables": Table,
    "fields": Field,
    "files": FileSet,
    "splits": Split,
    "opt_out": OptOut,
}
_STRING_REMEDY = "put the value in quotes: YAML reads 1.0, no and 007 as number, false and 7"


def load_card(path: Path | str) -> DataCard:
    """Read and check a data card.

    Args:
        path: The card, or the folder that holds it as ``card.yaml``.

    Returns:
        The checked card.

    Raises:
        DataError: The card is missing, is no YAML or breaks the schema; all problems are listed.
    """
    path = Path(path)
    path = path / CARD_NAME if path.is_dir() else path
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except FileNotFoundError as error:
        raise DataError(
            "there is no data card", where=str(path), remedy="see docs/data.md"
        ) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        message = f"the data card cannot be read: {' '.join(str(error).split())}"
        raise DataError(message, where=str(path)) from error
    if not isinstance(content, dict):
        raise DataError("a data card is a YAML mapping of keys to values", where=str(path))
    found = [_repeated_key(path, node) for node in _repeated_keys(root)]
    try:
        card = DataCard.model_validate(content)
    except ValidationError as error:
        found += [_problem(path, root, dict(detail)) for detail in error.errors()]
    if found:
        problems = [problem for _, problem in sorted(found, key=lambda pair: pair[0])]
        raise DataError("the data card breaks its schema", where=str(path), problems=problems)
    return card


def write_card_file(card: DataCard, path: Path) -> Path:
    """Write ``card`` as YAML, leaving out what equals the default."""
    content = card.model_dump(mode="json", exclude_defaults=True)
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
    return write_text(path, text)


def _problem(path: Path, root: yaml.Node | None, detail: dict[str, Any]) -> tuple[int, Problem]:
    """Turn one finding of pydantic into a line and a problem with key path and remedy."""
    keys = tuple(detail["loc"])
    line = _line(root, keys)
    code, message, remedy = _explained(keys, detail)
    where = f"{path}, line {line}, {'.'.join(str(key) for key in keys)}"
    return line, Problem(code, message, where, remedy)


def _explained(keys: tuple[str | int, ...], detail: dict[str, Any]) -> tuple[str, str, str]:
    """Return code, message and remedy of one finding of pydantic."""
    kind, value = str(detail["type"]), detail.get("input")
    if kind == "extra_forbidden":
        known = _model_at(keys).model_fields
        hint = did_you_mean(str(keys[-1]), known) or f"known: {', '.join(known)}"
        return "unknown-key", f"unknown key '{keys[-1]}'; {hint}", ""
    if kind == "missing":
        return "missing-key", f"the key '{keys[-1]}' is missing", "add it"
    if kind == "literal_error":
        expected = str(detail["ctx"]["expected"])
        hint = did_you_mean(str(value), re.findall(r"'([^']+)'", expected))
        return "unknown-value", f"'{value}' is not one of {expected}; {hint}".rstrip("; "), ""
    if kind == "string_type":
        return "wrong-type", f"{value!r} is not text", _STRING_REMEDY
    message = str(detail["msg"])
    if kind in ("string_pattern_mismatch", "string_too_short", "float_type", "bool_type"):
        message = f"{message}, not {value!r}"
    return kind.replace("_", "-"), message, ""


def _model_at(keys: tuple[str | int, ...]) -> type[BaseModel]:
    """Return the model whose keys stand at the parent of ``keys``."""
    sections = [key for key in keys[:-1] if key in _SECTIONS]
    return _SECTIONS[str(sections[-1])] if sections else DataCard


def _line(node: yaml.Node | None, keys: tuple[str | int, ...]) -> int:
    """Return the line (from 1) of the deepest part of ``keys`` the file has."""
    line = node.start_mark.line if node else 0
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            pairs = {name.value: (name, value) for name, value in node.value}
            name, node = pairs.get(str(key), (None, None))
            line = name.start_mark.line if name else line
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line
        else:
            break
    return line + 1


def _repeated_keys(node: yaml.Node | None) -> list[yaml.ScalarNode]:
    """Return the keys that stand twice in one mapping; YAML would silently keep the last."""
    repeated: list[yaml.ScalarNode] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for name, value in node.value:
            if name.value in seen:
                repeated.append(name)
            seen.add(name.value)
            repeated += _repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            repeated += _repeated_keys(item)
    return repeated


def _repeated_key(path: Path, node: yaml.ScalarNode) -> tuple[int, Problem]:
    """Return line and problem of a key that stands twice."""
    line = node.start_mark.line + 1
    message = f"the key '{node.value}' stands twice"
    return line, Problem("repeated-key", message, f"{path}, line {line}", "keep one")
