"""The texts of one language by key: what every kind of page builds its words on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

Language = Literal["en", "fr"]
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
        """Return a text with its values; an unknown key is an error."""
        return self.texts[key].format(**values) if values else self.texts[key]

    def get(self, key: str, default: str) -> str:
        """Return a text, or what is given where there is none."""
        return self.texts.get(key, default)

    def mark(self, text: str) -> str:
        """Return written numbers with the decimal mark of the language."""
        return _DECIMAL.sub(self.texts["decimal"], text)


def texts_of(file: Path, language: Language) -> dict[str, str]:
    """Return the texts of a file by key, typeset."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {str(key): typeset(str(text), language) for key, text in content.items()}


def typeset(text: str, language: Language) -> str:
    r"""Return a text with the spaces that do not break a line where French has them.

    >>> typeset("Non montré : « a » ; b", "fr").encode("ascii", "backslashreplace")
    b'Non montr\\xe9\\xa0: \\xab\\xa0a\\xa0\\xbb\\u202f; b'
    """
    if language != "fr":
        return text
    text = re.sub(r" (?=:( |$))|(?<=«) | (?=»)", "\N{NO-BREAK SPACE}", text)
    return re.sub(r" (?=[;!?%]( |$|[).,]))", "\N{NARROW NO-BREAK SPACE}", text)
