"""What can be checked of accessibility by a program, asked of the page as the browser has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def structure(page: Any) -> list[str]:
    """Return what is wrong with headings, labels, tables, landmarks, names and widths."""
    return _asked(page, "structure()")


def low_contrast(page: Any) -> list[str]:
    """Return texts whose contrast is below 4.5 (large ones: 3), and marks of figures below 3."""
    return _asked(page, "[...contrast(), ...edges()]")


def _asked(page: Any, what: str) -> list[str]:
    found: list[str] = page.evaluate(f"() => {{ {_SCRIPT}; return {what}; }}")
    return found
