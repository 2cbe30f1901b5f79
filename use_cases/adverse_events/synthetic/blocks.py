"""One block of persons from birth to report: drawn alone, so that memory does not grow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from .catalogue import Catalogue, draw_catalogue
from .courses import draw_courses
from .dispensings import Dispensings, draw_dispensings, flow_table
from .effects import Effects, Events, Exposed, draw_effects, draw_events, find_exposed
from .knobs import Knobs
from .persons import BLOCK, Persons, draw_persons, person_tables
from .prescribers import Prescribers, draw_prescribers
from .reporting import Reported, draw_reported
from .reports import report_tables


@dataclass(frozen=True, eq=False)
class World:
    """What all persons of a seed share.

    Attributes:
        knobs: Settings.
        seed: Of everything.
        market: Substances, packs, terms.
        panel: Prescribers.
        effects: True rates.
    """

    knobs: Knobs
    seed: int
    market: Catalogue
    panel: Prescribers
    effects: Effects

    @classmethod
    def of(cls, knobs: Knobs, seed: int) -> World:
        """Return the world of a seed."""
        market = draw_catalogue(knobs, seed)
        panel = draw_prescribers(market, knobs, seed)
        return cls(knobs, seed, market, panel, draw_effects(market, knobs, seed))

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the population in order."""
        for number in range(-(-self.knobs.persons // BLOCK)):
            yield draw_block(self, number)


@dataclass(frozen=True, eq=False)
class Block:
    """What happened to the persons of one block, as it was.

    Attributes:
        world: What it shares with the others.
        number: Of the block.
        who: The persons.
        real: Their dispensings.
        exposed: Who was exposed to what in which year.
        events: What happened.
        reported: What was reported of it.
    """

    world: World
    number: int
    who: Persons
    real: Dispensings
    exposed: Exposed
    events: Events
    reported: Reported

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the block's tables by name, as registers and notifiers would give them."""
        knobs, seed, market = self.world.knobs, self.world.seed, self.world.market
        flows = flow_table(self.real, self.who, market, self.world.panel, knobs, seed, self.number)
        reports = report_tables(
            self.events, self.reported, self.exposed, self.who, market, knobs, seed, self.number
        )
        return {**person_tables(self.who, knobs, seed), "dispensing": flows, **reports}


def draw_block(world: World, number: int) -> Block:
    """Return what happened to the persons of a block."""
    knobs, seed, market = world.knobs, world.seed, world.market
    who = draw_persons(knobs, seed, number)
    courses = draw_courses(who, market, world.panel, knobs, seed, number)
    real = draw_dispensings(courses, who, market, knobs, seed, number)
    exposed = find_exposed(real, who, knobs)
    events = draw_events(exposed, who, world.effects, knobs, seed, number)
    reported = draw_reported(events, exposed, who, market, knobs, seed, number)
    return Block(world, number, who, real, exposed, events, reported)
