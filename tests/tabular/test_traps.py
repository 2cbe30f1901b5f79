"""Traps of a public pipeline: each with the small population in which it gives a wrong number."""

from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import DataError, UsageError
from workbench.tabular.claims import open_claims
from workbench.tabular.engine import Engine
from workbench.tabular.episodes import EpisodeRules
from workbench.tabular.exposed import annual_mean_patients, exposed_patients
from workbench.tabular.grains import codes
from workbench.tabular.identity import identify
from workbench.tabular.joins import conserved_join
from workbench.tabular.masked import masked_counts, total_bounds
from workbench.tabular.measure import side_by_side
from workbench.tabular.netting import net_regularisations
from workbench.tabular.new_users import new_users
from workbench.tabular.periods import Period, calendar_years
from workbench.tabular.person_years import person_years
from workbench.tabular.volumes import boxes, defined_daily_doses

from .world import Day, World, day, event, pack, person

SMALL, LARGE, OTHER = "3400900000011", "3400900000028", "3400900000035"
PRODUCT = [
    pack(SMALL, "60000001", "atorvastatin", "C10AA05", 30.0),
    pack(LARGE, "60000001", "atorvastatin", "C10AA05", 90.0),
    pack(OTHER, "60000002", "simvastatin", "C10AA01", None),
]
YEAR = calendar_years(2019, 2019)


def codes_of(error: pytest.ExceptionInfo[DataError]) -> list[str]:
    """Return the codes of all problems of an error."""
    return [problem.code for problem in error.value.problems]


def test_t1_a_patient_with_two_packs_of_a_speciality_counts_once(engine: Engine) -> None:
    world = World([person("a")], [event("a", day(1), SMALL), event("a", day(40), LARGE)], PRODUCT)
    claims = world.claims(engine)
    by_pack = exposed_patients(claims, "pack", YEAR).table["exposed_patients"].tolist()
    by_speciality = exposed_patients(claims, "speciality", YEAR).table["exposed_patients"].tolist()
    assert (by_pack, by_speciality) == ([1, 1], [1])


def test_t2_a_join_that_gains_rows_is_refused(engine: Engine) -> None:
    left = engine.frame(
        pd.DataFrame({"cip13": [SMALL, LARGE, "unknown"], "boxes": [10, 20, 5]}),
        {"cip13": "string", "boxes": "int64"},
    )
    twice = pd.DataFrame({"cip13": [SMALL, SMALL, LARGE], "cis": ["1", "2", "1"]})
    types = {"cip13": "string", "cis": "string"}
    with pytest.raises(DataError) as gains:
        conserved_join(engine, left, engine.frame(twice, types), ["cip13"], weight="boxes")
    assert codes_of(gains) == ["join-gains-rows"] and SMALL in gains.value.problems[0].message
    once = engine.frame(twice.drop(1), types)
    with pytest.raises(DataError) as loses:
        conserved_join(engine, left, once, ["cip13"], weight="boxes", most_lost=0.1)
    assert codes_of(loses) == ["join-loses-rows"] and "14.2857%" in loses.value.problems[0].message
    joined, count = conserved_join(engine, left, once, ["cip13"], weight="boxes", most_lost=0.15)
    assert engine.one(joined.aggregate(n=joined.boxes.sum()))["n"] == 30
    assert (count.rows, count.matched, count.volume, count.unmatched_volume) == (3, 2, 35.0, 5.0)


def test_t2_a_pack_under_two_specialities_is_refused_or_counted_for_each(engine: Engine) -> None:
    product = [pack(SMALL, "60000001"), pack(SMALL, "60000009")]
    claims = World([person("a")], [event("a", day(1), SMALL, 3)], product).claims(engine)
    with pytest.raises(DataError) as refused:
        boxes(claims, "speciality", YEAR)
    assert codes_of(refused) == ["pack-under-several"]
    each = boxes(claims, "speciality", YEAR, several="each")
    assert each.several == 1 and each.table["boxes"].tolist() == [3, 3]


def test_t3_twins_stay_two_and_a_changed_pseudonym_stays_one(engine: Engine) -> None:
    seen = pd.DataFrame(
        {"pseudonym": ["twins", "twins", "old", "new"], "twin_rank": [1, 2, 1, 1], "n": range(4)}
    )
    known = seen.drop(columns="n").assign(person_id=["t1", "t2", "c", "c"])
    keys = {"pseudonym": "string", "twin_rank": "int64"}
    rows = engine.frame(seen, keys | {"n": "int64"})
    crosswalk = engine.frame(known, keys | {"person_id": "string"})
    found, count = identify(engine, rows, crosswalk)
    assert engine.run(found.order_by("n"))["person_id"].tolist() == ["t1", "t2", "c", "c"]
    assert count.unmatched == 0
    with pytest.raises(DataError) as merged:
        identify(engine, rows, crosswalk, key=["pseudonym"])
    assert codes_of(merged) == ["ambiguous-key"]


