"""Checks a YAML file by a pydantic model: every problem at once, with its line and a remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from workbench.config.yaml_lines import KeyPath, line_of, read_with_lines
from workbench.errors import Problem, UsageError, did_you_mean

Model = TypeVar("Model", bound=BaseModel)
_QUOTED = re.compile(r"'([^']+)'")
_PREFIX = "Value error, "


def load_model(path: Path | str, model: type[Model], key: str, remedy: str) -> Model:
    """Read and check a file with one key, under which a model stands.

    Args:
        path: A YAML file.
        model: What stands under the key; it forbids keys it does not know.
        key: The one key of the file, and what messages call it.
        remedy: The next step, for errors.

    Raises:
        UsageError: It cannot be read, is no YAML, or breaks the rules; all problems are listed with
            file and line (``unknown-key``, ``missing-key``, ``unknown-value``, ``wrong-value``).
    """
    content, lines = read_with_lines(Path(path))
    found: list[tuple[KeyPath, str, str, str]] = [
        ((str(name),), "unknown-key", f"unknown key '{name}'", did_you_mean(str(name), [key]))
        for name in content
        if name != key
    ]
    if key not in content:
        found.append(((), "missing-key", f"the file has no key '{key}'", "write all under it"))
    else:
        try:
            checked = model.model_validate(content[key])
            if not found:
                return checked
        except ValidationError as error:
            found += [_explained(dict(one), model, key) for one in error.errors()]
    found.sort(key=lambda one: line_of(lines, one[0]))
    problems = [
        Problem(code, message, f"line {line_of(lines, at)}, {_dotted(at)}".rstrip(", "), hint)
        for at, code, message, hint in found
    ]
    many = "s" if len(problems) > 1 else ""
    raise UsageError(
        f"the file has {len(problems)} problem{many}",
        where=str(path),
        problems=problems,
        remedy=remedy,
    )


def _explained(
    detail: Mapping[str, Any], model: type[BaseModel], key: str
) -> tuple[KeyPath, str, str, str]:
    """Turn one of pydantic's findings into key, code, message and remedy."""
    at: KeyPath = (key, *detail["loc"])
    kind, value, name = str(detail["type"]), detail.get("input"), str(at[-1])
    if kind == "extra_forbidden":
        known = _keys_at(model, at[1:-1])
        hint = did_you_mean(name, known) or f"known: {', '.join(known)}"
        return at, "unknown-key", f"unknown key '{name}'", hint
    if kind == "missing":
        return at, "missing-key", f"the key '{name}' is missing", "add it"
    if kind == "literal_error":
        expected = str(detail["ctx"]["expected"])
        hint = did_you_mean(str(value), _QUOTED.findall(expected))
        return at, "unknown-value", f"'{value}' is not one of {expected}", hint
    message = str(detail["msg"]).removeprefix(_PREFIX)
    if not isinstance(value, dict | list | BaseModel):
        message = f"{message[0].lower()}{message[1:]}, got {value!r}"
    return at, "wrong-value", message, ""


def _keys_at(model: type[BaseModel], path: KeyPath) -> list[str]:
    """Return the keys known at a place of the model."""
    for name in path:
        field = model.model_fields.get(str(name))
        kinds = [] if field is None else [field.annotation, *get_args(field.annotation)]
        parts = [k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)]
        if not parts:
            break
        model = parts[0]
    return list(model.model_fields)


def _dotted(key: KeyPath) -> str:
    """Return a key as it is written in messages."""
    return ".".join(str(part) for part in key)
