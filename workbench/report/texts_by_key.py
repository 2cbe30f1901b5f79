"""The texts of one language by key: what the words of every kind of page build on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from workbench.report.catalogues import Language

_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")


@dataclass(frozen=True)
class Texts:
    """The texts of one language by key.

    Attributes:
        language: Which.
        texts: By key.
    """

    language: Language
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its values; an unknown key is an error.

        Where a value was marked as English, the text keeps the mark.
        """
        text = self.texts[key]
        if any(isinstance(value, Markup) for value in values.values()):
            return escape(text).format(**values)
        return text.format(**values) if values else text

    def get(self, key: str, default: str) -> str:
        """Return a text, or what is given where there is none."""
        return self.texts.get(key, default)

    def mark(self, text: str) -> str:
        """Return written numbers with the decimal mark of the language."""
        return _DECIMAL.sub(self.texts["decimal"], text)
