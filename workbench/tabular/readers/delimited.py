"""Text tables as they are: every cell text, nothing guessed, encoding and layout stated.

Numbers keep their leading zeros and an empty cell is missing. A line with too few or too many
fields stops the reading, with its number.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from workbench.errors import DataError, Problem

from .contracts import Contract
from .encodings import detect_encoding
from .ledger import Ledger


@dataclass(frozen=True)
class Renamed:
    """A source whose headers are not those of its contract, with the user's word for each.

    Attributes:
        source: A file, a frame or, for claims, a table of Ibis.
        headers: Header in the source to the column's name in the contract.
    """

    source: Any
    headers: Mapping[str, str]


Source = Path | str | pd.DataFrame | Renamed
"""A file, or the frame that the data door gave."""
MOST_NAMED = 10


def name_of(source: Source, table: str) -> str:
    """Return what messages call a source: its file, or the table's name for rows in memory."""
    inner = source.source if isinstance(source, Renamed) else source
    return str(inner) if isinstance(inner, str | Path) else table


def read_table(
    source: Source,
    contract: Contract,
    ledger: Ledger,
    *,
    delimiter: str | None = None,
    year: int | None = None,
    quotes: bool = True,
) -> pd.DataFrame:
    """Return the columns of a contract as text, missing where the cell is empty.

    Args:
        source: A delimited file, a Parquet file, or a frame.
        contract: What it must hold.
        ledger: Where encoding and decisions are noted.
        delimiter: Of the file; found in the header where None.
        year: Year of the file.
        quotes: False where a quote is an ordinary character (FAERS, BDPM).

    Returns:
        Text columns under the contract's names; columns the source lacks are missing throughout.

    Raises:
        DataError: No file, mixed encodings, changed header, broken lines.
    """
    if isinstance(source, Renamed):
        own = contract.renamed(source.headers)
        return read_table(source.source, own, ledger, delimiter=delimiter, year=year, quotes=quotes)
    if isinstance(source, pd.DataFrame):
        raw = source.reset_index(drop=True)
        found = contract.resolve([str(name) for name in raw.columns], contract.name, year)
    elif Path(source).suffix == ".parquet":
        raw = _parquet(Path(source))
        found = contract.resolve([str(name) for name in raw.columns], str(source), year)
    else:
        raw, found = _file(Path(source), contract, ledger, delimiter, year, quotes)
    frame = pd.DataFrame({name: text_of(raw[header]) for name, header in found.items()})
    for name in (c.name for c in contract.columns if c.name not in found):
        frame[name] = pd.Series(float("nan"), dtype="object", index=raw.index)
    ledger.start(contract.name, len(frame))
    return frame[[column.name for column in contract.columns]].reset_index(drop=True)


def _parquet(path: Path) -> pd.DataFrame:
    """Return a Parquet file with its own header."""
    if not path.is_file():
        raise DataError("there is no such file", where=str(path), remedy="check the path")
    return pd.read_parquet(path)


def _file(
    path: Path,
    contract: Contract,
    ledger: Ledger,
    delimiter: str | None,
    year: int | None,
    quotes: bool,
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the contract's columns of a delimited file, and the header of each."""
    encoding = stated_encoding(path, ledger, contract.name)
    kind: Literal[0, 3] = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
    with path.open(encoding=encoding, newline="") as stream:
        first = stream.readline()
        if not first.strip():
            raise DataError("the file has no header", where=str(path), remedy="export it again")
        sep = delimiter or max(";\t$|,", key=first.count)
        stream.seek(0)
        reader = csv.reader(stream, delimiter=sep, quoting=kind)
        header = next(reader)
        found = contract.resolve(header, str(path), year)
        _check_widths(reader, len(header), path, contract.name, ledger)
    frame = pd.read_csv(
        path,
        sep=sep,
        encoding=encoding,
        quoting=kind,
        dtype=str,
        na_filter=False,
        index_col=False,
        header=0,
        names=list(range(len(header))),
        usecols=[header.index(name) for name in found.values()],
    )
    return frame.rename(columns=dict(enumerate(header))), found


def _check_widths(
    rows: Iterable[list[str]], width: int, path: Path, table: str, ledger: Ledger
) -> None:
    """Refuse lines with the wrong number of fields; a separator at the end of all is a decision."""
    wrong: list[tuple[int, int]] = []
    total = trailing = others = 0
    for n, row in enumerate(rows, 2):
        if not row:
            continue
        total += 1
        if len(row) == width:
            continue
        if len(row) == width + 1 and row[-1] == "":
            trailing += 1
        else:
            others += 1
        if len(wrong) < MOST_NAMED:
            wrong.append((n, len(row)))
    if trailing == total and total:
        message = "each line ends with one separator more than the header"
        ledger.decide("trailing-separator", table, total, message)
    elif wrong:
        raise ragged_lines(wrong, trailing + others, width, path)


def stated_encoding(path: Path, ledger: Ledger, table: str) -> str:
    """Return the encoding of a file, and note it with its evidence."""
    found = detect_encoding(path)
    ledger.decide("encoding", table, 1, f"{path.name}: {found.name} ({found.evidence})")
    message = "lines look as if they were encoded twice (Ã© for é); they are kept as they are"
    ledger.decide("encoded-twice", table, found.encoded_twice, message)
    return found.name


def ragged_lines(wrong: list[tuple[int, int]], count: int, width: int, path: Path) -> DataError:
    """Return the error of lines with too few or too many fields."""
    problems = [
        Problem("wrong-field-count", f"{fields} fields, expected {width}", f"{path}, line {n}")
        for n, fields in wrong
    ]
    if count > len(wrong):
        message = f"{count - len(wrong)} more lines like this"
        problems.append(Problem("wrong-field-count", message, str(path)))
    return DataError(
        "lines have the wrong number of fields",
        where=str(path),
        problems=problems,
        remedy="look for the separator inside a cell, or for an export that was cut",
    )


def text_of(cells: pd.Series) -> pd.Series:
    """Return cells as text without blanks around them, missing where empty."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        iso: pd.Series = cells.dt.strftime("%Y-%m-%d").astype(object)
        return iso
    text: pd.Series = cells.astype(object).map(_plain, na_action="ignore")
    filled: pd.Series = text.where(text != "")
    return filled


def _plain(value: object) -> str:
    """Return one value as text: 1.0 of a column with gaps is 1."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
