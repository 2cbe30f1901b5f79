"""The files of texts, by language: read and typeset."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

Language = Literal["en", "fr"]
TEXTS = Path(__file__).parent / "texts"


@cache
def texts_of(name: str, language: Language) -> dict[str, str]:
    """Return the texts of one file by key.

    Args:
        name: Such as ``shared``, ``run`` or ``emulation``.
        language: Which.
    """
    content = yaml.safe_load((TEXTS / f"{name}.{language}.yaml").read_text(encoding="utf-8"))
    return {str(key): typeset(str(text), language) for key, text in content.items()}


def sentence_files(language: Language) -> list[Path]:
    """Return the files of what the engine says in a language; none for English."""
    return sorted(TEXTS.glob(f"said*.{language}.yaml"))


def typeset(text: str, language: Language) -> str:
    r"""Return a text with the spaces that do not break a line where French has them.

    >>> typeset("Non montré : « a » ; b", "fr").encode("ascii", "backslashreplace")
    b'Non montr\\xe9\\xa0: \\xab\\xa0a\\xa0\\xbb\\u202f; b'
    """
    if language != "fr":
        return text
    text = re.sub(r" (?=:( |$))|(?<=«) | (?=»)", "\N{NO-BREAK SPACE}", text)
    return re.sub(r" (?=[;!?%]( |$|[).,]))", "\N{NARROW NO-BREAK SPACE}", text)
