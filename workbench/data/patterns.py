"""Glob patterns over the names in a manifest: ``*``, ``?``, ``**`` and ``{svs,ndpi}``."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\{[^{}]*\}")
_MEANING = {"**/": r"(?:[^/]+/)*", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}


def matching(names: Iterable[str], pattern: str) -> list[str]:
    """Return the names that match ``pattern``, sorted; upper and lower case count as the same.

    >>> matching(["a/x.SVS", "x.svs", "a/x.txt"], "**/*.{svs,ndpi}")
    ['a/x.SVS', 'x.svs']
    >>> matching(["a/x.svs", "x.svs"], "*.svs")
    ['x.svs']
    """
    expression = re.compile(_expression(pattern), re.IGNORECASE)
    return sorted(name for name in names if expression.fullmatch(name))


def _expression(pattern: str) -> str:
    """Return the regular expression of a glob pattern."""
    parts, at = [], 0
    for token in _TOKEN.finditer(pattern):
        parts.append(re.escape(pattern[at : token.start()]))
        text = token.group()
        choices = "|".join(re.escape(choice) for choice in text[1:-1].split(","))
        parts.append(_MEANING.get(text) or f"(?:{choices})")
        at = token.end()
    return "".join(parts) + re.escape(pattern[at:])
