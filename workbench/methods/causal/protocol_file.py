"""Reads a protocol from YAML: every problem at once, with its line and what was probably meant."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from workbench.config.yaml_lines import KeyPath, line_of, read_with_lines
from workbench.errors import Problem, UsageError, did_you_mean
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.protocol_parts import Strategy
from workbench.storage import write_text

_QUOTED = re.compile(r"'([^']+)'")
_PREFIX = "Value error, "
_REMEDY = "mend the protocol; docs/target_trials.md says what each key means"


def load_protocol(path: Path | str) -> Protocol:
    """Read and check a protocol.

    Args:
        path: A YAML file with the one key ``protocol``.

    Raises:
        UsageError: It cannot be read, is no YAML, or breaks the rules; all problems are listed with
            file and line (``unknown-key``, ``missing-key``, ``unknown-value``, ``wrong-value``).
    """
    path = Path(path)
    content, lines = read_with_lines(path)
    return parse_protocol(content, str(path), lines)


def parse_protocol(
    content: dict[str, Any], where: str = "protocol", lines: dict[KeyPath, int] | None = None
) -> Protocol:
    """Return a checked protocol from the content of a file.

    Args:
        content: A mapping with the one key ``protocol``.
        where: Name of the file, for errors.
        lines: Line of each key, where known.

    Raises:
        UsageError: All problems at once.
    """
    found: list[tuple[KeyPath, str, str, str]] = [
        ((str(key),), "unknown-key", f"unknown key '{key}'", did_you_mean(str(key), ["protocol"]))
        for key in content
        if key != "protocol"
    ]
    if "protocol" not in content:
        found.append(((), "missing-key", "the file has no key 'protocol'", "write all under it"))
    else:
        try:
            protocol = Protocol.model_validate(content["protocol"])
            if not found:
                return protocol
        except ValidationError as error:
            found += [_explained(dict(detail)) for detail in error.errors()]
    places = lines or {}
    found.sort(key=lambda one: line_of(places, one[0]))
    problems = [
        Problem(code, message, f"line {line_of(places, key)}, {_dotted(key)}".rstrip(", "), remedy)
        for key, code, message, remedy in found
    ]
    many = "s" if len(problems) > 1 else ""
    raise UsageError(
        f"the protocol has {len(problems)} problem{many}",
        where=where,
        problems=problems,
        remedy=_REMEDY,
    )


def write_protocol(protocol: Protocol, path: Path) -> Path:
    """Write a protocol as YAML, every default written out."""
    content = {"protocol": protocol.model_dump(mode="json")}
    return write_text(path, yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100))


def _explained(detail: dict[str, Any]) -> tuple[KeyPath, str, str, str]:
    """Turn one of pydantic's findings into key, code, message and remedy."""
    key: KeyPath = ("protocol", *detail["loc"])
    kind, value, name = str(detail["type"]), detail.get("input"), str(key[-1])
    if kind == "extra_forbidden":
        known = _keys_at(key[1:-1])
        hint = did_you_mean(name, known) or f"known: {', '.join(known)}"
        return key, "unknown-key", f"unknown key '{name}'", hint
    if kind == "missing":
        return key, "missing-key", f"the key '{name}' is missing", "add it"
    if kind == "literal_error":
        expected = str(detail["ctx"]["expected"])
        hint = did_you_mean(str(value), _QUOTED.findall(expected))
        return key, "unknown-value", f"'{value}' is not one of {expected}", hint
    message = str(detail["msg"]).removeprefix(_PREFIX)
    if f"'{value}" not in message and not isinstance(value, dict | list | BaseModel):
        message = f"{message[0].lower()}{message[1:]}, got {value!r}"
    return key, "wrong-value", message, ""


def _keys_at(path: tuple[str | int, ...]) -> list[str]:
    """Return the keys known at a place of the protocol."""
    model: type[BaseModel] = Protocol
    if path and path[0] == "strategies":
        model = Strategy
    else:
        for name in path:
            kind = model.model_fields[str(name)].annotation
            parts = [kind, *get_args(kind)]
            model = next(part for part in parts if _is_model(part))
    return list(model.model_fields)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _dotted(key: KeyPath) -> str:
    return ".".join(str(part) for part in key if not str(part).startswith("function-"))
