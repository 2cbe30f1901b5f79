"""Claims that cannot be used: each fault has its name and its count."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import DataError, UsageError
from workbench.tabular.contracts import EXPOSURE_EVENT, PERSON, PRODUCT
from workbench.tabular.engine import Engine
from workbench.tabular.episodes import EpisodeRules
from workbench.tabular.exposed import exposed_patients
from workbench.tabular.home_clock import check_stays
from workbench.tabular.oddities import Oddities, oddities
from workbench.tabular.partitioned.store import open_partitioned, write_partitioned
from workbench.tabular.periods import Period, calendar_years, check_periods
from workbench.tabular.strata import Strata

from .world import World, day, event, pack, person

GOOD = event("a", day(1), "p")


@pytest.mark.parametrize(
    ("world", "code"),
    [
        (World([person("a"), person("a")], [], []), "person-twice"),
        (World([person("a", sex="1")], [], []), "bad-sex"),
        (World([person("a", cover=(day(9), day(3)))], [], []), "reversed-cover"),
        (World([person("a")], [event("a", day(1), "p", 0)], [pack("p")]), "not-netted"),
        (World([person("a")], [event("a", day(1), "p", -2)], [pack("p")]), "not-netted"),
        (World([person("a")], [event("a", day(1), "p", 1, -3.0)], [pack("p")]), "bad-days-supply"),
        (World([person("a")], [event("a", None, "p")], [pack("p")]), "no-key"),
        (World([person("a")], [GOOD, GOOD], [pack("p")]), "dispensing-twice"),
        (World([person("b")], [GOOD], [pack("p")]), "unknown-person"),
        (World([person("a")], [GOOD], [pack("q")]), "unknown-pack"),
    ],
)
def test_a_fault_has_its_name(duck: Engine, world: World, code: str) -> None:
    with pytest.raises(DataError) as found:
        world.claims(duck)
    assert code in [problem.code for problem in found.value.problems]


def test_columns_are_known_by_name(duck: Engine) -> None:
    from workbench.tabular.claims import open_claims

    world = World([person("a")], [GOOD], [pack("p")])
    tables = [world.table(duck, name) for name in ("person", "events", "product")]
    renamed = tables[1].rename(cip_13="cip13")
    with pytest.raises(DataError, match="Did you mean 'cip_13'"):
        open_claims(duck, tables[0], renamed, tables[2])
    text = tables[1].mutate(boxes=tables[1].boxes.cast("string"))
    with pytest.raises(DataError, match="wrong-type"):
        open_claims(duck, tables[0], text, tables[2])


def test_unknown_packs_are_counted_below_the_share_that_was_stated(duck: Engine) -> None:
    world = World([person("a")], [GOOD, event("a", day(2), "lost", 1)], [pack("p", "1")])
    claims = world.claims(duck, most_unknown=0.5)
    assert (claims.unknown_pack_rows, claims.unknown_pack_boxes) == (1, 1)


def test_stays_and_periods_and_rules(duck: Engine) -> None:
    world = World(stays=[("a", day(1), day(9)), ("a", day(2), day(3)), ("a", day(8), day(9))])
    with pytest.raises(DataError, match="2 stays start before"):
        check_stays(duck, world.table(duck, "stays"))
    late = Period("x", dt.date(2020, 1, 2), dt.date(2020, 1, 1))
    with pytest.raises(DataError, match=r"reversed-period[\s\S]*period-twice"):
        check_periods([late, late])
    with pytest.raises(DataError, match="no-period"):
        check_periods([])
    with pytest.raises(UsageError, match="0 days or more"):
        EpisodeRules(-1, 0, True, "stated")
    with pytest.raises(UsageError, match="rise from 0"):
        Strata(("age",), (1, 20))


def test_an_engine_that_does_not_fit_the_claims_is_refused(duck: Engine, tmp_path: Path) -> None:
    claims = World([person("a")], [GOOD], [pack("p", "1")]).claims(duck)
    with pytest.raises(UsageError, match="write_partitioned"):
        exposed_patients(claims, "pack", calendar_years(2019, 2019), engine="partitioned")
    with pytest.raises(DataError, match=r"layout\.json is absent"):
        open_partitioned(duck, tmp_path)


@pytest.mark.parametrize("numba", ["always", "never"])
def test_a_store_that_was_shuffled_is_refused(
    duck: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, numba: str
) -> None:
    monkeypatch.setenv("WORKBENCH_NUMBA", numba)
    persons = [person(f"{number:05d}") for number in range(5000)]
    events = [event(f"{number:05d}", day(1), "p") for number in (1, 4999)]
    claims = World(persons, events, [pack("p", "1")]).claims(duck)
    store = open_partitioned(duck, write_partitioned(claims, tmp_path / "store"))
    count = exposed_patients(store, "pack", calendar_years(2019, 2019), engine="partitioned")
    assert count.table["exposed_patients"].tolist() == [2]
    [file] = store.files
    pd.read_parquet(file).iloc[::-1].to_parquet(file)
    with pytest.raises(DataError, match="not sorted by block"):
        exposed_patients(store, "pack", calendar_years(2019, 2019), engine="partitioned")


def test_a_store_gives_the_claims_back(duck: Engine, tmp_path: Path) -> None:
    world = World([person("a"), person("b", None)], [GOOD], [pack("p", "1")])
    claims = world.claims(duck)
    back = open_partitioned(duck, write_partitioned(claims, tmp_path / "store")).claims()
    for name, types in (("person", PERSON), ("events", EXPOSURE_EVENT), ("product", PRODUCT)):
        before, after = (duck.run(getattr(c, name).select(*types)) for c in (claims, back))
        pd.testing.assert_frame_equal(before, after, check_dtype=False)


def test_odd_dispensings_are_counted(duck: Engine) -> None:
    cover = (day(10), day(50))
    world = World([person("a", born=2019, cover=cover, died=day(40)), person("b")], [], [pack("p")])
    world.events = [event("a", day(n), "p") for n in (-5, 10, 40, 45, 50, 51)]
    world.events.append(event("b", day(1), "p"))
    assert oddities(world.claims(duck)) == Oddities(7, 3, 1, 1, 1)
