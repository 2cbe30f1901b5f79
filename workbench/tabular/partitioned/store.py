"""The folder of patient-partitioned claims: how it is written and opened.

| file | what |
|---|---|
| ``events/`` | dispensings by person number, pack number and day; sorted by block, pack, person |
| ``person.parquet`` | the canonical table with ``number`` and ``kind``, in order of ``number`` |
| ``kind.parquet`` | each combination of sex, birth year and region once |
| ``pack.parquet`` | number of each ``cip13`` |
| ``product.parquet`` | the canonical table |
| ``layout.json`` | version, size of a block, number of rows and persons |
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import DataError
from workbench.storage import write_json, writing_folder
from workbench.tabular.claims import Claims
from workbench.tabular.contracts import EXPOSURE_EVENT, PERSON, PRODUCT
from workbench.tabular.days import date_of, days
from workbench.tabular.engine import Engine

VERSION = 1
# Persons of a block: their bits for 1,500 codes and 3 years fill 2.3 MB, which a cache holds.
BLOCK_BITS = 12
_KIND = ("sex", "birth_year", "region")


@dataclass(frozen=True, eq=False)
class PartitionedClaims:
    """An opened store.

    Attributes:
        engine: What reads its small tables.
        folder: Where it stands.
        product: The canonical table.
        rows: Number of dispensings.
        persons: Number of persons.
    """

    engine: Engine
    folder: Path
    product: Any
    rows: int
    persons: int

    @property
    def files(self) -> list[Path]:
        """Files of dispensings, in order."""
        # Spark writes a folder in the place of a file, with its parts in order.
        found = sorted((self.folder / "events").rglob("*.parquet"))
        return [path for path in found if path.is_file()]

    def small(self, name: str) -> Any:
        """Return one of the tables beside the dispensings."""
        return self.engine.parquet(self.folder / f"{name}.parquet")

    def claims(self) -> Claims:
        """Return the canonical tables again, for the measures that are expressions."""
        events = self.engine.parquet(self.folder / "events" / "part-0.parquet")
        person, pack = self.small("person"), self.small("pack")
        joined = events.inner_join(person.select("number", "person_id"), "number")
        joined = joined.inner_join(pack, "pack")
        joined = joined.mutate(date=date_of(joined.day.cast("int64")))
        return Claims(
            self.engine,
            person.select(*PERSON),
            joined.select(*EXPOSURE_EVENT),
            self.product,
            0,
            0,
        )


def write_partitioned(claims: Claims, folder: Path | str) -> Path:
    """Write claims as a patient-partitioned store, in one step.

    One sort of all dispensings: to be done once for a refresh of the data.

    Args:
        claims: Checked claims.
        folder: New or old; an old one is replaced when the new one is whole.

    Raises:
        DataError: The folder cannot be written.
    """
    engine = claims.engine
    with writing_folder(folder) as aside:
        person = _numbered_persons(claims)
        engine.write_parquet(person.order_by("number"), aside / "person.parquet")
        person = engine.parquet(aside / "person.parquet")
        kinds = person.select("kind", *_KIND).distinct().order_by("kind")
        engine.write_parquet(kinds, aside / "kind.parquet")
        packs = _numbered(claims.events.select("cip13").distinct(), "cip13", "pack")
        engine.write_parquet(packs.order_by("pack"), aside / "pack.parquet")
        engine.write_parquet(claims.product.select(*PRODUCT), aside / "product.parquet")
        pack = engine.parquet(aside / "pack.parquet")
        (aside / "events").mkdir()
        engine.write_parquet(
            _sorted_events(claims.events, person, pack), aside / "events" / "part-0.parquet"
        )
        events = engine.parquet(aside / "events" / "part-0.parquet")
        rows = engine.one(events.aggregate(n=events.count()))["n"]
        expected = engine.one(claims.events.aggregate(n=claims.events.count()))["n"]
        if rows != expected:
            raise DataError(f"partitioning kept {rows} of {expected} dispensings")
        persons = engine.one(person.aggregate(n=person.count()))["n"]
        layout = {"version": VERSION, "block": 1 << BLOCK_BITS, "rows": rows, "persons": persons}
        write_json(aside / "layout.json", layout)
    return Path(folder)


def open_partitioned(engine: Engine, folder: Path | str) -> PartitionedClaims:
    """Open a store.

    Raises:
        DataError: It is no store, or one of another version.
    """
    folder = Path(folder)
    path = folder / "layout.json"
    if not path.is_file():
        raise DataError(
            "this is no store of partitioned claims: layout.json is absent",
            where=str(folder),
            remedy="write one with write_partitioned",
        )
    layout = json.loads(path.read_text(encoding="utf-8"))
    if layout.get("version") != VERSION or layout.get("block") != 1 << BLOCK_BITS:
        raise DataError(
            f"the store has layout {layout}, expected version {VERSION}", where=str(path)
        )
    product = engine.parquet(folder / "product.parquet")
    return PartitionedClaims(engine, folder, product, layout["rows"], layout["persons"])


def _numbered(table: Any, by: str, name: str) -> Any:
    """Return a table with a number from 0, in order of a column."""
    import ibis

    number = ibis.row_number().over(ibis.window(order_by=table[by]))
    return table.mutate(**{name: number.cast("int32")})


def _numbered_persons(claims: Claims) -> Any:
    """Return persons with their number and the number of their kind."""
    import ibis

    person = _numbered(claims.person.select(*PERSON), "person_id", "number")
    order = [ibis.asc(person[name], nulls_first=True) for name in _KIND]
    kind = ibis.dense_rank().over(ibis.window(order_by=order))
    return person.mutate(kind=kind.cast("int32"))


def _sorted_events(events: Any, person: Any, pack: Any) -> Any:
    """Return dispensings by numbers, sorted by block, pack and person."""
    rows = events.inner_join(person.select("person_id", "number"), "person_id")
    rows = rows.inner_join(pack, "cip13").select(
        "number",
        "pack",
        day=days(rows.date).cast("int32"),
        boxes=rows.boxes.cast("int32"),
        days_supply=rows.days_supply,
        source=rows.source,
        flow_date=rows.flow_date,
    )
    block = rows.number.cast("int64") // (1 << BLOCK_BITS)
    return rows.order_by(block, rows.pack, rows.number, rows.day)
