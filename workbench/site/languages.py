"""The languages of the site."""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")


def preferred(accepted: str) -> Language:
    """Return the language a browser prefers by its ``Accept-Language``; English where neither.

    >>> preferred("de, fr-FR;q=0.8, en;q=0.3"), preferred("de"), preferred("en, fr;q=0.9")
    ('fr', 'en', 'en')
    """
    wanted = []
    for place, part in enumerate(accepted.split(",")[:20]):
        tag, _, rest = part.strip().partition(";")
        weight = rest.strip().removeprefix("q=") or "1"
        try:
            wanted.append((-float(weight), place, tag.strip().lower()[:2]))
        except ValueError:
            continue
    for _, _, tag in sorted(wanted):
        for language in LANGUAGES:
            if tag == language:
                return language
    return "en"
