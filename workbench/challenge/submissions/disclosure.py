"""What may be shown of a score: the phase's rules and digits, in one function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from workbench.scoring import Challenge, ScoreSheet
from workbench.scoring.card_phases import Phase
from workbench.scoring.sheet import MetricScore


@dataclass(frozen=True)
class ShownMetric:
    """One metric as it may be shown; None where a value is hidden or undefined."""

    name: str
    direction: str
    digits: int
    value: float | None
    low: float | None
    high: float | None
    level: float


@dataclass(frozen=True)
class Shown:
    """A score as it may be shown.

    Attributes:
        primary: The metric that ranks.
        secondary: The others; empty where they are hidden.
        rank: Whether rank and rank interval may be shown.
        floor: The best constant answer's value of the primary metric; None where hidden.
    """

    primary: ShownMetric
    secondary: tuple[ShownMetric, ...]
    rank: bool
    floor: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def guarded(card: Challenge, phase: Phase, now: datetime, closes: Mapping[str, datetime]) -> bool:
    """Say whether files may still be judged by a phase's labels, so that little is shown of them.

    That is until the last phase on the same split has closed.

    Args:
        card: The challenge.
        phase: The phase.
        now: The moment.
        closes: When each phase closes; see :func:`submissions.phases.closing_times`.
    """
    same = (other for other in card.phases if other.split == phase.split)
    return any(now < closes.get(other.id, other.closes) for other in same)


def visible(
    card: Challenge,
    phase: Phase,
    sheet: ScoreSheet,
    *,
    guard: bool,
    released: float | None = None,
    override: float | None = None,
) -> Shown:
    """Return what participants and boards may see of a score.

    While the phase's labels are in use: what the phase shows, with the card's digits; where the
    Ladder guards it, the released score and nothing else that moves with the hidden one.
    Afterwards: everything, with each metric's own digits.

    Args:
        card: The challenge.
        phase: On whose split the score was made.
        sheet: The score sheet as stored.
        guard: Whether the phase's labels are in use: what :func:`guarded` says.
        released: What the Ladder released.
        override: What an organiser set in the score's place; it has no interval.
    """
    parts = set(phase.show) if guard else {"score", "interval", "secondary", "rank"}
    value = sheet.primary.value
    if guard and phase.ladder:
        value, parts = released, parts - {"interval", "secondary"}
    if override is not None:
        value, parts = override, parts - {"interval", "secondary"}
    labels = [metric.label for metric in card.metric_objects]
    digits = {
        label: card.digits_shown(entry, phase) if guard else entry.digits
        for label, entry in zip(labels, card.metrics, strict=True)
    }
    interval, places = "interval" in parts, digits[sheet.primary.name]
    score = "score" in parts
    others = [m for m in sheet.metrics if not m.primary and "secondary" in parts]
    return Shown(
        primary=_shown(sheet.primary, places, value if score else None, interval=interval),
        secondary=tuple(_shown(m, digits[m.name], m.value, interval=interval) for m in others),
        rank="rank" in parts,
        floor=_rounded(sheet.floor.value, places) if score else None,
    )


def _shown(metric: MetricScore, digits: int, value: float | None, *, interval: bool) -> ShownMetric:
    return ShownMetric(
        name=metric.name,
        direction=metric.direction,
        digits=digits,
        value=_rounded(value, digits),
        low=_rounded(metric.low, digits) if interval else None,
        high=_rounded(metric.high, digits) if interval else None,
        level=metric.level,
    )


def _rounded(value: float | None, digits: int) -> float | None:
    """Round: what is not shown must not stand in the JSON either."""
    return None if value is None else round(value, digits) + 0.0
