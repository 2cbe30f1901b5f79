"""From the name of a drug as it was written to its code, exactly or by one slip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd


def code_names(
    written: pd.Series, product: pd.DataFrame, code: str, names: Sequence[str]
) -> pd.Series:
    """Return the code of each written name; missing where none or several fit.

    A name fits a product when it is equal to one of its names but for case and spaces, or, where
    none is equal, when one letter was dropped, added, replaced or swapped with the next. Two codes
    at one slip each are no code: a guess would move a report to another drug.

    Args:
        written: Names as written.
        product: Columns ``code`` and ``names``.
        code: Column of the code.
        names: Columns of names, such as ``substance``, ``speciality`` and ``label``.

    >>> products = pd.DataFrame({"substance": ["vantropine"], "label": ["Vantyl, 28 tablets"]})
    >>> names = pd.Series(["VANTYL,  28 tablets", "vantrpine", "other"])
    >>> code_names(names, products, "substance", ["substance", "label"]).fillna("?").tolist()
    ['vantropine', 'vantropine', '?']
    """
    known: dict[str, set[str]] = {}
    for name in names:
        for text, value in zip(product[name], product[code], strict=True):
            if pd.notna(text) and pd.notna(value):
                known.setdefault(_clean(text), set()).add(value)
    near: dict[str, set[str]] = {}
    for text in known:
        for shorter in _shorter(text):
            near.setdefault(shorter, set()).add(text)
    unique = written.dropna().unique()
    found = {text: _code(_clean(text), known, near) for text in unique}
    return written.map(found).astype("object")


def _code(name: str, known: dict[str, set[str]], near: dict[str, set[str]]) -> str | None:
    """Return the one code a cleaned name can mean, or None."""
    fits = known.get(name)
    if fits is None:
        # Names one slip apart are equal after at most one letter is left out of each.
        others = {other for part in _shorter(name) for other in near.get(part, ())}
        fits = {one for other in others if _one_slip(name, other) for one in known[other]}
    return next(iter(fits)) if len(fits) == 1 else None


def _clean(name: str) -> str:
    """Return a name in small letters with single spaces."""
    return " ".join(str(name).casefold().split())


def _shorter(name: str) -> Iterator[str]:
    """Yield a name, and the name without each of its letters."""
    yield name
    for place in range(len(name)):
        yield name[:place] + name[place + 1 :]


def _one_slip(name: str, other: str) -> bool:
    """Say whether one letter dropped, added, replaced or swapped makes the other."""
    if abs(len(name) - len(other)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(name, other, strict=False)) if a != b),
        min(len(name), len(other)),
    )
    a, b = name[start:], other[start:]
    swapped = a[:2] == b[:2][::-1] and a[2:] == b[2:]
    return a[1:] == b[1:] or a == b[1:] or a[1:] == b or swapped
