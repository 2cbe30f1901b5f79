"""What the engine says, in another language.

The engine speaks English. A file of sentences has them with names in the place of what varies, each
with its translation; the pages of a run and the site read such files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import yaml

KEPT = ("reason", "author", "name", "names", "key", "value", "detail")
"""What people or files say: it stays as it is, even where it reads like a sentence of ours."""
_NAME = re.compile(r"\{(\w+)\}")


class Sentences:
    """Sentences of the engine and their translations.

    Args:
        files: YAML: the English sentence, with ``{name}`` for what varies, and its translation.
    """

    def __init__(self, files: Iterable[Path] = ()) -> None:
        content: dict[str, str] = {}
        for file in files:
            content |= yaml.safe_load(file.read_text(encoding="utf-8"))
        ordered = sorted(content.items(), key=lambda pair: -len(pair[0]))
        self._patterns = [(_pattern(english), own) for english, own in ordered]
        self._known: dict[str, str | None] = {}

    def translated(self, text: str) -> str | None:
        """Return a sentence's translation; None where there is none."""
        if text not in self._known:
            if len(self._known) > 4096:
                self._known.clear()
            self._known[text] = self._found(text)
        return self._known[text]

    def _found(self, text: str) -> str | None:
        """Return the translation of the first sentence that fits, the longest first."""
        for pattern, template in self._patterns:
            if match := pattern.fullmatch(text):
                parts = match.groupdict()
                return template.format(**{name: self._part(name, parts[name]) for name in parts})
        return None

    def _part(self, name: str, text: str) -> str:
        """Return what stood in the place of a name: a sentence itself, or kept as it is."""
        return text if name in KEPT else self.translated(text) or text


def _pattern(english: str) -> re.Pattern[str]:
    """Return what matches a sentence; each name takes the shortest text that fits."""
    parts = _NAME.split(english)
    written = [
        re.escape(part) if place % 2 == 0 else f"(?P<{part}>.+?)"
        for place, part in enumerate(parts)
    ]
    return re.compile("".join(written), re.DOTALL)
