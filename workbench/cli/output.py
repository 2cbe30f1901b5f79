"""Prints results on stdout, as aligned text or JSON, and everything else on stderr."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any


@contextlib.contextmanager
def results_only() -> Iterator[None]:
    """Send what libraries print to stderr: stdout belongs to the result."""
    with contextlib.redirect_stdout(sys.stderr):
        yield


def say(text: str) -> None:
    """Print a line for the person at the terminal (stderr)."""
    print(text, file=sys.stderr)


def print_json(value: Any) -> None:
    """Print a result as JSON; numbers JSON cannot hold become null."""
    print(json.dumps(_finite(value), indent=2, ensure_ascii=False))


def table_width(rows: Sequence[Mapping[str, Any]]) -> int:
    """Return how many columns :func:`print_table` needs for rows that are alike.

    >>> table_width([{"name": "a", "n": 10}, {"name": "bcd", "n": 2}])
    8
    """
    names = list(rows[0])
    widths = [max(len(name), *(len(_text(row.get(name))) for row in rows)) for name in names]
    return sum(widths) + 2 * (len(names) - 1)


def print_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> None:
    """Print rows as aligned text, complete also in a pipe.

    >>> print_table([{"name": "a", "n": 10}, {"name": "bcd", "n": 2}])
    name   n
    a     10
    bcd    2
    """
    if not rows:
        return
    names = list(columns) or list(rows[0])
    cells = [[_text(row.get(name)) for name in names] for row in rows]
    widths = [max(len(line[i]) for line in [names, *cells]) for i in range(len(names))]
    right = [all(_is_number(row.get(name)) for row in rows) for name in names]
    for line in [names, *cells]:
        padded = [
            c.rjust(w) if r else c.ljust(w) for c, w, r in zip(line, widths, right, strict=True)
        ]
        print("  ".join(padded).rstrip())


def _text(value: Any) -> str:
    r"""Return a cell as text; what cannot be seen is written out: a name commands no terminal.

    >>> _text(0.123456), _text(None), _text(True), _text(["a", "b"]), _text("\x1b[2J")
    ('0.1235', '', 'yes', 'a, b', '\\x1b[2J')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, list | tuple):
        return ", ".join(_text(item) for item in value)
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(value))


def _is_number(value: Any) -> bool:
    """Say whether a cell is a number or empty."""
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _finite(value: Any) -> Any:
    """Replace NaN and infinities, which JSON does not know, by null."""
    if isinstance(value, Mapping):
        return {str(key): _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    if isinstance(value, float) and value - value != 0:
        return None
    return value
