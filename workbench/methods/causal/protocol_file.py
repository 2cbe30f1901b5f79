"""Reads a protocol from YAML: every problem at once, with its line and what was probably meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from workbench.config.yaml_lines import KeyPath, read_with_lines
from workbench.config.yaml_model import parse_model
from workbench.methods.causal.protocol import Protocol
from workbench.storage import write_text

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
    return parse_model(content, Protocol, "protocol", _REMEDY, where, lines)


def write_protocol(protocol: Protocol, path: Path) -> Path:
    """Write a protocol as YAML, every default written out."""
    content = {"protocol": protocol.model_dump(mode="json")}
    return write_text(path, yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100))
