"""What the engine says, in the language of a page.

The engine speaks English. ``texts/said.<language>.yaml`` has its sentences with names in the place
of what varies, each with its translation; a sentence that is not there stays English and is marked
as such, so that it is read out as English.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

from workbench.report.catalogues import sentence_files
from workbench.report.sentences import Sentences
from workbench.site.escaping import visible
from workbench.site.languages import Language

_TEXTS = Path(__file__).parent / "texts"
_WORDS = re.compile(r"[a-z] [a-z]|[a-z], ", re.IGNORECASE)


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


def translated(text: str, language: Language) -> str | None:
    """Return a sentence's translation; None where there is none."""
    return text if language == "en" or not text else _sentences(language).translated(text)


@cache
def _sentences(language: Language) -> Sentences:
    """Return the sentences of the site and of the pages of runs."""
    return Sentences([_TEXTS / f"said.{language}.yaml", *sentence_files(language)])
