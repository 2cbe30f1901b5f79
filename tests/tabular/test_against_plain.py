"""Every measure equals the plain loops, on populations that hypothesis makes up."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from workbench.tabular.engine import Engine
from workbench.tabular.episodes import EpisodeRules
from workbench.tabular.exposed import exposed_patients
from workbench.tabular.measure import Exposure
from workbench.tabular.new_users import new_users
from workbench.tabular.partitioned.store import open_partitioned, write_partitioned
from workbench.tabular.periods import Period, calendar_years
from workbench.tabular.person_years import DAYS_A_YEAR, person_years
from workbench.tabular.strata import Strata

from . import plain_exposure as plain
from .world import World, day, event, pack, person

EXAMPLES = int(os.environ.get("EXAMPLES", "8"))
SLOW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # shrinking would run the engine for minutes
)
PRODUCT = [
    pack("3400900000011", "60000001", "atorvastatin", "C10AA05"),
    pack("3400900000028", "60000001", "atorvastatin", "C10AA05"),
    pack("3400900000035", "60000002", "atorvastatin", "C10BA05"),
    pack("3400900000035", "60000002", "ezetimibe", "C10BA05"),
    pack("3400900000042", "60000003", None, "C10"),
]
PERIODS = (*calendar_years(2019, 2020), Period("winter", day(300), day(420)))
GRAINS = ["pack", "speciality", "substance", "atc1", "atc2", "atc4", "atc5"]
DAYS = st.integers(0, 700)


@st.composite
def worlds(draw: Any) -> World:
    """Up to five persons with some dispensings, stays, deaths and ends of cover."""
    world = World(product=PRODUCT)
    for number in range(draw(st.integers(1, 5))):
        start = draw(st.sampled_from([-3000, 0, 200]))
        world.person.append(
            person(
                f"p{number}",
                draw(st.sampled_from(["F", "M", None])),
                draw(st.sampled_from([1940, 1990, 2000, 2019, 2020, 2030, None])),
                draw(st.sampled_from(["11", None])),
                cover=(day(start), draw(st.none() | st.builds(day, st.integers(start, 700)))),
                died=draw(st.none() | st.builds(day, DAYS)),
            )
        )
        kinds = st.tuples(DAYS, st.sampled_from(range(5)))
        for when, which in draw(st.sets(kinds, max_size=8)):
            supply = draw(st.sampled_from([0, 1, 7, 30, 90]))
            if which != 3:
                world.events.append(event(f"p{number}", day(when), PRODUCT[which][0], 1, supply))
        ends = sorted(draw(st.sets(DAYS, max_size=6)))
        stays = zip(ends[::2], ends[1::2], strict=False)
        world.stays += [(f"p{number}", day(a), day(b)) for a, b in stays]
    return world


def cells(found: Exposure, *columns: str) -> dict[Any, Any]:
    """Return the table of an exposure by cell."""
    rows = found.table.to_dict("records")
    values = [tuple(row[c] for c in (columns or (found.measure,))) for row in rows]
    keys = [tuple(row[g] for g in found.groups) for row in rows]
    return {k: v if columns else v[0] for k, v in zip(keys, values, strict=True)}


STRATA = st.sampled_from([Strata(), Strata(("sex", "age", "region")), Strata(("age",), (0, 1, 18))])


@SLOW
@given(world=worlds(), grain=st.sampled_from(GRAINS), strata=STRATA)
def test_exposed_patients(duck: Engine, world: World, grain: str, strata: Strata) -> None:
    claims = world.claims(duck)
    found = exposed_patients(claims, grain, PERIODS, strata, several="each")
    assert cells(found) == plain.exposed(world, grain, PERIODS, strata)


@SLOW
@given(world=worlds(), grain=st.sampled_from(GRAINS), strata=STRATA, numba=st.booleans())
def test_exposed_patients_of_a_partitioned_store(
    duck: Engine, world: World, grain: str, strata: Strata, numba: bool
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_NUMBA", "always" if numba else "never")
        write_partitioned(world.claims(duck), Path(folder) / "store")
        store = open_partitioned(duck, Path(folder) / "store")
        found = exposed_patients(
            store, grain, PERIODS, strata, several="each", engine="partitioned"
        )
        assert cells(found) == plain.exposed(world, grain, PERIODS, strata)


@SLOW
@given(world=worlds(), grain=st.sampled_from(GRAINS), strata=STRATA, washout=st.integers(1, 400))
def test_new_users(duck: Engine, world: World, grain: str, strata: Strata, washout: int) -> None:
    found = new_users(world.claims(duck), grain, PERIODS, washout, strata, several="each")
    expected = plain.new_users(world, grain, PERIODS, washout, strata)
    assert cells(found, "new_users", "unknown_look_back") == expected


RULES = st.builds(
    EpisodeRules,
    gap_days=st.sampled_from([0, 1, 30]),
    grace_days=st.sampled_from([0, 1, 15, 60]),
    stockpiling=st.booleans(),
    supply=st.just("stated"),
)


@SLOW
@given(
    world=worlds(), grain=st.sampled_from(GRAINS), strata=STRATA, rules=RULES, away=st.booleans()
)
def test_person_years(
    duck: Engine, world: World, grain: str, strata: Strata, rules: EpisodeRules, away: bool
) -> None:
    stays = world.table(duck, "stays") if away else None
    found = person_years(
        world.claims(duck), grain, PERIODS, rules, strata, several="each", stays=stays
    )
    days = {cell: round(years * DAYS_A_YEAR, 6) for cell, years in cells(found).items()}
    assert days == plain.person_days(world, grain, PERIODS, rules, strata, away)
