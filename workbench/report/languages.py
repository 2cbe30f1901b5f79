"""The languages of a page: its texts by key, and how each writes numbers, names and counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from markupsafe import Markup

from workbench.report import words as plain
from workbench.report.catalogues import Language, sentence_files, texts_of, typeset
from workbench.report.metric_names import metric_name
from workbench.report.sentences import Sentences
from workbench.report.texts_by_key import Texts

PAGES: dict[Language, str] = {"en": "report.html", "fr": "rapport.html"}
"""The file of a page in each language."""
_LETTERS = re.compile(r"[A-Za-z]{2}")
_NUMBER = re.compile(r"(<(?:text|tspan|title)[^>]*>)([^<]*\d\.\d[^<]*)(?=<)")
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")


@dataclass(frozen=True)
class Words(Texts):
    """The texts of one language by key, and how it writes numbers and names.

    Attributes:
        sentences: What the engine says, with its translation.
        terms: What a use case calls its columns and steps, by their names.
    """

    sentences: Sentences = field(default_factory=Sentences)
    terms: Mapping[str, str] = field(default_factory=dict)

    def number(self, value: object, decimals: int = 3) -> str:
        """Return a number for reading, with the decimal mark of the language.

        >>> words_of("run", "fr").number(-1.234, 1)
        '−1,2'
        """
        written = plain.number(value, decimals)
        return self.get(written, written) if _LETTERS.search(written) else self.mark(written)

    def short(self, value: float) -> str:
        """Return a number without needless decimals, such as a time or a threshold.

        >>> words_of("run", "fr").short(0.25), words_of("run", "fr").short(1826.0)
        ('0,25', '1826')
        """
        return self.mark(f"{value:g}".replace("-", "−"))

    def percent(self, share: float) -> str:
        """Return a share as whole percent."""
        return plain.percent(share)

    def level(self, share: float) -> str:
        """Return the level of an interval."""
        return self.mark(plain.level(share))

    def from_to(self, low: str, high: str) -> str:
        """Return two written ends."""
        return self("from_to", low=low, high=high)

    def ends(self, low: float | None, high: float | None, decimals: int = 3) -> str:
        """Return the ends of an interval; a dash where there is none."""
        if low is None or high is None:
            return "–"
        return self.from_to(self.number(low, decimals), self.number(high, decimals))

    def interval(self, value: float | None, low: float | None, high: float | None) -> str:
        """Return a value with its interval.

        >>> words_of("run", "fr").interval(0.93, 0.9, 0.96)
        '0,930 (0,900 à 0,960)'
        """
        if low is None or high is None:
            return self.number(value)
        return f"{self.number(value)} ({self.ends(low, high)})"

    def count(self, n: int, what: str) -> str:
        """Return a count with its noun; ``u_<what>`` has one and many.

        >>> words_of("run", "fr").count(2, "case"), words_of("run", "en").count(1, "biopsy")
        ('2 cas', '1 biopsy')
        """
        forms = self.get(f"u_{what}", "")
        if not forms:
            return plain.plural(n, what)
        one, many = forms.split("|")
        return f"{self.number(n)} {one if n == 1 or (n == 0 and self.language == 'fr') else many}"

    def heading(self, name: str) -> str:
        """Return a key or a column's name as words.

        >>> words_of("run", "fr").heading("excluded"), words_of("run", "fr").heading("grade_3")
        ('Écartés', 'Grade 3')
        """
        if f"c_{name.partition('=')[0]}" in self.texts:
            told = self.covariate(name)
            return told[:1].upper() + told[1:]
        return self.terms.get(name) or self.get(f"h_{name}", "") or plain.heading(name)

    def metric(self, label: str) -> str:
        """Return the name of a metric with its parameters, such as its horizon.

        >>> words_of("run", "fr").metric("uno-c-1826"), words_of("run", "en").metric("uno-c-1826")
        ("C d'Uno à 1826", 'Uno C 1826')
        >>> words_of("run", "fr").metric("survival-net-benefit-365-at-0.2")
        'Bénéfice net à 365, seuil 0,2'
        """
        return self.mark(metric_name(label, self.texts) or plain.heading(label))

    def constant(self, answer: str) -> str:
        """Return what it is to give the best constant answer of a score sheet."""
        return self.get(f"null_{answer}", "") or self("always", answer=answer)

    def better(self, direction: str) -> str:
        """Return which values of a metric are better."""
        return self.get(f"better_{direction}", self("better_target"))

    def said(self, text: str) -> str:
        """Return a sentence of the engine; one nobody translated is marked as English.

        >>> words_of("run", "fr").said("run.json is not in the run folder")
        "run.json n'est pas dans le dossier de l'entraînement"
        """
        found = self.told(text)
        if found is not None or not re.search(r"[a-z] [a-z]|[a-z], ", text, re.IGNORECASE):
            return self.mark(found or text) if self.language != "en" else text
        return Markup('<span lang="en">{}</span>').format(text)

    def told(self, text: str) -> str | None:
        """Return a sentence of the engine, None where nobody translated it."""
        if self.language == "en" or text in self.terms:
            return self.terms.get(text, text)
        found = self.sentences.translated(text)
        return None if found is None else typeset(found, self.language)

    def convention(self, text: str) -> str:
        r"""Return the convention of a metric, each of its parts between semicolons.

        >>> words_of("run", "fr").convention("steps, no interpolation; a tied risk counts half")
        'en escalier, sans interpolation\u202f; un risque ex æquo compte pour moitié'
        """
        told = [self.told(part) for part in text.split("; ")]
        if self.language == "en" or not all(told):
            return self.said(text)
        return self.mark(self("semicolon").join(str(part) for part in told))

    def drawn(self, picture: Markup) -> Markup:
        """Return a plot with the language's decimal mark in its numbers.

        >>> words_of("run", "fr").drawn(Markup('<text x="1.5">0.25</text>'))
        Markup('<text x="1.5">0,25</text>')
        """
        mark = self.texts["decimal"]
        if mark == ".":
            return picture
        return Markup(_NUMBER.sub(lambda m: m[1] + _DECIMAL.sub(mark, m[2]), str(picture)))

    def at(self, axis: str, time: float) -> str:
        """Return a time with its unit, which the name of its column says.

        >>> words_of("run", "fr").at("time_days", 365.0)
        '365 jours'
        """
        return self.get(f"at_{axis}", self("at_time")).format(time=self.short(time))

    def covariate(self, name: str) -> str:
        """Return what a covariate of a protocol is called, with its level.

        >>> words_of("emulation", "en").covariate("sex=female")
        'sex: female'
        """
        base, is_level, level = name.partition("=")
        told = self.get(f"c_{base}", base)
        if not is_level:
            return told
        return self("level", covariate=told, level=self.get(f"v_{level}", level))

    def estimator(self, name: str) -> str:
        """Return what an estimator is called."""
        return self.get(f"n_{name}", name)


@cache
def words_of(page: str, language: Language) -> Words:
    """Return the texts of a kind of page in a language: its own over those all pages share.

    Args:
        page: ``run`` or ``emulation``.
        language: Which.

    >>> words_of("emulation", "fr")("t_weights")
    'Poids'
    """
    texts = texts_of("shared", language) | texts_of(page, language)
    texts |= {f"metric_{name}": title for name, title in texts_of("metrics", language).items()}
    return Words(language, texts, Sentences(sentence_files(language)))
