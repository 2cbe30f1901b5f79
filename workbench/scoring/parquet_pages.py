"""What a Parquet file unfolds to: the counts of its footer and the header of each of its pages.

The reader believes page headers and the counts of single columns, whatever the totals say: a page
of a few kilobytes may unfold to gigabytes. So all of them are read here, before anything is
unfolded. Field numbers are those of ``parquet.thrift`` (apache/parquet-format).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

from workbench.scoring.thrift import read_struct

_T = TypeVar("_T")
DELTA_BYTE_ARRAY = 7
_PADDING = 100  # what readers add to a column of an old writer (PARQUET-816)
_END = 8  # length of the footer, mark


class Page(NamedTuple):
    """One page.

    Attributes:
        unpacked: Its bytes once unpacked.
        encoding: Of its values, by number.
    """

    unpacked: int
    encoding: int


class Footer:
    """What a Parquet file says of itself.

    Args:
        content: The file's bytes.

    Raises:
        ValueError: The footer cannot be read.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        length = int.from_bytes(content[-_END:-4], "little")
        if len(content) < _END + length:
            raise ValueError("the footer is longer than the file")
        fields, _ = read_struct(content[len(content) - _END - length : -_END])
        self._columns: list[Any] = []
        rows: list[int] = []
        for group in _part(fields, 4, list):
            rows.append(_part(group, 3, int))
            columns = [_part(chunk, 3, dict) for chunk in _part(group, 1, list)]
            rows[-1] = max(rows[-1], *(_part(column, 5, int) for column in columns), 0)
            self._columns += columns
        self.rows = max(_part(fields, 3, int), sum(rows))
        """Most rows that any of its counts claims."""

    def pages(self) -> Iterator[Page]:
        """Yield the pages of all columns.

        Raises:
            ValueError: A header cannot be read.
        """
        for column in self._columns:
            size, start = _part(column, 7, int), _part(column, 9, int)
            dictionary = _part(column, 11, int) if 11 in column else 0
            if _part(column, 5, int) > 0:
                start = dictionary if 0 < dictionary < start else start
                yield from self._pages(start, start + size)

    def _pages(self, start: int, end: int) -> Iterator[Page]:
        """Yield the pages of a column, and what looks like one in the padding after it."""
        while start < end + _PADDING:
            try:
                page, start = self._page(start)
            except ValueError:
                if start >= end:
                    return
                raise
            yield page

    def _page(self, start: int) -> tuple[Page, int]:
        """Return a page and where the next one begins."""
        header, place = read_struct(self.content, start)
        unpacked, packed = _part(header, 2, int), _part(header, 3, int)
        if packed < 0 or unpacked < 0:
            raise ValueError("a page has a negative size")
        values = [(5, 2), (8, 4)]  # a data page of version 1, of version 2
        found = [_part(_part(header, of, dict), field, int) for of, field in values if of in header]
        return Page(unpacked, max(found, default=0)), place + packed


def _part(fields: Any, number: int, kind: type[_T]) -> _T:
    """Return a field of a struct that must be there.

    Raises:
        ValueError: It is not, or of another kind.
    """
    value = fields.get(number) if isinstance(fields, dict) else None
    if not isinstance(value, kind):
        raise ValueError(f"field {number} is missing")
    return value