def test_t4_a_masked_count_is_an_interval_and_never_0() -> None:
    table = pd.DataFrame({"n": [40, None, "<11"]})
    found = masked_counts(table, "n", threshold=11, marks=("<11",))
    assert found["low"].tolist() == [40, 1, 1] and found["high"].tolist() == [40, 10, 10]
    assert found["exposed"].isna().tolist() == [False, True, True]
    assert total_bounds(found) == (42, 60)
    with pytest.raises(DataError) as filled:
        masked_counts(pd.DataFrame({"n": [40, None, 0]}), "n", threshold=11)
    assert codes_of(filled) == ["zero-in-masked-table"]


def test_t5_patients_of_eight_years_are_not_those_of_each_year_added(engine: Engine) -> None:
    years = range(2014, 2022)
    world = World([person("a"), person("b")], [], PRODUCT)
    world.events = [event("a", Day(year, 6, 1), SMALL) for year in years]
    world.events.append(event("b", Day(2014, 6, 1), SMALL))
    claims = world.claims(engine)
    whole = [Period("2014-2021", Day(2014, 1, 1), Day(2021, 12, 31))]
    period = exposed_patients(claims, "substance", whole)
    mean = annual_mean_patients(claims, "substance", 2014, 2021)
    assert period.table["exposed_patients"].tolist() == [2]
    assert mean.table["annual_mean_patients"].tolist() == [9 / 8]
    both = side_by_side([period, mean])
    assert both.columns.tolist() == ["code", "period", "exposed_patients", "annual_mean_patients"]
    with pytest.raises(UsageError, match="stands twice"):
        side_by_side([period, period])


def test_t8_regularisations_are_netted_and_nothing_vanishes(engine: Engine) -> None:
    flows = [
        event("a", day(1), SMALL, 2, 60.0), event("a", day(1), SMALL, -1, 30.0),
        event("b", day(1), SMALL, 1), event("b", day(1), SMALL, -1),
        event("c", day(1), SMALL, -13), event("d", day(2), SMALL, 1, None),
    ]  # fmt: skip
    world = World([person(name) for name in "abcd"], flows, PRODUCT)
    with pytest.raises(DataError) as raw:
        world.claims(engine)
    assert "not-netted" in codes_of(raw)
    netted = net_regularisations(engine, world.table(engine, "events"))
    kept = engine.run(netted.events.order_by("person_id"))
    assert kept[["person_id", "boxes"]].values.tolist() == [["a", 1], ["d", 1]]
    assert kept["days_supply"].iloc[0] == 30 and pd.isna(kept["days_supply"].iloc[1])
    assert (netted.flows, netted.boxes, netted.cancelled) == (6, -11, 1)
    assert (netted.over_cancelled_rows, netted.over_cancelled_boxes) == (1, -13)
    assert netted.net_boxes + netted.over_cancelled_boxes == netted.boxes
    tables = (world.table(engine, name) for name in ("person", "product"))
    claims = open_claims(engine, next(tables), netted.events, next(tables))
    assert exposed_patients(claims, "pack", YEAR).table["exposed_patients"].tolist() == [2]


def test_the_measures_of_one_patient(engine: Engine) -> None:
    world = World([person("a", cover=(day(0), None))], [], PRODUCT)
    world.events = [event("a", day(10), SMALL, 2, 60.0), event("a", day(40), LARGE, 1, 90.0)]
    world.stays = [("a", day(20), day(25))]
    claims = world.claims(engine)
    rules = EpisodeRules(gap_days=0, grace_days=0, stockpiling=True, supply="stated")
    spent = person_years(claims, "substance", YEAR, rules).table["person_years"]
    assert spent.tolist() == pytest.approx([150 / 365.25])
    home = person_years(claims, "substance", YEAR, rules, stays=world.table(engine, "stays"))
    assert home.table["person_years"].tolist() == pytest.approx([150 / 365.25])
    assert home.settings["hospital_stays"] == "excluded"
    doses = defined_daily_doses(claims, "substance", YEAR).table
    assert doses[["ddd", "boxes_without_ddd"]].values.tolist() == [[150.0, 0]]
    assert boxes(claims, "substance", YEAR).table["boxes"].tolist() == [3]
    started = new_users(claims, "substance", YEAR, 10).table
    assert started[["new_users", "unknown_look_back"]].values.tolist() == [[1, 0]]
    unknown = new_users(claims, "substance", YEAR, 31).table
    assert unknown[["new_users", "unknown_look_back"]].values.tolist() == [[0, 1]]


def test_doses_that_are_not_known_are_not_0(engine: Engine) -> None:
    claims = World([person("a")], [event("a", day(1), OTHER, 4)], PRODUCT).claims(engine)
    doses = defined_daily_doses(claims, "substance", YEAR).table
    assert doses["ddd"].isna().tolist() == [True]
    assert doses["boxes_without_ddd"].tolist() == [4]
    rules = EpisodeRules(0, 0, True, "ddd")
    with pytest.raises(DataError) as unknown:
        person_years(claims, "substance", YEAR, rules)
    assert codes_of(unknown) == ["no-supply"]


def test_packs_without_a_code_are_counted(duck: Engine) -> None:
    claims = World([], [], [pack(SMALL, atc5="C10"), pack(LARGE, atc5="C10AA05")]).claims(duck)
    found = codes(duck, claims.product, "atc4")
    assert found.without == 1 and duck.run(found.table)["code"].tolist() == ["C10AA"]
