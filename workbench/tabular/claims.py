"""Claims of a population, checked once: what every exposure measure is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.errors import DataError, Problem
from workbench.tabular.contracts import (
    EXPOSURE_EVENT,
    PERSON,
    PRODUCT,
    check_columns,
    check_rows,
)
from workbench.tabular.engine import Engine


@dataclass(frozen=True, eq=False)
class Claims:
    """The three canonical tables and what is known of them.

    Attributes:
        engine: Where they stand.
        person: One row a person.
        events: One row a person, pack and date, net of regularisations.
        product: Packs and their codes.
        unknown_pack_rows: Dispensings of packs that ``product`` does not have; they are in no
            measure but those by pack.
        unknown_pack_boxes: Their boxes.
    """

    engine: Engine
    person: Any
    events: Any
    product: Any
    unknown_pack_rows: int
    unknown_pack_boxes: int


def open_claims(
    engine: Engine, person: Any, events: Any, product: Any, *, most_unknown: float = 0.0
) -> Claims:
    """Check claims and return them.

    Args:
        engine: Where the tables stand.
        person: See ``contracts.PERSON``.
        events: See ``contracts.EXPOSURE_EVENT``; netted (``netting.net_regularisations``).
        product: See ``contracts.PRODUCT``.
        most_unknown: Largest share of boxes that may be of unknown packs.

    Raises:
        DataError: By code, with counts: ``missing-column``, ``wrong-type``; ``person-twice``,
            ``no-person-id``, ``bad-sex``, ``reversed-cover``; ``no-key``, ``not-netted``,
            ``bad-days-supply``, ``dispensing-twice``; ``unknown-person``; ``unknown-pack``.
    """
    for table, types, name in (
        (person, PERSON, "person"),
        (events, EXPOSURE_EVENT, "exposure_event"),
        (product, PRODUCT, "product"),
    ):
        check_columns(table, types, name)
    _check_persons(engine, person)
    _check_events(engine, events)
    _refuse_twice(engine, person, ["person_id"], "person-twice", "person")
    _refuse_twice(
        engine, events, ["person_id", "cip13", "date"], "dispensing-twice", "exposure_event"
    )
    orphans = events.anti_join(person, "person_id")
    lost = int(engine.one(orphans.aggregate(n=orphans.count()))["n"])
    if lost:
        problem = Problem("unknown-person", f"{lost} dispensings", "table exposure_event")
        raise DataError("dispensings of persons that are not in person", problems=[problem])
    packs = product.select("cip13").distinct()
    unknown = events.anti_join(packs, "cip13")
    seen = engine.one(unknown.aggregate(rows=unknown.count(), boxes=unknown.boxes.sum()))
    rows, boxes = int(seen["rows"]), int(seen["boxes"] or 0)
    total = int(engine.one(events.aggregate(n=events.boxes.sum()))["n"] or 0)
    if boxes > most_unknown * total:
        text = f"{rows} dispensings, {boxes / total:.4%} of boxes (at most {most_unknown:.4%})"
        remedy = "add the packs to product, or state the share that may be unknown"
        problem = Problem("unknown-pack", text, "table exposure_event", remedy)
        raise DataError("too many dispensings of packs that are not in product", problems=[problem])
    return Claims(engine, person, events, product, rows, boxes)


def _check_persons(engine: Engine, person: Any) -> None:
    """Check the rows of ``person``."""
    rules = {
        "no-person-id": (person.person_id.isnull(), "person_id is missing"),
        "bad-sex": (~person.sex.isin(["F", "M"]), "sex is neither F nor M nor missing"),
        "no-cover": (person.cover_start.isnull(), "cover_start is missing"),
        "reversed-cover": (person.cover_end < person.cover_start, "cover ends before it starts"),
    }
    check_rows(engine, person, rules, "person")


def _check_events(engine: Engine, events: Any) -> None:
    """Check the rows of ``exposure_event``."""
    absent = events.person_id.isnull() | events.cip13.isnull() | events.date.isnull()
    rules = {
        "no-key": (absent, "person_id, cip13 or date is missing"),
        "not-netted": (
            events.boxes.isnull() | (events.boxes <= 0),
            "boxes are not above 0: net regularisations first (net_regularisations)",
        ),
        "bad-days-supply": (events.days_supply < 0, "days_supply is below 0"),
    }
    check_rows(engine, events, rules, "exposure_event")


def _refuse_twice(engine: Engine, table: Any, keys: list[str], code: str, name: str) -> None:
    """Raise where a key stands twice."""
    distinct = table.select(*keys).distinct()
    rows = int(engine.one(table.aggregate(n=table.count()))["n"])
    once = int(engine.one(distinct.aggregate(n=distinct.count()))["n"])
    if rows != once:
        problem = Problem(code, f"{rows - once} of {rows} rows repeat {keys}", f"table {name}")
        raise DataError(f"{keys} does not name a row of {name}", problems=[problem])
