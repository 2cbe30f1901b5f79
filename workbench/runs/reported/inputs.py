"""From the tables of a data set to claims one can count in, each by the reader the plan names."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench import storage
from workbench.errors import UsageError
from workbench.runs.reported.counted import Counted
from workbench.runs.reported.plan import RatesPlan
from workbench.runs.reported.plan_sources import ClaimsSource
from workbench.runs.reported.tables_given import tables_of
from workbench.tabular.claims import open_claims
from workbench.tabular.contracts import PRODUCT
from workbench.tabular.engine import Engine, open_engine
from workbench.tabular.partitioned.store import (
    PartitionedClaims,
    open_partitioned,
    write_partitioned,
)
from workbench.tabular.readers.claims_tables import ClaimsReading
from workbench.tabular.readers.flows import read_flows
from workbench.tabular.readers.omop import read_omop
from workbench.tabular.readers.snds import Extraction, read_snds

if TYPE_CHECKING:
    from workbench.data.door import OpenedData

_NEEDED = {
    "canonical": ("person", "dispensing"),
    "snds": ("ER_PRS_F", "ER_PHA_F", "IR_PHA_R", "IR_BEN_R"),
    "omop": ("person", "drug_exposure", "observation_period"),
}
_WHERE_GIVEN = {
    "canonical": ("beneficiary",),
    "snds": (),
    "omop": ("death", "condition_occurrence", "concepts"),
}
RAW = "raw"


def engine_of(plan: RatesPlan, work: Path) -> Engine:
    """Return the engine of the plan; what does not fit in memory goes to the run's own folder."""
    settings: dict[str, str] = {}
    if plan.engine.name == "duckdb":
        settings = {"temp_directory": str(work / "spill"), "preserve_insertion_order": "false"}
    chosen = plan.engine
    return open_engine(
        chosen.name, threads=chosen.threads, memory_gb=chosen.memory_gb, settings=settings
    )


def claims_store(
    opened: OpenedData, plan: RatesPlan, work: Path
) -> tuple[PartitionedClaims, Counted]:
    """Return the claims of a data set stored person by person, and what was left out.

    A store that an earlier, killed run left is taken as it is: it was put in its place whole.

    Raises:
        DataError: A table breaks the card or its reader's contract, or too many codes are unknown.
    """
    folder = work / "claims"
    if not (folder / "flow.parquet").is_file():
        with storage.writing_folder(folder) as aside:
            engine = engine_of(plan, work)
            reading = read_claims(opened, plan, engine, aside)
            tables = reading.tables
            claims = open_claims(
                engine, tables["person"], tables["exposure_event"], tables["product"],
                most_unknown=plan.coding.max_rejected,
            )  # fmt: skip
            write_partitioned(claims, aside / "store")
            Counted.of(reading.ledger, "claims").write(aside)
            shutil.rmtree(aside / RAW)
    return open_partitioned(engine_of(plan, work), folder / "store"), Counted.read(folder)


def read_claims(opened: OpenedData, plan: RatesPlan, engine: Engine, work: Path) -> ClaimsReading:
    """Return the canonical tables of the plan's claims reader."""
    source = plan.sources.claims
    names = tables_of(opened, source.tables, _NEEDED[source.reader], _WHERE_GIVEN[source.reader])
    most = {"memory_gb": plan.engine.memory_gb or 1.5}
    given = {
        name: engine.parquet(opened.parquet(table, work / RAW, **most))
        for name, table in names.items()
    }
    packs = _product(opened, plan, engine)
    if source.reader == "canonical":
        sources = given | {"product": _absent(packs, plan)}
        return read_flows(engine, sources, max_rejected=plan.coding.max_rejected)
    if source.reader == "snds":
        reading = read_snds(given, _extraction(source), max_rejected=plan.coding.max_rejected)
        return reading if packs is None else _with_product(reading, packs)
    reading = read_omop(given, max_rejected=plan.coding.max_rejected)
    return _with_product(reading, _absent(packs, plan))


def _product(opened: OpenedData, plan: RatesPlan, engine: Engine) -> Any:
    """Return the packs as a table of the engine; None where the data set has none."""
    name = plan.sources.products.table
    if name not in {one.name for one in opened.card.tables}:
        return None
    frame = opened.table(name)
    given = [column for column in (*PRODUCT, "days_supply") if column in frame]
    types = {**PRODUCT, "days_supply": "float64"}
    return engine.frame(frame, {column: types[column] for column in given})


def _with_product(reading: ClaimsReading, packs: Any) -> ClaimsReading:
    """Return a reading with packs of another table."""
    import ibis

    absent = {name: ibis.null(kind) for name, kind in PRODUCT.items() if name not in packs.columns}
    product = packs.mutate(**absent).select(*PRODUCT)
    return ClaimsReading({**reading.tables, "product": product}, reading.ledger)


def _absent(packs: Any, plan: RatesPlan) -> Any:
    """Return the packs, or say that this reader needs them."""
    if packs is None:
        raise UsageError(
            f"the data set has no table '{plan.sources.products.table}' of packs",
            where="rates.sources.products.table",
            remedy="name the table with cip13 and its codes",
        )
    return packs


def _extraction(source: ClaimsSource) -> Extraction:
    """Return what an SNDS extraction covers."""
    assert source.cover_start is not None  # the plan was checked
    return Extraction(source.cover_start, source.cover_end, last_flow=source.last_flow)
