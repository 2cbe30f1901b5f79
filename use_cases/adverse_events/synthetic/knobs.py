"""What can be turned in the generator; every knob has a default and a range."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import Problem, UsageError

LABELS = ("none", "planted")  # of a pair
_RANGES = {
    "persons": (1, 100_000_000),
    "substances": (3, 900),
    "events": (2, 5_000),
    "start_year": (1990, 2100),
    "years": (1, 20),
    "zipf": (0, 3),
    "planted": (0, 10_000),
    "effect_low": (1, 100),
    "effect_high": (1, 100),
    "background": (0, 5),
    "reporting": (0, 1),
    "typos": (0, 1),
    "duplicate_reports": (0, 1),
    "several_suspects": (0, 1),
    "duplicate_flows": (0, 1),
    "regularised": (0, 1),
    "twins": (0, 1),
    "changed_pseudonyms": (0, 1),
    "lost_links": (0, 1),
    "extraction_days": (0, 3650),
    "prescribers": (1, 500),
    "habits": (0, 3),
    "regions": (0, 3),
}


@dataclass(frozen=True)
class Knobs:
    """Settings of a simulated population. Shares lie from 0 to 1.

    Attributes:
        persons: How many live in the population.
        substances: How many are on the market; about a tenth is launched within the window.
        events: Terms of the synthetic hierarchy; ten to a class.
        start_year: First calendar year of the window.
        years: Its length.
        zipf: Exponent of use over the rank of a substance within its kind.
        planted: Pairs of substance and event that are true signals.
        effect_low: Least true rate ratio of a planted pair.
        effect_high: Largest; ratios are drawn evenly on the log scale.
        background: Events a person and year on a substance, all terms together.
        reporting: Share of events that is reported, before severity, notifier, launch, media.
        typos: Share of written drug names with a slip.
        duplicate_reports: Share of reports that come a second time under another number.
        several_suspects: Share of reports that name another drug of the person.
        duplicate_flows: Share of dispensing rows that a later flow holds again.
        regularised: Share of dispensings that a negative row cancels; half are entered again.
        twins: Share of persons who share a pseudonym with a twin of the same sex.
        changed_pseudonyms: Share of persons whose pseudonym changes within the window.
        lost_links: Share of these whose new pseudonym is registered as another person.
        extraction_days: Days after the window on which flows are extracted; later ones are absent.
        prescribers: Prescribers of a region.
        habits: Spread over prescribers of the log share of a substance within its kind.
        regions: Spread over regions of the same.
    """

    persons: int = 20_000
    substances: int = 120
    events: int = 60
    start_year: int = 2019
    years: int = 3
    zipf: float = 1.0
    planted: int = 100
    effect_low: float = 2.0
    effect_high: float = 16.0
    background: float = 0.6
    reporting: float = 0.12
    typos: float = 0.06
    duplicate_reports: float = 0.04
    several_suspects: float = 0.3
    duplicate_flows: float = 0.005
    regularised: float = 0.01
    twins: float = 0.015
    changed_pseudonyms: float = 0.02
    lost_links: float = 0.0
    extraction_days: int = 3650
    prescribers: int = 20
    habits: float = 0.6
    regions: float = 0.25

    def __post_init__(self) -> None:
        problems = [
            Problem("out-of-range", f"{getattr(self, name)} is not within {low} to {high}", name)
            for name, (low, high) in _RANGES.items()
            if not low <= getattr(self, name) <= high
        ]
        if self.effect_low > self.effect_high:
            problems.append(Problem("out-of-range", "it is above effect_high", "effect_low"))
        if self.planted > self.substances * self.events // 4:
            message = "more than a quarter of all pairs would be signals"
            problems.append(Problem("out-of-range", message, "planted"))
        if problems:
            raise UsageError("the generator's settings are wrong", problems=problems)

    @property
    def edges(self) -> NDArray[np.int64]:
        """First day of each calendar year of the window and of the one after, from day 0."""
        first = np.arange(self.start_year, self.start_year + self.years + 1) - 1970
        days = first.astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
        return np.asarray(days - days[0])

    @property
    def days(self) -> int:
        """Length of the window in days."""
        return int(self.edges[-1])
