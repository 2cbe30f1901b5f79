"""Reads CSV bytes as they stand: every cell stays text, every oddity of the file is named."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pandas as pd

from workbench.errors import Problem
from workbench.scoring.bounds import Bounds, first_of
from workbench.scoring.raw import RawTable, shown

_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def read_csv_bytes(
    content: bytes, name: str, encoding: str = "utf-8", bounds: Bounds | None = None
) -> RawTable:
    """Return the table of CSV bytes; what is wrong with them is listed in ``problems``.

    A byte-order mark and Windows line ends are read as what they are.

    Args:
        content: The bytes.
        name: What to call the file in messages.
        encoding: What the challenge says its files are written in.
        bounds: How much of it is read; all where not given.
    """
    problems: list[Problem] = []
    text = _decoded(content, problems, encoding)
    if not text.strip():
        remedy = "write a header and one row a case"
        problems.append(Problem("empty-file", "the file holds nothing", name, remedy))
        return RawTable(name, pd.DataFrame(), problems=problems)
    if "\0" in text:
        problems.append(Problem("nul-byte", "the file holds NUL bytes", name, "write plain text"))
        text = text.replace("\0", "")
    header_line = re.split("[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0]
    delimiter = _delimiter(header_line, problems)
    plain = None if problems else _plain(text, header_line, name, bounds)
    return _parsed(text, delimiter, name, problems, bounds) if plain is None else plain


def _decoded(content: bytes, problems: list[Problem], encoding: str) -> str:
    """Decode; name an encoding that was not declared and go on."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        message = "the file is UTF-16, expected UTF-8"
        problems.append(Problem("encoding", message, "", "save it as UTF-8"))
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            return content.decode(encoding, errors="replace")
        line = content.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{content[error.start]:02x} is not UTF-8"
        remedy = "save the file as UTF-8 (it looks like Latin-1 or Windows-1252)"
        problems.append(Problem("encoding", found, f"line {line}", remedy))
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


def _plain(text: str, header_line: str, name: str, bounds: Bounds | None) -> RawTable | None:
    """Read a file through Arrow.

    None where it has quotes, empty lines, lone carriage returns, or more than the bounds.
    """
    import pyarrow as pa
    import pyarrow.csv as pc

    if any(mark in text for mark in ('"', "\n\n", "\n\r\n")) or text.startswith(("\r", "\n")):
        return None
    if text.count("\r") != text.count("\r\n"):
        return None
    header = [cell.strip() for cell in header_line.split(",")]
    if len(header) < 2 or len(set(header)) < len(header):
        return None
    if bounds is not None and (len(header) > bounds.columns or text.count("\n") > bounds.rows + 1):
        return None
    try:
        table = pc.read_csv(
            pa.py_buffer(text.encode("utf-8")),
            read_options=pc.ReadOptions(use_threads=False, column_names=header, skip_rows=1),
            parse_options=pc.ParseOptions(quote_char=False),
            convert_options=pc.ConvertOptions(column_types=dict.fromkeys(header, pa.string())),
        )
    except (pa.ArrowException, UnicodeEncodeError):
        return None
    frame = pd.DataFrame({c: table[c].to_pandas().astype(object) for c in header}, columns=header)
    return RawTable(name, frame, range(2, len(frame) + 2)) if len(frame) else None


def _parsed(
    text: str, delimiter: str, name: str, problems: list[Problem], bounds: Bounds | None
) -> RawTable:
    """Split the text into cells; rows of the wrong width are named, and cut or filled up."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    widths: dict[int, int] = {}
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells) and len(cells) < 2:
                continue
            if not header:
                header = [cell.strip() for cell in cells]
                if bounds is not None and len(header) > bounds.columns:
                    problems.append(bounds.too_many_columns(len(header)))
                    return RawTable(name, pd.DataFrame(), problems=problems)
                continue
            if bounds is not None and len(rows) == bounds.rows:
                problems.append(bounds.too_many_rows)
                break
            if len(cells) != len(header):
                widths[len(rows)] = len(cells)
                cells = (cells + [""] * (len(header) - len(cells)))[: len(header)]
            rows.append(cells)
            lines.append(line)
    except csv.Error as error:
        problems.append(Problem("broken-csv", str(error), f"line {reader.line_num}"))
    problems += first_of(_wrong_widths(widths, len(header), lines))
    unique = _unique(header, problems)
    frame = pd.DataFrame(rows, columns=unique, dtype=object)
    return RawTable(name, frame, lines, problems, set(widths))


def _wrong_widths(widths: dict[int, int], expected: int, lines: list[int]) -> Iterator[Problem]:
    """Name the rows whose width is not that of the header."""
    remedy = "write numbers with a point and without separators; quote text with commas"
    for row, width in widths.items():
        message = f"{width} cells, the header has {expected}"
        yield Problem("cell-count", message, f"line {lines[row]}", remedy)


def _unique(header: list[str], problems: list[Problem]) -> list[str]:
    """Return the header with repeated names told apart, and name each."""
    seen: dict[str, int] = {}
    unique = []
    for place, column in enumerate(header):
        seen[column] = seen.get(column, 0) + 1
        unique.append(column if seen[column] == 1 else f"{column} ({place + 1})")
    for column in sorted(column for column, times in seen.items() if times > 1):
        message = f"column '{shown(column)}' stands twice"
        problems.append(Problem("duplicate-column", message, "line 1"))
    return unique
