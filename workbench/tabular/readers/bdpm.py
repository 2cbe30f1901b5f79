"""The French public drug database (BDPM): packs, compositions, pack names; to ``product``.

Its files have no header, so their columns are by position, and the content of every key column must
prove it. A pack may stand under several specialities (CIS) in merged extracts: such packs are
counted, and a join that would repeat their boxes is refused where it is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from workbench.errors import DataError, Problem

from .canonical import canonical
from .contracts import Column, Contract
from .delimited import Source, read_table
from .headerless import read_headerless
from .ledger import MOST_REJECTED, Ledger, check_conserved, check_unique
from .report_tables import reject_values
from .values import dates, is_cip13, numbers

PACK_COLUMNS = (
    "cis", "cip7", "label", "status", "marketing", "declared", "cip13", "hospital_approved",
    "reimbursed", "price_eur", "public_price_eur", "fee_eur", "conditions",
)  # fmt: skip
COMPOSITION_COLUMNS = (
    "cis", "form", "substance_code", "substance", "dose", "dose_of", "nature", "link", "end",
)  # fmt: skip
_CIS, _DAY = r"\d{8}", r"\d{2}/\d{2}/\d{4}"
_PACK_PROOF = {"cis": _CIS, "cip7": r"\d{7}", "cip13": r"\d{13}", "declared": f"({_DAY})?"}
_COMPOSITION_PROOF = {
    "cis": _CIS, "substance_code": r"\d{5}", "nature": "SA|FT|ST", "link": r"\d+",
}  # fmt: skip
NAMES = Contract("CIP13", (Column("cip13"), Column("name", ("nom court",))))


@dataclass(frozen=True)
class Packs:
    """The reference of packs.

    Attributes:
        product: Canonical ``product``; ``atc5`` and ``ddd_per_box`` come from the user's files.
        packs: What the file says of each pack: label, status, prices in EUR, day of declaration.
        composition: ``cis, substance_code, substance``, one row a substance.
        ledger: Flow and decisions.
    """

    product: pd.DataFrame
    packs: pd.DataFrame
    composition: pd.DataFrame
    ledger: Ledger


def read_bdpm(
    packs: Path | str,
    compositions: Path | str,
    *,
    names: Source | None = None,
    max_rejected: float = MOST_REJECTED,
) -> Packs:
    """Read packs with their substances.

    Args:
        packs: ``CIS_CIP_bdpm.txt``.
        compositions: ``CIS_COMPO_bdpm.txt``.
        names: ``CIP13.csv`` (CIP13, NOM COURT), where there is one: a short name for each pack.
        max_rejected: Share of packs (0 to 1) with a wrong check digit that stops.

    Returns:
        The packs. The substance of a speciality with several is ``A + B``, in alphabetic order; a
        therapeutic moiety (FT) stands for the active substance (SA) that it is linked to.

    Raises:
        DataError: ``changed-layout``, ``wrong-field-count``, ``mixed-encodings``,
            ``repeated-key``, ``two-names-of-a-substance``, ``too-many-unknown-codes``.
    """
    ledger = Ledger(f"BDPM ({Path(packs).name})", max_rejected)
    rows = _packs(read_headerless(packs, PACK_COLUMNS, _PACK_PROOF, ledger, "packs"), ledger)
    parts = read_headerless(
        compositions, COMPOSITION_COLUMNS, _COMPOSITION_PROOF, ledger, "compositions"
    )
    composition = _substances(parts, ledger)
    together = composition.groupby("cis")["substance"].agg(_joined_names).rename("substance")
    product = rows[["cip13", "cis"]].merge(
        together, left_on="cis", right_index=True, how="left", validate="many_to_one"
    )
    check_conserved(len(rows), len(product), 0, "packs with their substances", ledger.source)
    without = int(product["substance"].isna().sum())
    ledger.decide("no-composition", "packs", without, "their speciality has no composition: kept")
    if names is not None:
        rows = _named(rows, names, ledger)
    return Packs(canonical(product, "product"), rows, composition, ledger)


def _packs(rows: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Return the packs with days and prices typed, without codes that are none."""
    wrong = ~is_cip13(rows["cip13"])
    reject_values(rows["cip13"], wrong, "packs", "cip13", ledger)
    rows = rows[~wrong]
    ledger.step("packs", "the CIP13 has a wrong check digit", len(rows))
    before = len(rows)
    rows = rows.drop_duplicates(["cip13", "cis"])
    ledger.step("packs", "the same pack of the same speciality again", len(rows))
    ledger.decide("repeated-pack", "packs", before - len(rows), "one row is kept")
    several = rows.groupby("cip13")["cis"].nunique()
    message = "packs that stand under several specialities: a join on the pack repeats its boxes"
    ledger.decide("pack-of-several-specialities", "packs", int((several > 1).sum()), message)
    typed = {name: numbers(rows[name]) for name in ("price_eur", "public_price_eur", "fee_eur")}
    declared = dates(rows["declared"], "packs", ledger)
    return rows.assign(**typed, declared=declared).reset_index(drop=True)


