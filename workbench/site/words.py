"""Texts, numbers and dates of one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from workbench.report import words as plain
from workbench.report.catalogues import texts_of
from workbench.site.languages import Language
from workbench.site.said import translated

_TEXTS = Path(__file__).parent / "texts"
_MINUS, _NARROW = "\N{MINUS SIGN}", "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True)
class Words:
    """The texts of one language by dotted key, and how it writes numbers and dates.

    Attributes:
        language: Which.
        texts: All texts by key.
    """

    language: Language
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its values; an unknown key is an error."""
        return self.texts[key].format(**values) if values else self.texts[key]

    def get(self, key: str, default: str) -> str:
        """Return a text, or what is given where there is none."""
        return self.texts.get(key, default)

    def count(self, key: str, n: int, **values: object) -> str:
        """Return a text about ``n`` things, from ``key.one`` or ``key.many``.

        >>> words_of("en").count("n.team", 1), words_of("fr").count("n.team", 0)
        ('1 team', '0 équipe')
        """
        one = n == 1 or (n == 0 and self.language == "fr")
        return self(f"{key}.{'one' if one else 'many'}", n=plain.number(n), **values)

    def signed(self, value: float) -> str:
        """Return a change with its sign.

        >>> words_of("fr").signed(0.25), words_of("en").signed(-3), words_of("en").signed(0)
        ('+0,25', '−3', '0')
        """
        return self.decimal("0" if value == 0 else f"{value:+.4g}".replace("-", _MINUS))

    def said(self, text: str) -> str:
        """Return a sentence of the engine; it stays English where it has no translation."""
        return translated(text, self.language) or text

    def number(self, value: object, digits: int = 3) -> str:
        """Return a number as the language writes it.

        >>> words_of("fr").number(0.9341, 3), words_of("en").number(-0.5, 1)
        ('0,934', '−0.5')
        """
        return self.decimal(plain.number(value, digits))

    def fixed(self, value: float | None, digits: int) -> str:
        """Return a number with exactly so many decimals, as a board's card says."""
        written = "\N{EN DASH}" if value is None else f"{value:.{digits}f}".replace("-", _MINUS)
        return self.decimal(written)

    def places(self, low: float, high: float) -> str:
        """Return a range of ranks."""
        return self.decimal(plain.places(low, high))

    def decimal(self, written: str) -> str:
        """Return a written number with this language's decimal sign."""
        return written.replace(".", ",") if self.language == "fr" else written

    def percent(self, share: float, digits: int = 0) -> str:
        """Return a share as percent."""
        return self.decimal(f"{100 * share:.{digits}f}{_NARROW}%")

    def level(self, share: float) -> str:
        """Return the level of an interval."""
        return self.decimal(plain.level(share))

    def size(self, n_bytes: int) -> str:
        """Return a number of bytes for reading.

        >>> words_of("en").size(900), words_of("fr").size(1_500_000)
        ('900 bytes', '1,5 Mo')
        """
        if n_bytes < 1000:
            return self.count("n.byte", n_bytes)
        for power, unit in ((9, "g"), (6, "m"), (3, "k")):
            if n_bytes >= 10**power:
                written = f"{n_bytes / 10**power:.1f}".removesuffix(".0")
                return f"{self.decimal(written)} {self(f'unit.{unit}')}"
        raise AssertionError("unreachable")

    def date(self, moment: datetime | str) -> str:
        """Return a moment of UTC for reading.

        >>> words_of("en").date("2026-03-01T09:05:00.000000Z")
        '1 March 2026, 09:05 UTC'
        >>> words_of("fr").date("2026-08-01T09:05:00Z")
        '1er août 2026, 09:05 UTC'
        """
        return f"{self.day(moment)}, {_read(moment):%H:%M} UTC"

    def day(self, moment: datetime | str) -> str:
        """Return the day of a moment of UTC for reading."""
        at = _read(moment)
        day = "1er" if self.language == "fr" and at.day == 1 else str(at.day)
        return f"{day} {self.texts[f'month.{at.month}']} {at.year}"


def _read(moment: datetime | str) -> datetime:
    return datetime.fromisoformat(moment) if isinstance(moment, str) else moment


@cache
def words_of(language: Language) -> Words:
    """Return the words of a language."""
    content = yaml.safe_load((_TEXTS / f"{language}.yaml").read_text(encoding="utf-8"))
    content["metric"] = texts_of("metrics", language)
    return Words(language, dict(_flat(content, "")))


def _flat(content: Mapping[Any, Any], before: str) -> Iterator[tuple[str, str]]:
    """Yield nested texts by dotted key."""
    for name, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", str(value)
