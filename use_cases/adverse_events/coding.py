"""From the name of a drug as it was written to its substance, exactly or by one slip."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

_GRAINS = ("substance", "speciality", "label")


def code_names(written: pd.Series, product: pd.DataFrame) -> pd.Series:
    """Return the substance of each written name; missing where none or several fit.

    A name fits a product at any of three grains when they are equal but for case and spaces, or,
    where none is equal, when one letter was dropped, added, replaced or swapped with the next.
    Two substances at one slip each are no code: a guess would move a report to another drug.

    Args:
        written: Names as written.
        product: Columns ``substance``, ``speciality`` and ``label``.

    >>> products = pd.DataFrame({"substance": ["vantropine"], "speciality": ["Vantyl"],
    ...                          "label": ["Vantyl, 28 tablets"]})
    >>> code_names(pd.Series(["VANTYL", "vantrpine", "other"]), products).fillna("?").tolist()
    ['vantropine', 'vantropine', '?']
    """
    known: dict[str, set[str]] = {}
    for grain in _GRAINS:
        for name, substance in zip(product[grain], product["substance"], strict=True):
            known.setdefault(_clean(name), set()).add(substance)
    near: dict[str, set[str]] = {}
    for name in known:
        for shorter in _shorter(name):
            near.setdefault(shorter, set()).add(name)
    found = {text: _code(_clean(text), known, near) for text in written.unique()}
    return written.map(found).astype("object")


def _code(name: str, known: dict[str, set[str]], near: dict[str, set[str]]) -> str | None:
    """Return the one substance a cleaned name can mean, or None."""
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
