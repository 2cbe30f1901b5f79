"""Texts that people typed, as they may stand on a page."""

from __future__ import annotations

from markupsafe import Markup, escape

from workbench.challenge.store.text import hidden_characters

_HEAP = 8


def seen(text: object) -> Markup:
    r"""Return a typed text with nothing in it that cannot be seen, apart from its surroundings.

    Signs that turn the direction of writing, have no width or control a terminal are written out;
    ``<bdi>`` keeps the direction of the rest to itself. Line breaks stay.

    >>> seen("a<b"), seen("good\u202exe.txt")
    (Markup('<bdi>a&lt;b</bdi>'), Markup('<bdi>good[U+202E]xe.txt</bdi>'))
    """
    return Markup("<bdi>{}</bdi>").format(escape(visible(str(text))))


def visible(text: str) -> str:
    r"""Return a text whose hidden characters are written out.

    >>> visible("a\u200bb\nc")
    'a[U+200B]b\nc'
    """
    if not hidden_characters(text.replace("\n", "")):
        return text
    return "".join(_written(text, place) for place in range(len(text)))


def _written(text: str, place: int) -> str:
    """Return one sign; a mark is hidden by those before it: a heap of them covers other lines."""
    if text[place] == "\n":
        return "\n"
    before = text[max(0, place - _HEAP) : place]
    hidden = hidden_characters(before + text[place])
    return f"[{hidden[-1]}]" if len(hidden) > len(hidden_characters(before)) else text[place]
