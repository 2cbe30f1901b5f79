"""Text an event may hold: it must fit a database column and a line of a terminal."""

from __future__ import annotations

import json
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints

from workbench import digests

_MOST_MARKS = 3
# What Unicode calls ignorable though it is a letter or a mark (DerivedCoreProperties.txt,
# Default_Ignorable_Code_Point), and the empty Braille pattern.
_BLANK = frozenset(
    map(
        chr,
        [
            *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
            *range(0x180B, 0x1810),
            *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0),
        ],
    )
)


def canonical(value: Any) -> str:
    """Return a JSON value as the one compact text it is stored and compared as.

    >>> canonical({"b": 1, "a": [0.5]})
    '{"a":[0.5],"b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def hidden_characters(text: str) -> list[str]:
    r"""Return the characters of a text that cannot be seen, by code point.

    Control characters, line breaks, format characters (zero width, right-to-left overrides), lone
    surrogates, letters and marks that are drawn as nothing, and marks heaped on one letter, which
    are drawn over other lines: they make two texts look the same, or a terminal do things.

    >>> hidden_characters("a\u202eb\n\u3164")
    ['U+202E', 'U+000A', 'U+3164']
    """
    unseen = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    found = []
    heap = 0
    for c in text:
        heap = heap + 1 if unicodedata.category(c) in ("Mn", "Me") else 0
        if unicodedata.category(c) in unseen or c in _BLANK or heap > _MOST_MARKS:
            found.append(f"U+{ord(c):04X}")
    return found


def _visible(text: str) -> str:
    hidden = hidden_characters(text)
    if hidden:
        raise ValueError(f"holds characters that cannot be seen: {', '.join(hidden[:5])}")
    return text


def _storable(text: str) -> str:
    """Refuse what PostgreSQL or UTF-8 has no form for."""
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("holds a NUL character or half of a surrogate pair")
    return text


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
Digest = Annotated[str, StringConstraints(pattern=f"^{digests.PATTERN}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_visible)]
Prose = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_storable)]
Reason = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2000, strip_whitespace=True),
    AfterValidator(_storable),
]
Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")]
