"""From raw flows to claims: persons told apart, copies left out, regularisations netted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.data import OpenedData
from workbench.tabular.claims import Claims, open_claims
from workbench.tabular.contracts import EXPOSURE_EVENT, PERSON, PRODUCT
from workbench.tabular.engine import Engine, open_engine
from workbench.tabular.episodes import EpisodeRules
from workbench.tabular.identity import identify
from workbench.tabular.joins import conserved_join
from workbench.tabular.netting import net_regularisations
from workbench.tabular.readers.ledger import Ledger

RULES = EpisodeRules(gap_days=0, grace_days=0, stockpiling=True, supply="stated")
"""How dispensings become time: what is left is taken later; no gap and no grace is added."""
_FLOW = {
    "pseudonym": "string", "birth_rank": "int64", "date": "date", "cip13": "string",
    "boxes": "int64", "source": "string", "flow_date": "date",
}  # fmt: skip
_BENEFICIARY = {"pseudonym": "string", "birth_rank": "int64", "person_id": "string"}
_WHO = ("pseudonym", "birth_rank")
_TABLE = "dispensing"


@dataclass(frozen=True, eq=False)
class Population:
    """Claims of a data set, and what was left out on the way.

    Attributes:
        claims: Canonical tables.
        ledger: The flow of rows and boxes.
        rules: How dispensings become time on treatment.
    """

    claims: Claims
    ledger: Ledger
    rules: EpisodeRules = RULES


def open_population(data: OpenedData, threads: int = 1) -> Population:
    """Return the claims of an opened data set.

    Pseudonym and birth rank become persons by the table ``beneficiary``; a row that a later flow
    holds again counts once; boxes are netted by person, pack and date.

    Args:
        data: The opened data set.
        threads: Of the engine.

    Raises:
        DataError: A flow of nobody, a pack that is no product, boxes that are not conserved.
        UsageError: Ibis is not installed.
    """
    engine, ledger = open_engine("duckdb", threads=threads), Ledger("dispensings")
    rows = data.table(_TABLE)
    ledger.start(_TABLE, len(rows), float(rows["boxes"].sum()))
    rows = without_copies(rows)
    ledger.step(_TABLE, "the same row in a later flow", len(rows), float(rows["boxes"].sum()))
    flows, _ = identify(
        engine,
        engine.frame(rows, _FLOW),
        engine.frame(data.table("beneficiary"), _BENEFICIARY),
        key=_WHO,
    )
    product = data.table("product")
    flows = _with_supply(engine, flows, product)
    netted = net_regularisations(engine, flows)
    ledger.step(_TABLE, "net of regularisations", netted.dispensings, float(netted.net_boxes))
    ledger.decide(
        "over-cancelled", _TABLE, netted.over_cancelled_rows,
        "more boxes taken back than dispensed: left out",
    )  # fmt: skip
    person = data.table("person")
    packs = product.assign(ddd_per_box=float("nan"))
    claims = open_claims(
        engine, engine.frame(person, PERSON), netted.events, engine.frame(packs, PRODUCT)
    )
    return Population(claims, ledger)


def without_copies(rows: pd.DataFrame) -> pd.DataFrame:
    """Return flows without the rows that a later flow holds again.

    Where a pack of a day has a negative row too, a second positive one may be the correction that
    follows it: there all rows are kept, and the sum decides.
    """
    ordered = rows.sort_values("flow_date", kind="stable")
    day = [*_WHO, "date", "cip13"]
    lowest = ordered.groupby(day)["boxes"].transform("min")
    again = ordered.duplicated([*day, "boxes"]) & (lowest > 0)
    return ordered[~again].sort_index()


def _with_supply(engine: Engine, flows: Any, product: pd.DataFrame) -> Any:
    """Return flows with their days of supply; a pack under two specialities is one pack."""
    packs = product[["cip13", "days_supply"]].drop_duplicates()
    known = engine.frame(packs, {"cip13": "string", "days_supply": "float64"})
    joined, _ = conserved_join(
        engine, flows, known, ["cip13"], weight=None, name="days of supply of packs"
    )
    supplied = joined.mutate(days_supply=joined.days_supply * joined.boxes.abs())
    return supplied.select(*EXPOSURE_EVENT)
