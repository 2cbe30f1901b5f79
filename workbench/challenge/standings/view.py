"""What one viewer may see of a board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workbench.challenge.standings.counted import Counted
from workbench.challenge.store.permission import Principal, Resource, may
from workbench.challenge.submissions.disclosure import Shown, guarded, visible
from workbench.scoring import Challenge
from workbench.scoring.card_parts import MetricEntry
from workbench.scoring.card_phases import Phase

Part = Literal["score", "rank", "interval", "secondary"]
PARTS: tuple[Part, ...] = ("score", "rank", "interval", "secondary")
_SHARE_DIGITS = 3
_GUARDED_SHARE_DIGITS = 2


@dataclass(frozen=True)
class View:
    """What may be shown to a viewer at a moment.

    Attributes:
        card: The card of the score set.
        phase: The phase.
        viewer: Who looks.
        guard: Whether the labels are in use, so that little is shown.
    """

    card: Challenge
    phase: Phase
    viewer: Principal
    guard: bool

    @classmethod
    def of(
        cls,
        card: Challenge,
        phase: Phase,
        now: datetime,
        viewer: Principal,
        closes: Mapping[str, datetime],
    ) -> View:
        """Return the view of a phase; an organiser's has no guard."""
        host = may(viewer, "organise", Resource(card.id))
        return cls(card, phase, viewer, guarded(card, phase, now, closes) and not host)

    @property
    def parts(self) -> list[Part]:
        """What is shown, in a fixed order."""
        if not self.guard:
            return list(PARTS)
        hidden = {"interval", "secondary"} if self.phase.ladder else set()
        return [part for part in PARTS if part in self.phase.show and part not in hidden]

    def shows(self, part: Part) -> bool:
        """Say whether a part is shown."""
        return part in self.parts

    def digits(self, entry: MetricEntry) -> int:
        """Return how many decimals of a metric are shown."""
        return self.card.digits_shown(entry, self.phase) if self.guard else entry.digits

    def share(self, value: float) -> float:
        """Return a share of resamples as it may be shown: it too follows from hidden labels."""
        return round(value, _GUARDED_SHARE_DIGITS if self.guard else _SHARE_DIGITS)

    def of_score(self, one: Counted) -> Shown:
        """Return what may be shown of a score; the board shows the value that ranks."""
        replaced = one.value if one.replaced or self.phase.ladder else None
        released = one.score["released"]
        return visible(
            self.card,
            self.phase,
            one.sheet,
            guard=self.guard,
            released=released,
            override=replaced,
        )
