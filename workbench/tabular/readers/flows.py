"""Raw flows of dispensing in our own columns to ``person``, ``exposure_event`` and ``product``.

For sources that have tables of persons, of flows and of packs already, and where they need one, the
table of which pseudonym is whose. Persons become numbers first: ten million rows are then counted
by whole numbers, not by text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.errors import DataError, Problem
from workbench.tabular.contracts import PERSON, PRODUCT, check_columns
from workbench.tabular.engine import Engine
from workbench.tabular.netting import Netted, net_regularisations

from .claims_tables import ClaimsReading
from .contracts import check_tables
from .flow_copies import FLOWS, without_copies
from .ledger import Ledger

_FLOW = {"cip13": "string", "date": "date", "boxes": "int64", "source": "string",
         "flow_date": "date"}  # fmt: skip
_WORDS = {
    "unreadable-quantity": "no number of boxes",
    "unreadable-date": "no day of dispensing",
    "reversed-dates": "the flow is older than the dispensing",
    "unknown-pack": "the pack is not in product",
    "unknown-person": "the person is not known",
}


def read_flows(
    engine: Engine, sources: Mapping[str, Any], *, max_rejected: float, name: str = "claims"
) -> ClaimsReading:
    """Read flows.

    Args:
        engine: Where the tables stand.
        sources: ``person``, ``dispensing`` and ``product``; ``beneficiary`` where a flow has
            ``pseudonym`` and ``birth_rank`` in the place of ``person_id``.
        max_rejected: Share of boxes (0 to 1) of unknown packs or persons that stops.
        name: Of the source, for messages.

    Returns:
        The three canonical tables, persons and packs by number; dispensings are net.

    Raises:
        DataError: ``missing-table``, ``missing-column``, ``wrong-type``, ``join-gains-rows`` (a
            pseudonym of two persons, a pack with two supplies), ``too-many-unknown-codes``.
    """
    ledger = Ledger(name, max_rejected)
    check_tables(sources, ["person", FLOWS, "product"], name)
    check_columns(_dated(sources[FLOWS], ("date", "flow_date")), _FLOW, FLOWS)
    person = _persons(engine, sources["person"], ledger)
    product = sources["product"]
    packs = _packs(engine, product)
    lines = _joined(engine, sources, person, packs)
    lines = _left_out(engine, lines, ledger)
    lines = without_copies(engine, lines, ledger)
    net = net_regularisations(engine, lines)
    _note_netting(net, ledger)
    supply = {} if "ddd_per_box" in product.columns else {"ddd_per_box": _null("float64")}
    tables = {
        "person": person.select(*PERSON),
        "exposure_event": net.events,
        "product": product.mutate(**supply).select(*PRODUCT),
    }
    return ClaimsReading(tables, ledger)


def _dated(table: Any, names: tuple[str, ...]) -> Any:
    """Return a table whose days are dates, not times."""
    return table.mutate(**{n: table[n].cast("date") for n in names if n in table.columns})


def _persons(engine: Engine, person: Any, ledger: Ledger) -> Any:
    """Return persons by number, with the id they had; who was never covered is left out."""
    import ibis

    person = _dated(person, ("cover_start", "cover_end", "death_date"))
    check_columns(person, PERSON, "person")
    never = (person.cover_end < person.cover_start).fill_null(False)
    count = engine.one(person.aggregate(rows=person.count(), never=never.sum()))
    ledger.start("person", int(count["rows"]))
    ledger.step("person", "reversed-cover", int(count["rows"]) - int(count["never"] or 0))
    words = "cover ends before it starts"
    ledger.decide("reversed-cover", "person", int(count["never"] or 0), words)
    number = ibis.row_number().over(ibis.window(order_by=person.person_id))
    kept = person.filter(~never)
    return engine.kept(
        kept.mutate(known_as=kept.person_id.cast("string"), person_id=number.cast("int64"))
    )


def _packs(engine: Engine, product: Any) -> Any:
    """Return each pack once, with the days a box of it lasts where the source says it."""
    days = product.days_supply if "days_supply" in product.columns else _null("float64")
    return engine.kept(product.select("cip13", days_a_box=days.cast("float64")).distinct())


def _joined(engine: Engine, sources: Mapping[str, Any], person: Any, packs: Any) -> Any:
    """Return each flow with its person, its pack and what speaks against it, computed once.

    A row more than before is a key that stands twice on the other side: an error, never a count.
    """
    import ibis

    flows = _dated(sources[FLOWS], ("date", "flow_date"))
    whose = person.select("known_as", number=person.person_id)
    key = ["known_as"]
    if "person_id" in flows.columns:
        flows = flows.mutate(known_as=flows.person_id.cast("string")).drop("person_id")
    else:
        key = ["pseudonym", "birth_rank"]
        pairs = sources["beneficiary"].mutate(
            known_as=lambda t: t.person_id.cast("string")
        )  # fmt: skip
        whose = pairs.select(*key, "known_as").distinct().inner_join(whose, "known_as")
    _refuse_twice(engine, whose, key, "which pseudonym is whose")
    _refuse_twice(engine, packs, ["cip13"], "days of supply of a pack")
    known = packs.mutate(known_pack=True)
    rows = flows.left_join(whose, key, rname="{name}_who")
    rows = rows.left_join(known, "cip13", rname="{name}_pack")
    reasons = ibis.cases(
        (rows.boxes.isnull(), "unreadable-quantity"),
        (rows.date.isnull(), "unreadable-date"),
        ((rows.flow_date < rows.date).fill_null(False), "reversed-dates"),
        (rows.known_pack.isnull(), "unknown-pack"),
        (rows.number.isnull(), "unknown-person"),
    )
    return engine.kept(
        rows.select(
            person_id=rows.number,
            date=rows.date,
            cip13=rows.cip13,
            boxes=rows.boxes.cast("int64"),
            days_supply=rows.days_a_box * rows.boxes.abs(),
            source=rows.source,
            flow_date=rows.flow_date,
            reason=reasons,
        )
    )


def _refuse_twice(engine: Engine, table: Any, keys: list[str], name: str) -> None:
    """Raise where a key stands twice: joined to it, flows would double."""
    twice = table.group_by(keys).aggregate(times=lambda t: t.count())
    twice = twice.filter(twice.times > 1)
    count = int(engine.one(twice.aggregate(n=twice.count()))["n"])
    if count:
        problem = Problem(
            "join-gains-rows",
            f"{count} keys of {', '.join(keys)} stand more than once",
            name,
            "tell twins apart by their rank, and give each pack one supply",
        )
        raise DataError("the join would gain rows", problems=[problem])


def _left_out(engine: Engine, lines: Any, ledger: Ledger) -> Any:
    """Return the flows nothing speaks against; the others are counted, unknown packs by code."""
    table = lines.group_by("reason").aggregate(
        rows=lines.count(), volume=lines.boxes.abs().sum().fill_null(0)
    )
    counts = engine.run(table)
    total, rest = float(counts["volume"].sum()), int(counts["rows"].sum())
    ledger.start(FLOWS, rest)
    for code, words in _WORDS.items():
        rows = int(counts.loc[counts["reason"] == code, "rows"].sum())
        rest -= rows
        ledger.step(FLOWS, code, rest)
        ledger.decide(code, FLOWS, rows, words)
    strange = lines.filter(lines.reason == "unknown-pack")
    codes = strange.group_by(code=strange.cip13).aggregate(
        rows=strange.count(), volume=strange.boxes.abs().sum().fill_null(0)
    )
    ledger.reject(FLOWS, "cip13", engine.run(codes), total)
    nobody = counts[counts["reason"] == "unknown-person"].assign(code="(no person)")
    ledger.reject(FLOWS, "person", nobody, total)
    return lines.filter(lines.reason.isnull())


def _note_netting(net: Netted, ledger: Ledger) -> None:
    """Note what netting did, by person, pack and day."""
    table = "exposure_event"
    found = net.dispensings + net.cancelled + net.over_cancelled_rows
    ledger.start(table, found)
    ledger.step(table, "cancelled", found - net.cancelled)
    ledger.step(table, "negative-net", net.dispensings)
    ledger.decide("cancelled", table, net.cancelled, "taken back in full")
    words = "more boxes taken back than dispensed"
    ledger.decide("negative-net", table, net.over_cancelled_rows, words)


def _null(kind: str) -> Any:
    """Return a missing value."""
    import ibis

    return ibis.null(kind)
