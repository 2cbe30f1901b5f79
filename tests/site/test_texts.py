"""Both languages say the same things, of everything there is to say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workbench import metrics
from workbench.challenge.ranking import SCHEMES, get_scheme
from workbench.challenge.standings.document import Change, Row
from workbench.scoring.card_parts import RankingRules
from workbench.site import page
from workbench.site.said import said, translated
from workbench.site.words import words_of

TEMPLATES = Path(page.__file__).parent / "templates"
NAMES = re.compile(r"\{(\w+)\}")


def test_both_languages_have_the_same_keys_with_the_same_values_in_them() -> None:
    english, french = words_of("en").texts, words_of("fr").texts
    assert set(english) == set(french)
    odd = [k for k in english if set(NAMES.findall(english[k])) != set(NAMES.findall(french[k]))]
    assert not odd


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_key_a_template_asks_for_is_there(language: str) -> None:
    texts = words_of(language).texts  # type: ignore[arg-type]
    asked = set()
    for file in TEMPLATES.rglob("*.html"):
        asked |= set(re.findall(r"""\bt\(['"]([\w.-]+)['"][),]""", file.read_text("utf-8")))
    assert asked and not asked - set(texts)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_choice_of_a_card_and_a_board_has_its_words(language: str) -> None:
    texts = words_of(language).texts  # type: ignore[arg-type]
    ties = RankingRules.model_fields["ties"].annotation.__args__  # type: ignore[union-attr]
    kinds = Change.model_fields["kind"].annotation.__args__  # type: ignore[union-attr]
    rows = Row.model_fields["kind"].annotation.__args__  # type: ignore[union-attr]
    wanted = {f"challenge.ties_rule.{name}" for name in ties}
    wanted |= {f"board.change.{name}" for name in kinds} | {f"board.kind.{name}" for name in rows}
    assert not wanted - set(texts)


def test_every_metric_is_explained_in_both_languages() -> None:
    names = {f"metric.{name}" for name in metrics.catalogue.names()}
    assert not names - set(words_of("en").texts)
    assert not names - set(words_of("fr").texts)


def test_what_the_engine_says_is_translated_or_marked_as_english() -> None:
    assert translated("Only 12 units: bootstrap intervals are too narrow with so few.", "fr") == (
        "Seulement 12 unités : avec si peu, les intervalles bootstrap sont trop étroits."
    )
    assert said("never said before <b>", "fr") == (
        '<span lang="en">never said before &lt;b&gt;</span>'
    )
    assert said("never said before", "en") == "never said before"


def test_a_notice_of_another_scheme_is_french_with_its_title() -> None:
    for scheme in SCHEMES.values():
        assert translated(scheme.title, "fr") not in (None, scheme.title), scheme.title
    one = get_scheme("test_then_rank")
    notice = (
        f"Ranks are by the scheme {one.label} ({one.title}): they need not follow the order of the "
        "scores, which are of the whole set."
    )
    told = translated(notice, "fr")
    assert told is not None and "(victoires significatives, puis rang)" in told
    assert one.label in told and one.title not in told
