"""The kinds of answer a challenge may ask for; ``kind_of`` is where they part."""

from __future__ import annotations

from workbench.scoring.answer_kinds.base import AnswerKind
from workbench.scoring.answer_kinds.classes import Classes
from workbench.scoring.answer_kinds.estimates import Estimates
from workbench.scoring.answer_kinds.survival import Survival
from workbench.scoring.card import Challenge

KINDS: dict[str, AnswerKind] = {kind.name: kind for kind in (Classes(), Survival(), Estimates())}


def kind_of(card: Challenge) -> AnswerKind:
    """Return the kind of answer a challenge asks for."""
    return KINDS[card.answer.kind]
