"""Reads a CSV or Parquet file as it stands: text stays text, every oddity of the file is named."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from workbench.errors import DataError, Problem

_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass
class RawTable:
    """A table as it was written.

    Attributes:
        name: File name, for messages.
        frame: Cells; from CSV all are text, from Parquet they keep their types.
        lines: Line in the file of each row (CSV only).
        problems: What is wrong with the file itself.
        broken: Rows of the wrong width (cut or filled up): their cells mean nothing.
    """

    name: str
    frame: pd.DataFrame
    lines: list[int] | None = None
    problems: list[Problem] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)

    def place(self, row: int) -> str:
        """Name a row the way its author sees it: number from 1, and line in the file.

        >>> RawTable("x.csv", pd.DataFrame(), lines=[2, 4]).place(1)
        'row 2 (line 4)'
        """
        line = f" (line {self.lines[row]})" if self.lines else ""
        return f"row {row + 1}{line}"


def read_table(path: Path | str) -> RawTable:
    """Return the table of a ``.csv`` or ``.parquet`` file (told by content, not by name).

    A byte-order mark and Windows line ends are read as what they are. Ids stay text, so that
    leading zeros survive.

    Raises:
        DataError: The file is absent, a folder, or not readable at all.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"cannot read: {error.strerror}",
            where=str(path),
            remedy="give the path of a CSV or Parquet file",
        ) from error
    if content[:4] == b"PAR1":
        return _read_parquet(path, content)
    return read_csv_bytes(content, path.name)


def as_raw(frame: pd.DataFrame, name: str = "table") -> RawTable:
    """Return a frame in memory as a raw table."""
    return RawTable(name, frame.rename(columns=str).reset_index(drop=True))


def read_csv_bytes(content: bytes, name: str) -> RawTable:
    """Return the table of CSV bytes; what is wrong with them is listed in ``problems``."""
    problems: list[Problem] = []
    text = _decoded(content, problems)
    if not text.strip():
        problems.append(
            Problem(
                "empty-file", "the file holds nothing", name, "write a header and one row a case"
            )
        )
        return RawTable(name, pd.DataFrame(), problems=problems)
    if "\0" in text:
        problems.append(Problem("nul-byte", "the file holds NUL bytes", name, "write plain text"))
        text = text.replace("\0", "")
    header_line = text.lstrip("\r\n").splitlines()[0]
    delimiter = _delimiter(header_line, problems)
    return _parsed(text, delimiter, name, problems)


def _decoded(content: bytes, problems: list[Problem]) -> str:
    """Decode UTF-8 with or without a mark; name any other encoding and go on."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        problems.append(
            Problem("encoding", "the file is UTF-16, expected UTF-8", "", "save it as UTF-8")
        )
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{content[error.start]:02x} is not UTF-8"
        problems.append(Problem("encoding", found, f"line {line}", "save the file as UTF-8"))
        return content.decode("latin-1")


def _delimiter(header: str, problems: list[Problem]) -> str:
    """Return the delimiter; anything but a comma is named as a problem."""
    if "," in header:
        return ","
    for mark, called in _DELIMITERS.items():
        if mark in header:
            message = f"columns are separated by {called}, expected commas"
            problems.append(Problem("delimiter", message, "line 1", "save as comma-separated CSV"))
            return mark
    return ","


def _parsed(text: str, delimiter: str, name: str, problems: list[Problem]) -> RawTable:
    """Split the text into cells; rows of the wrong width are named."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    broken: set[int] = set()
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells) and len(cells) < 2:
                continue
            if not header:
                header = [cell.strip() for cell in cells]
                continue
            if len(cells) != len(header):
                message = f"{len(cells)} cells, the header has {len(header)}"
                remedy = "write numbers with a point and without separators; quote text with commas"
                problems.append(Problem("cell-count", message, f"line {line}", remedy))
                broken.add(len(rows))
                cells = (cells + [""] * len(header))[: len(header)]
            rows.append(cells)
            lines.append(line)
    except csv.Error as error:
        problems.append(Problem("broken-csv", str(error), f"line {reader.line_num}"))
    twice = sorted({column for column in header if header.count(column) > 1})
    for column in twice:
        problems.append(Problem("duplicate-column", f"column '{column}' stands twice", "line 1"))
    unique = [c if header.index(c) == i else f"{c} ({i + 1})" for i, c in enumerate(header)]
    frame = pd.DataFrame(rows, columns=unique, dtype=object)
    return RawTable(name, frame, lines, problems, broken)


def _read_parquet(path: Path, content: bytes) -> RawTable:
    """Read Parquet through Arrow."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        frame = pq.read_table(io.BytesIO(content)).to_pandas()
    except (pa.ArrowException, OSError, ValueError) as error:
        message = f"broken Parquet file: {' '.join(str(error).split())[:200]}"
        problem = Problem("broken-parquet", message, path.name, "write the file again")
        return RawTable(path.name, pd.DataFrame(), problems=[problem])
    return as_raw(frame, path.name)
