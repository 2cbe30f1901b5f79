"""Open Medic aggregates: cells as published, masked counts as intervals, negative boxes kept.

The counts are distinct patients, so cells do not add up to a coarser grain: only a grain that was
published can be asked for. A masked cell is at least 1 and at most one below the threshold; it is
never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from workbench.errors import DataError, Problem, UsageError

from .contracts import Column, Contract
from .delimited import Source, name_of, read_table
from .ledger import MOST_REJECTED, Ledger
from .values import numbers, sexes

GROUPS = (
    "atc1", "atc2", "atc3", "atc4", "atc5", "cip13", "top_gen", "gen_num", "age", "sex",
    "region", "prescriber",
)  # fmt: skip
OPEN_MEDIC = Contract(
    "open_medic",
    (
        *(Column(name, needed=False) for name in GROUPS[:9]),
        Column("sex", ("sexe",), needed=False),
        Column("region", ("ben_reg",), needed=False),
        Column("prescriber", ("psp_spe",), needed=False),
        Column("patients", ("nbc",)),
        Column("boxes", ("boites",), needed=False),
        Column("reimbursed_eur", ("rem",), needed=False),
        Column("base_eur", ("bse",), needed=False),
    ),
)
MASKS = ("", "<11", "< 11", "ns", "nd", "*")
"""How a masked count is written; an empty cell is one."""
_AGES = {"0": "0-19", "20": "20-59", "60": "60+"}


@dataclass(frozen=True)
class PublishedCells:
    """Cells of one published file.

    Attributes:
        cells: Group columns, then ``exposed`` (missing where masked), ``masked``, ``low``,
            ``high`` (distinct patients), ``boxes``, ``reimbursed_eur``, ``base_eur``.
        grain: The group columns of the file.
        year: Calendar year of the counts.
        ledger: Flow and decisions.
    """

    cells: pd.DataFrame
    grain: tuple[str, ...]
    year: int
    ledger: Ledger

    def at(self, grain: Sequence[str]) -> pd.DataFrame:
        """Return the cells of a grain that was published.

        Raises:
            UsageError: It is another: distinct patients cannot be summed to it.
        """
        if set(grain) != set(self.grain):
            raise UsageError(
                f"the file is published by {', '.join(self.grain)}, asked was "
                f"{', '.join(grain) or 'the total'}: distinct patients do not add up over cells",
                where=self.ledger.source,
                remedy="read the file that is published at this grain, or count from dispensings",
            )
        return self.cells


def read_open_medic(
    source: Source, year: int, *, threshold: int = 11, max_rejected: float = MOST_REJECTED
) -> PublishedCells:
    """Read one file of Open Medic.

    Args:
        source: The file, or a frame of the data door.
        year: Calendar year of the file.
        threshold: Counts below it were masked before publication.
        max_rejected: Share of cells (0 to 1) with unreadable counts that stops.

    Returns:
        The cells.

    Raises:
        DataError: ``missing-column``, ``no-group-column``, ``repeated-cell``,
            ``too-many-unknown-codes``.
    """
    ledger = Ledger(name_of(source, "open_medic"), max_rejected)
    rows = read_table(source, OPEN_MEDIC, ledger, year=year)
    grain = tuple(name for name in GROUPS if rows[name].notna().any())
    _check_grain(rows, grain, ledger)
    cells = _groups(rows[list(grain)], ledger)
    masked = rows["patients"].fillna("").str.lower().isin(MASKS)
    count = numbers(rows["patients"].mask(masked))
    broken = ~masked & (count.isna() | (count < 0) | (count % 1 != 0))
    _reject(rows["patients"], broken, ledger)
    cells["exposed"] = count.mask(broken).astype("Int64")
    cells["masked"] = masked
    cells["low"] = count.where(~masked, 1.0)
    cells["high"] = count.where(~masked, threshold - 1.0)
    message = f"masked: from 1 to {threshold - 1} patients, never 0"
    ledger.decide("masked-cell", "open_medic", int(masked.sum()), message)
    seen = int((~masked & ~broken & (count > 0) & (count < threshold)).sum())
    message = f"published although below {threshold}: taken as they are"
    ledger.decide("below-threshold", "open_medic", seen, message)
    for column in ("boxes", "reimbursed_eur", "base_eur"):
        cells[column] = numbers(rows[column])
        unread = int((rows[column].notna() & cells[column].isna()).sum())
        ledger.decide("unreadable-quantity", "open_medic", unread, f"{column}: set missing")
    negative = int((cells["boxes"] < 0).sum())
    message = "boxes below 0 (regularisations of earlier years): kept, they belong to the sum"
    ledger.decide("negative-boxes", "open_medic", negative, message)
    cells = cells[~broken].reset_index(drop=True)
    ledger.step("open_medic", "the count is not a whole number from 0", len(cells))
    return PublishedCells(cells, grain, year, ledger)


def _check_grain(rows: pd.DataFrame, grain: tuple[str, ...], ledger: Ledger) -> None:
    """Refuse a file without groups, and one with two cells of one group."""
    if not grain:
        problem = Problem(
            "no-group-column",
            "there is no filled group column",
            ledger.source,
            f"expected some of {', '.join(GROUPS)}",
        )
        raise DataError("the file has no cells", where=ledger.source, problems=[problem])
    repeated = rows[rows.duplicated(list(grain), keep=False)]
    if len(repeated):
        first = "/".join(repeated[list(grain)].fillna("").astype(str).iloc[0])
        message = f"{len(repeated)} rows share a group (first: {first}), expected one row a cell"
        remedy = "a group column is missing or unknown: the file is finer than its header says"
        problem = Problem("repeated-cell", message, ledger.source, remedy)
        raise DataError("cells are not unique", where=ledger.source, problems=[problem])


def _groups(rows: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Return the group columns with ages and sexes in words; unknown ones stay cells of theirs."""
    cells = rows.copy()
    if "age" in cells:
        code = cells["age"].str.lstrip("0").replace("", "0")
        cells["age"] = code.map(_AGES)
        unknown = int(cells["age"].isna().sum())
        ledger.decide("unknown-age", "open_medic", unknown, "age missing or 99: a cell of its own")
    if "sex" in cells:
        cells["sex"] = sexes(cells["sex"], "open_medic", ledger)
        unknown = int(cells["sex"].isna().sum())
        ledger.decide("unknown-sex", "open_medic", unknown, "sex missing or 9: a cell of its own")
    return cells


def _reject(counts: pd.Series, broken: pd.Series, ledger: Ledger) -> None:
    """Count the cells whose number of patients cannot be read."""
    codes = counts[broken].value_counts().rename_axis("code").reset_index(name="rows")
    codes["volume"] = codes["rows"].astype(float)
    ledger.reject("open_medic", "patients", codes, float(len(counts)))
