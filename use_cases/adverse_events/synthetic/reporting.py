"""Which events are reported, by whom, and when it arrives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue
from .effects import Events, Exposed
from .knobs import Knobs
from .persons import REGIONS, Persons
from .streams import WHOLE, stream

Ints = NDArray[np.int64]
NOTIFIERS = ("physician", "pharmacist", "patient")
_NOTIFIER_SHARE = (0.45, 0.3, 0.25)
_NOTIFIER_FACTOR = (1.0, 1.2, 0.6)
_SERIOUS, _MILD = 2.2, 0.7
_LAUNCH, _LAUNCH_DAYS = 2.0, 500.0  # three times as many at launch, falling (Weber)
_MEDIA, _MEDIA_DAYS = 4.0, 120  # times as many while the media speak of it
_REGION_SPREAD = 0.25
_MOST = 0.95


@dataclass(frozen=True, eq=False)
class Reported:
    """Which events were reported.

    Attributes:
        notifier: Who would report each event, ``(m,)``.
        known: Whether it was reported, ``(m,)``.
        delay: Days from the event to its receipt, ``(m,)``.
    """

    notifier: Ints
    known: NDArray[np.bool_]
    delay: Ints


def draw_reported(
    events: Events,
    exposed: Exposed,
    who: Persons,
    market: Catalogue,
    knobs: Knobs,
    seed: int,
    block: int,
) -> Reported:
    """Return which events of a block are reported.

    The chance is ``knobs.reporting`` times factors of severity, notifier, time since launch, media
    and region, at most 0.95.
    """
    random, m = stream(seed, block, "reporting"), len(events.row)
    substance = exposed.substance[events.row]
    region = who.region[exposed.person[events.row]]
    notifier = np.searchsorted(np.cumsum(_NOTIFIER_SHARE), random.random(m), side="right")
    since = (events.day - market.launch_day[substance]).clip(0)
    media = events.day - market.media_day[substance]
    spread = stream(seed, WHOLE, "regions").normal(size=REGIONS)
    chance = (
        knobs.reporting
        * np.where(events.serious, _SERIOUS, _MILD)
        * np.array(_NOTIFIER_FACTOR)[notifier]
        * (1 + _LAUNCH * np.exp(-since / _LAUNCH_DAYS))
        * np.where((media >= 0) & (media < _MEDIA_DAYS), _MEDIA, 1.0)
        * np.exp(_REGION_SPREAD * spread)[region]
    )
    known = random.random(m) < chance.clip(0, _MOST)
    return Reported(notifier, known, np.ceil(random.exponential(40, m)).astype(np.int64))
