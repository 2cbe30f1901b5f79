"""The texts of one language, and how it writes numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from workbench.report import words as plain

Language = Literal["en", "fr"]
_TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Words:
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

    def number(self, value: float | None, decimals: int = 2) -> str:
        """Return a number for reading, with the decimal mark of the language.

        >>> words_of("fr").number(-1.234, 1)
        '−1,2'
        """
        return self.mark(plain.number(value, decimals))

    def mark(self, text: str) -> str:
        """Return written numbers with the decimal mark of the language."""
        return text.replace(".", self.texts["decimal"])

    def level(self, share: float) -> str:
        """Return the level of an interval."""
        return self.mark(plain.level(share))

    def estimator(self, name: str) -> str:
        """Return what an estimator is called."""
        return self.get(f"n_{name}", name)


@cache
def words_of(language: Language) -> Words:
    """Return the texts of a language.

    >>> words_of("fr")("t_weights")
    'Poids'
    """
    return Words(language, texts_of(_TEXTS, language))


def texts_of(folder: Path, language: Language) -> dict[str, str]:
    """Return the texts of a language by key, from ``<language>.yaml`` in a folder of texts."""
    content = yaml.safe_load((folder / f"{language}.yaml").read_text(encoding="utf-8"))
    return {str(key): str(text) for key, text in content.items()}
