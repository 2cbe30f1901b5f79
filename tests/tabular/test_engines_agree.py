"""Every measure gives the same table on DuckDB and Spark, over a population with all there is."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from workbench.tabular.claims import Claims, open_claims
from workbench.tabular.engine import Engine
from workbench.tabular.episodes import EpisodeRules
from workbench.tabular.exposed import annual_mean_patients, exposed_patients
from workbench.tabular.identity import identify
from workbench.tabular.joins import conserved_join
from workbench.tabular.netting import net_regularisations
from workbench.tabular.new_users import new_users
from workbench.tabular.oddities import oddities
from workbench.tabular.partitioned.store import open_partitioned, write_partitioned
from workbench.tabular.periods import Period, calendar_years
from workbench.tabular.person_years import person_years
from workbench.tabular.strata import Strata
from workbench.tabular.volumes import boxes, defined_daily_doses

from .world import World, day, event, pack, person

PERIODS = (*calendar_years(2019, 2020), Period("winter", day(300), day(420)))
STRATA = Strata(("sex", "age", "region"))
PACKS = [
    pack("3400900000011", "60000001", "atorvastatin", "C10AA05", 30.0),
    pack("3400900000028", "60000001", "atorvastatin", "C10AA05", 90.0),
    pack("3400900000035", "60000002", "atorvastatin", "C10BA05", None),
    pack("3400900000035", "60000002", "ezetimibe", "C10BA05", None),
    pack("3400900000042", "60000003", None, "C10", 28.0),
]
Measure = Callable[[Claims, Any], pd.DataFrame]


def population() -> World:
    """Return 25 persons: unknown sex, birth and region, deaths, ends of cover, stays, reversals."""
    draw = random.Random(7)
    world = World(product=PACKS)
    for number in range(25):
        name = f"p{number:02d}"
        start = draw.choice([-3000, 0, 200])
        end = draw.choice([None, start + draw.randrange(700)])
        died = draw.choice([None, None, day(draw.randrange(700))])
        born = draw.choice([1940, 1990, 2000, 2019, 2020, None])
        sex, region = draw.choice(["F", "M", None]), draw.choice(["11", "93", None])
        cover = day(start), None if end is None else day(end)
        world.person.append(person(name, sex, born, region, cover=cover, died=died))
        seen = {(draw.randrange(700), draw.choice(PACKS)[0]) for _ in range(draw.randrange(9))}
        for when, cip13 in sorted(seen):
            supply = draw.choice([1.0, 7.0, 30.0, 90.0])
            world.events.append(event(name, day(when), cip13, 2, 2 * supply))
            if draw.random() < 0.3:
                taken = draw.choice([1, 2])
                world.events.append(event(name, day(when), cip13, -taken, taken * supply))
        ends = sorted(draw.sample(range(700), 2 * draw.randrange(3)))
        stays = zip(ends[::2], ends[1::2], strict=True)
        world.stays += [(name, day(first), day(last)) for first, last in stays]
    return world


WORLD = population()


def opened(engine: Engine) -> tuple[Claims, Any]:
    """Return the claims, netted, and the stays."""
    netted = net_regularisations(engine, WORLD.table(engine, "events"))
    assert netted.cancelled > 0
    tables = (WORLD.table(engine, name) for name in ("person", "product"))
    claims = open_claims(engine, next(tables), netted.events, next(tables))
    return claims, WORLD.table(engine, "stays")


@pytest.fixture(scope="module")
def both(duck: Engine, spark: Engine) -> list[tuple[Claims, Any]]:
    return [opened(duck), opened(spark)]


RULES = EpisodeRules(gap_days=30, grace_days=15, stockpiling=True, supply="stated")
PLAIN = EpisodeRules(gap_days=0, grace_days=0, stockpiling=False, supply="stated")
MEASURES: dict[str, Measure] = {
    f"exposed {grain}": lambda claims, _, grain=grain: (
        exposed_patients(claims, grain, PERIODS, STRATA, several="each").table
    )
    for grain in ("pack", "substance", "atc2", "atc5")
} | {
    "annual mean": lambda claims, _: (
        annual_mean_patients(claims, "substance", 2019, 2020, STRATA, several="each").table
    ),
    "new users": lambda claims, _: (
        new_users(claims, "substance", PERIODS, 180, STRATA, several="each").table
    ),
    "person-years": lambda claims, _: (
        person_years(claims, "substance", PERIODS, RULES, STRATA, several="each").table
    ),
    "person-years without stock": lambda claims, _: (
        person_years(claims, "atc5", PERIODS, PLAIN, several="each").table
    ),
    "person-years at home": lambda claims, stays: (
        person_years(claims, "atc5", PERIODS, RULES, several="each", stays=stays).table
    ),
    "boxes": lambda claims, _: boxes(claims, "atc5", PERIODS, STRATA, several="each").table,
    "doses": lambda claims, _: (
        defined_daily_doses(claims, "atc5", PERIODS, STRATA, several="each").table
    ),
    "netted flows": lambda claims, _: claims.engine.run(
        claims.events.order_by("person_id", "cip13", "date")
    ),
    "oddities": lambda claims, _: pd.DataFrame([vars(oddities(claims))]),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(MEASURES))
def test_a_measure_is_the_same_on_both_engines(both: list[tuple[Claims, Any]], name: str) -> None:
    tables = [MEASURES[name](*world) for world in both]
    assert len(tables[0])
    pd.testing.assert_frame_equal(*tables, check_dtype=False, rtol=1e-12)


@pytest.mark.slow
def test_identities_and_joins_are_the_same_on_both_engines(duck: Engine, spark: Engine) -> None:
    seen = pd.DataFrame({"pseudonym": list("aabcd"), "twin_rank": [1, 2, 1, 1, 1], "n": range(5)})
    known = seen.drop(columns="n").head(4).assign(person_id=["t1", "t2", "c", "c"])
    keys = {"pseudonym": "string", "twin_rank": "int64"}
    found = []
    for engine in (duck, spark):
        rows = engine.frame(seen, keys | {"n": "int64"})
        crosswalk = engine.frame(known, keys | {"person_id": "string"})
        named, first = identify(engine, rows, crosswalk, most_lost=0.5)
        more = engine.frame(
            pd.DataFrame({"person_id": ["t1"], "x": [3]}), {"person_id": "string", "x": "int64"}
        )
        joined, second = conserved_join(engine, named, more, ["person_id"], most_lost=0.9)
        found.append(
            (engine.run(named.order_by("n")), engine.run(joined.order_by("n")), first, second)
        )
    for one, other in zip(*(pair[:2] for pair in found), strict=True):
        pd.testing.assert_frame_equal(one, other, check_dtype=False)
    assert found[0][2:] == found[1][2:]


@pytest.mark.slow
def test_a_store_that_spark_wrote_counts_the_same(
    both: list[tuple[Claims, Any]], tmp_path: Path
) -> None:
    tables = []
    for at, (claims, _) in enumerate(both):
        folder = write_partitioned(claims, tmp_path / str(at))
        store = open_partitioned(claims.engine, folder)
        tables.append(
            exposed_patients(
                store, "substance", PERIODS, STRATA, several="each", engine="partitioned"
            ).table
        )
    pd.testing.assert_frame_equal(*tables, check_dtype=False)
    pd.testing.assert_frame_equal(tables[0], MEASURES["exposed substance"](*both[0]))
