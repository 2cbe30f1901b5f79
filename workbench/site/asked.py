"""What a challenge asks for, in the words of a page; the kinds of answer part here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workbench.scoring import Challenge
from workbench.scoring.answer_kinds import kind_of
from workbench.scoring.card_answer import EstimatesAnswer, SurvivalAnswer
from workbench.site.words import Words


@dataclass(frozen=True)
class AskedFor:
    """What is asked for.

    Attributes:
        words: In a sentence.
        form: What the numbers of a submission are.
        columns: Their columns.
        decision: How probabilities become a class; None where nothing does.
    """

    words: str
    form: str
    columns: list[str]
    decision: str | None = None


def asked_for(card: Challenge, words: Words) -> AskedFor:
    """Return what a challenge asks for."""
    return _KINDS[card.answer.kind](card, words)


def _classes(card: Challenge, words: Words) -> AskedFor:
    forms = [words(f"challenge.forms.{form}") for form in card.submission.forms]
    return AskedFor(
        words("challenge.asked_value", n=len(card.classes), classes=", ".join(card.classes)),
        words("challenge.and", first=forms[0], second=forms[1]) if forms[1:] else forms[0],
        kind_of(card).columns(card),
        words(f"challenge.decision_rule.{card.decision.rule}"),
    )


def _survival(card: Challenge, words: Words) -> AskedFor:
    assert isinstance(card.answer, SurvivalAnswer)
    times = ", ".join(
        words.number(time, 0 if time.is_integer() else 2) for time in card.answer.times
    )
    asked = words("challenge.asked_survival", times=times)
    return AskedFor(asked, words("challenge.form_survival"), kind_of(card).columns(card))


def _estimates(card: Challenge, words: Words) -> AskedFor:
    assert isinstance(card.answer, EstimatesAnswer)
    form = words(f"challenge.form_interval.{card.answer.interval}")
    if card.answer.answerable is not None:
        form = f"{form} {words('challenge.form_abstain')}"
    return AskedFor(words("challenge.asked_estimates"), form, kind_of(card).columns(card))


_KINDS: dict[str, Callable[[Challenge, Words], AskedFor]] = {
    "classes": _classes,
    "survival": _survival,
    "estimates": _estimates,
}
