"""Drugs of reports by the codes of the plan's first grain: their own, or that of their name."""

from __future__ import annotations

import pandas as pd

from workbench.errors import DataError, Problem
from workbench.runs.reported.plan import GRAINS, RatesPlan
from workbench.runs.reported.tables_given import NAMED
from workbench.tabular.readers.ledger import Ledger
from workbench.tabular.readers.written_names import code_names


def coded(drugs: pd.DataFrame, packs: pd.DataFrame, plan: RatesPlan) -> tuple[pd.DataFrame, Ledger]:
    """Return drugs with ``code`` at the first grain: by their own code, else by their name.

    A case that names a combination counts for each of its codes.

    Raises:
        DataError: ``too-many-uncoded``.
    """
    grain, ledger = plan.grains[0], Ledger("names", plan.coding.max_uncoded)
    codes = pd.Series(None, index=drugs.index, dtype="object")
    finer = GRAINS[: GRAINS.index(grain) + 1]
    parts = []
    for own in finer:
        rows = drugs["product"].notna() & (drugs["grain"] == own)
        if rows.any() and own in packs:
            pairs = packs[[own, grain]].dropna().drop_duplicates()
            pairs = pairs.set_axis(["known", "found"], axis=1)
            spelled = drugs[rows].assign(known=_as_in(drugs.loc[rows, "product"], pairs["known"]))
            parts.append(spelled.merge(pairs, on="known", how="left").drop(columns="known"))
    rest = ~(drugs["product"].notna() & drugs["grain"].isin(finer))
    names = [name for name in map(str, packs.columns) if name.startswith(NAMED)]
    written = drugs.assign(found=codes)[rest]
    if names and len(written):
        written = written.assign(found=code_names(written["drug"], packs, grain, names))
    table = pd.concat([*parts, written], ignore_index=True).rename(columns={"found": "code"})
    ledger.start("report_drug", len(drugs))
    lost = table["code"].isna()
    ledger.step("report_drug", "uncoded", len(drugs) - int(lost.sum()))
    strange = table.loc[lost, "drug"].value_counts().rename_axis("code").reset_index(name="rows")
    try:
        ledger.reject("report_drug", "drug", strange.assign(volume=strange["rows"] * 1.0),
                      float(len(drugs)))  # fmt: skip
    except DataError as error:
        message = f"{int(lost.sum())} of {len(drugs)} written names fit no product"
        problem = Problem("too-many-uncoded", message, "report_drug, column drug")
        raise DataError(
            message,
            where="reports",
            problems=[problem, *error.problems],
            remedy="complete the table of products, or raise coding.max_uncoded and say why",
        ) from None
    return table, ledger


def _as_in(codes: pd.Series, known: pd.Series) -> pd.Series:
    """Return codes as the products write them: in their own letters, else in other capitals."""
    folded = pd.DataFrame({"code": known, "text": known.str.casefold()}).drop_duplicates()
    # Two codes that differ in capitals alone stay apart: only their own letters find them.
    folded = folded.drop_duplicates("text", keep=False)
    spelled = dict(zip(folded["text"], folded["code"], strict=True))
    there: pd.Series = codes.where(codes.isin(known), codes.str.casefold().map(spelled))
    return there
