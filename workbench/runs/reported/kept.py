"""Results of stages on disk, so that a killed report does not count twice."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workbench import storage
from workbench.methods.disclosure.publish import Published
from workbench.runs.folder import RunFolder
from workbench.runs.reported.cases import Cases
from workbench.runs.reported.cells import release_rates
from workbench.runs.reported.counting import Exposed, count_exposed
from workbench.runs.reported.plan import RatesPlan
from workbench.runs.reported.refresh import Before
from workbench.tabular.partitioned.store import PartitionedClaims


def exposure(work: Path, store: PartitionedClaims, plan: RatesPlan) -> Exposed:
    """Return the exposure: read where it was counted, else counted and kept."""
    folder = work / "exposure"
    if not folder.is_dir():
        made = count_exposed(store, plan)
        with storage.writing_folder(folder) as aside:
            for grain, table in made.patients.items():
                table.to_parquet(aside / f"{grain}.parquet", index=False)
            if made.years is not None:
                made.years.to_parquet(aside / "years.parquet", index=False)
            months = made.first.rename("month").rename_axis("code").reset_index()
            months.to_parquet(aside / "first.parquet", index=False)
            pd.Series(made.several, name="packs").rename_axis("grain").reset_index().to_parquet(
                aside / "several.parquet", index=False
            )
    years = folder / "years.parquet"
    first = pd.read_parquet(folder / "first.parquet").set_index("code")["month"]
    several = pd.read_parquet(folder / "several.parquet").set_index("grain")["packs"]
    return Exposed(
        {grain: pd.read_parquet(folder / f"{grain}.parquet") for grain in plan.grains},
        pd.read_parquet(years) if years.is_file() else None,
        first,
        {str(grain): int(packs) for grain, packs in several.items()},
    )


def released(
    work: Path,
    store: PartitionedClaims,
    plan: RatesPlan,
    exposed: Exposed,
    cases: Cases,
    before: Before | None,
) -> dict[str, Published]:
    """Return the released cells by grain: read where it was done, else released and kept."""
    folder = work / "released"
    if not folder.is_dir():
        made = release_rates(store, plan, exposed, cases, before)
        with storage.writing_folder(folder) as aside:
            for grain, one in made.items():
                one.write(aside, grain)
    found: dict[str, Published] = {}
    for grain in plan.grains:
        table = pd.read_parquet(folder / f"{grain}.parquet")
        audit = RunFolder(folder).read_json(f"{grain}.audit.json")
        found[grain] = Published(table, audit)
    return found
