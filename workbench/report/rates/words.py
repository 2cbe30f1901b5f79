"""The texts of the pages of rates, and how each language writes counts, rates and what is hidden.

A hidden number is written as the range a reader can work out himself, never as 0.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from workbench.report.catalogues import Language, texts_of
from workbench.report.texts_by_key import Texts

_TICK = re.compile(
    r'(<text [^>]*class="(?:tick|share|value)"[^>]*>)([−-]?\d[\d,]*(?:\.\d+)?)(?=</text>)'
)
Number = float | None


@dataclass(frozen=True)
class Words(Texts):
    """The texts of one language."""

    def count(self, value: Number, low: Number = None, high: Number = None) -> str:
        r"""Return a count, or the range a reader can work out where it is hidden.

        >>> words_of("en").count(12345.0), words_of("fr").count(12345.0)
        ('12,345', '12\u202f345')
        >>> str(words_of("fr").count(None, 1.0, 10.0))
        '<span class="hid" title="masqué pour protéger les personnes">1 à 10</span>'
        """
        if value is not None:
            return self._grouped(value, 0)
        return self._hidden(self.between(low, high, self.whole))

    def whole(self, value: float) -> str:
        """Return a whole number."""
        return self._grouped(value, 0)

    def rate(self, value: Number, low: Number = None, high: Number = None) -> str:
        """Return a rate with three figures, or the range of a hidden one.

        >>> words_of("fr").rate(21.234), words_of("en").rate(0.01234), words_of("en").rate(2345.6)
        ('21,2', '0.0123', '2,346')
        """
        if value is not None:
            return self.figures(value)
        return self._hidden(self.between(low, high, self.figures))

    def figures(self, value: float) -> str:
        """Return a number with three figures, without an exponent."""
        if not math.isfinite(value):
            return self("unbounded") if value > 0 else "–"
        size = math.floor(math.log10(abs(value))) if value else 2
        return self._grouped(value, min(max(2 - size, 0), 6) if value else 0)

    def between(self, low: Number, high: Number, write: object = None) -> str:
        """Return a range of numbers; one without an end is said to have none."""
        written = write if callable(write) else self.figures
        if high is None or not math.isfinite(high):
            return self("at_least", low=written(low)) if low else self("hidden")
        return self("from_to", low=written(low or 0.0), high=written(high))

    def span(self, low: Number, high: Number) -> str:
        """Return the ends of an interval, a dash where there are none.

        >>> words_of("fr").span(1.5, 20.25), words_of("en").span(None, None)
        ('1,50 à 20,2', '–')
        """
        if low is None and high is None:
            return "–"
        if high is None or not math.isfinite(high):
            return self("at_least", low=self.figures(low or 0.0))
        return self("from_to", low=self.figures(low or 0.0), high=self.figures(high))

    def fixed(self, value: Number, decimals: int = 2) -> str:
        """Return a number with a given number of decimals, a dash where there is none."""
        return "–" if value is None else self._grouped(value, decimals)

    def share(self, value: float) -> str:
        """Return a share in percent.

        >>> words_of("en").share(0.05), words_of("en").share(1 / 1144)
        ('5%', '0.0874%')
        """
        return self("percent", n=self._turned(f"{100 * value:.3g}"))

    def chance(self, value: float | None) -> str:
        """Return a chance, a small one as below a thousandth."""
        if value is None:
            return "–"
        return self("below", n=self.fixed(0.001, 3)) if value < 0.001 else self.fixed(value, 3)

    def level(self, share: float) -> str:
        """Return the level of an interval, such as 95 %."""
        return self("percent", n=self.mark(f"{100 * share:g}"))

    def per(self, per: Number, measure: str) -> str:
        """Return what a rate is per: a number of patients or of person-years."""
        unit = "unit_person_years" if measure == "person_years" else "unit_patients"
        return self("per", n=self.whole(per or 1.0), unit=self(unit))

    def known(self, prefix: str, name: str) -> str:
        """Return the text of a coded value, or the value itself where there is no text."""
        return self.get(f"{prefix}_{name}", name)

    def listed(self, names: Sequence[str]) -> str:
        """Return names one after the other.

        >>> words_of("en").listed(["age", "sex", "year"]), words_of("fr").listed(["sexe"])
        ('age, sex and year', 'sexe')
        """
        return self("and").join([*([", ".join(names[:-1])] if names[:-1] else []), *names[-1:]])

    def plot(self, drawn: Markup) -> Markup:
        """Return a plot whose numbers are written as the language writes them; years stay."""
        return Markup(_TICK.sub(lambda found: found[1] + self._ticked(found[2]), drawn))

    def _ticked(self, written: str) -> str:
        """Return a number of a plot."""
        long = written.isdecimal() and len(written) > 4
        return self._turned(f"{int(written):,}" if long else written)

    def _grouped(self, value: float, decimals: int) -> str:
        """Return a number with the marks of the language."""
        if not math.isfinite(value):
            return self("unbounded") if value > 0 else "–"
        return self._turned(f"{value:,.{decimals}f}".replace("-", "−"))

    def _turned(self, english: str) -> str:
        """Return an English number with the marks of the language."""
        marks = {",": self.texts["thousands"], ".": self.texts["decimal"]}
        return "".join(marks.get(letter, letter) for letter in english)

    def _hidden(self, words: str) -> Markup:
        """Return what is known of a hidden value, marked as hidden."""
        said = Markup('<span class="hid" title="{}">{}</span>')
        return said.format(self("hidden_why"), words)


@cache
def words_of(language: Language) -> Words:
    """Return the texts of a language."""
    return Words(language, texts_of("rates", language))
