"""What the engine says, in the language of a page.

The engine speaks English. ``texts/said.<language>.yaml`` has its sentences with names in the place
of what varies, each with its translation; a sentence that is not there stays English and is marked
as such, so that it is read out as English.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

import yaml
from markupsafe import Markup, escape

from workbench.site.escaping import visible
from workbench.site.languages import Language

_TEXTS = Path(__file__).parent / "texts"
_TYPED = ("reason", "author", "name", "names", "key", "value", "detail")
"""What people or files say: it stays as it is, even where it reads like a sentence of ours."""
_WORDS = re.compile(r"[a-z] [a-z]|[a-z], ", re.IGNORECASE)
_NAME = re.compile(r"\{(\w+)\}")


def said(text: str, language: Language) -> Markup:
    """Return a sentence of the engine for a page.

    >>> said("reject", "fr"), said("what nobody translated", "fr")
    (Markup('refuser'), Markup('<span lang="en">what nobody translated</span>'))
    """
    found = translated(text, language)
    if found is None and not _WORDS.search(text):  # a number, a digest, a name of the card
        return escape(visible(text))
    if found is None:
        return Markup('<span lang="en">{}</span>').format(visible(text))
    return escape(visible(found))


@lru_cache(maxsize=4096)
def translated(text: str, language: Language) -> str | None:
    """Return a sentence's translation; None where there is none."""
    if language == "en" or not text:
        return text
    for pattern, template in _sentences(language):
        if match := pattern.fullmatch(text):
            parts = match.groupdict()
            told = {name: _part(name, parts[name], language) for name in parts}
            return template.format(**told)
    return None


def _part(name: str, text: str, language: Language) -> str:
    """Return what stood in the place of a name: a sentence itself, or kept as it is."""
    return text if name in _TYPED else translated(text, language) or text


@cache
def _sentences(language: Language) -> list[tuple[re.Pattern[str], str]]:
    """Return the sentences as patterns, the longest first, with their translations."""
    content = yaml.safe_load((_TEXTS / f"said.{language}.yaml").read_text(encoding="utf-8"))
    ordered = sorted(content.items(), key=lambda pair: -len(pair[0]))
    return [(_pattern(english), own) for english, own in ordered]


def _pattern(english: str) -> re.Pattern[str]:
    """Return what matches a sentence; each name takes the shortest text that fits."""
    parts = _NAME.split(english)
    written = [
        re.escape(part) if place % 2 == 0 else f"(?P<{part}>.+?)"
        for place, part in enumerate(parts)
    ]
    return re.compile("".join(written), re.DOTALL)
