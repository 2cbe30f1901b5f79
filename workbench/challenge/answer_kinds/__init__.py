"""What a challenge does with each kind of answer; ``hosted`` is where they part in this room."""

from __future__ import annotations

from workbench.challenge.answer_kinds.base import HostedKind
from workbench.challenge.answer_kinds.classes import HostedClasses
from workbench.challenge.answer_kinds.estimates import HostedEstimates
from workbench.challenge.answer_kinds.survival import HostedSurvival
from workbench.scoring import Challenge

__all__ = ["HostedKind", "hosted"]

_KINDS: dict[str, HostedKind] = {
    "classes": HostedClasses(),
    "survival": HostedSurvival(),
    "estimates": HostedEstimates(),
}


def hosted(card: Challenge) -> HostedKind:
    """Return what hosting does with the kind of answer a challenge asks for."""
    return _KINDS[card.answer.kind]
