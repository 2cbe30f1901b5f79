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
    return parse_model(content, model, key, remedy, str(path), lines)


def parse_model(
    content: Mapping[str, Any],
    model: type[Model],
    key: str,
    remedy: str,
    where: str | None = None,
    lines: dict[KeyPath, int] | None = None,
) -> Model:
    """Return the checked model from the content of a file.

    Args:
        content: A mapping with one key.
        model: As for :func:`load_model`.
        key: The one key.
        remedy: The next step, for errors.
        where: Name of the file; the key where not given.
        lines: Line of each key, where known.

    Raises:
        UsageError: All problems at once.
    """
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
    places = lines or {}
    found.sort(key=lambda one: line_of(places, one[0]))
    problems = [
        Problem(code, message, f"line {line_of(places, at)}, {_dotted(at)}".rstrip(", "), hint)
        for at, code, message, hint in found
    ]
    many = "s" if len(problems) > 1 else ""
    raise UsageError(
        f"the file has {len(problems)} problem{many}",
        where=where or key,
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
    if f"'{value}" not in message and not isinstance(value, dict | list | BaseModel):
        message = f"{message[0].lower()}{message[1:]}, got {value!r}"
    return at, "wrong-value", message, ""


def _keys_at(model: type[BaseModel], path: KeyPath) -> list[str]:
    """Return the keys known at a place of the model; a place within a list or a map is passed."""
    for name in path:
        field = model.model_fields.get(str(name))
        if field is not None:
            model = _model_in(field.annotation) or model
    return list(model.model_fields)


def _model_in(kind: Any) -> type[BaseModel] | None:
    """Return the first model a type speaks of."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((found for part in get_args(kind) if (found := _model_in(part))), None)


def _dotted(key: KeyPath) -> str:
    """Return a key as it is written in messages."""
    return ".".join(str(part) for part in key if not str(part).startswith("function-"))