def _substances(rows: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Return ``cis, substance_code, substance``: the moiety where one is linked, else the salt."""
    moiety = rows[rows["nature"] == "FT"].set_index(["cis", "link"]).index
    linked = pd.MultiIndex.from_frame(rows[["cis", "link"]]).isin(moiety)
    kept = rows[(rows["nature"] == "FT") | ~linked]
    ledger.step("compositions", "the active substance of a linked moiety", len(kept))
    kept = kept.drop_duplicates(["cis", "substance_code"])
    ledger.step("compositions", "the same substance of the speciality again", len(kept))
    names = kept.groupby("substance_code")["substance"].nunique()
    message = "substance codes written with several names: the most frequent name stands"
    ledger.decide("several-names", "compositions", int((names > 1).sum()), message)
    counts = kept.value_counts(["substance_code", "substance"]).reset_index(name="rows")
    counts = counts.sort_values(["rows", "substance"], ascending=[False, True])
    usual = counts.drop_duplicates("substance_code").set_index("substance_code")["substance"]
    kept = kept.assign(substance=kept["substance_code"].map(usual))
    return kept[["cis", "substance_code", "substance"]].reset_index(drop=True)


def _joined_names(names: pd.Series) -> str:
    """Return the substances of a speciality as one text."""
    return " + ".join(sorted(set(names)))


def _named(rows: pd.DataFrame, source: Source, ledger: Ledger) -> pd.DataFrame:
    """Return the packs with their short names."""
    names = read_table(source, NAMES, ledger)
    check_unique(names, ["cip13"], "CIP13", ledger.source)
    empty = int(names["name"].isna().sum())
    ledger.decide("no-name", "CIP13", empty, "packs without a name: missing")
    unknown = int((~names["cip13"].isin(rows["cip13"])).sum())
    ledger.decide("name-of-no-pack", "CIP13", unknown, "names of packs that are not in the file")
    named = rows.merge(names, on="cip13", how="left", validate="many_to_one")
    check_conserved(len(rows), len(named), 0, "packs with their names", ledger.source)
    return named


def with_codes(product: pd.DataFrame, codes: Source, ledger: Ledger) -> pd.DataFrame:
    """Return ``product`` with the user's ``atc5`` and ``ddd_per_box`` by pack.

    Args:
        product: Canonical ``product``.
        codes: Columns ``cip13`` and ``atc5`` and, where known, ``ddd_per_box``.
        ledger: Where what stays without a code is counted.

    Raises:
        DataError: ``repeated-key``: a pack with two codes; ``not-positive-ddd``.
    """
    contract = Contract(
        "codes", (Column("cip13"), Column("atc5"), Column("ddd_per_box", needed=False))
    )
    rows = read_table(codes, contract, ledger).drop_duplicates()
    check_unique(rows, ["cip13"], "codes", ledger.source)
    rows["ddd_per_box"] = numbers(rows["ddd_per_box"])
    wrong = rows[rows["ddd_per_box"] <= 0]
    if len(wrong):
        first = wrong.iloc[0]
        message = f"{len(wrong)} packs such as {first.cip13} ({first.ddd_per_box:g}), expected > 0"
        problem = Problem("not-positive-ddd", message, "codes, column ddd_per_box")
        raise DataError("DDD per box are wrong", where=ledger.source, problems=[problem])
    bare = product.drop(columns=["atc5", "ddd_per_box"])
    joined = bare.merge(rows, on="cip13", how="left", validate="many_to_one")
    check_conserved(len(product), len(joined), 0, "packs with their codes", ledger.source)
    ledger.decide("no-atc", "product", int(joined["atc5"].isna().sum()), "no code for the pack")
    return canonical(joined, "product")
