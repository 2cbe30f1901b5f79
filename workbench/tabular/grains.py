"""Grains of a drug: pack, speciality, substance, ATC level 1 to 5."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from workbench.errors import DataError, Problem, UsageError, did_you_mean
from workbench.tabular.engine import Engine

# Characters of an ATC code at each level: C, C10, C10A, C10AA, C10AA05.
_ATC = {"atc1": 1, "atc2": 3, "atc3": 4, "atc4": 5, "atc5": 7}
GRAINS = ("pack", "speciality", "substance", *_ATC)
Several = Literal["refuse", "each"]
_MOST_NAMED = 5


@dataclass(frozen=True, eq=False)
class Codes:
    """Which packs belong to which codes of a grain.

    Attributes:
        table: Columns ``cip13`` and ``code``, each pair once.
        several: Packs that stand under more than one code.
        without: Packs that stand under none.
    """

    table: Any
    several: int
    without: int


def code_of(product: Any, grain: str) -> Any:
    """Return the code of each row of ``product`` at a grain.

    Raises:
        UsageError: The grain is unknown.
    """
    if grain not in GRAINS:
        hint = did_you_mean(grain, GRAINS)
        raise UsageError(f"a grain is one of {list(GRAINS)}; got '{grain}'", remedy=hint)
    if grain == "pack":
        return product.cip13
    if grain == "speciality":
        return product.cis
    if grain == "substance":
        return product.substance
    # A code that is cut short elsewhere belongs to no group of a finer level.
    length = _ATC[grain]
    return (product.atc5.length() >= length).ifelse(product.atc5.substr(0, length), _null())


def codes(engine: Engine, product: Any, grain: str, several: Several = "refuse") -> Codes:
    """Return the codes of each pack at a grain.

    Args:
        engine: Where the table stands.
        product: The canonical table; a pack may stand in several rows.
        grain: One of ``GRAINS``.
        several: What to do with a pack under several codes (a combination has two substances): it
            counts for ``each``, or is refused.

    Raises:
        DataError: ``pack-under-several``, with the number of packs and some of them.
    """
    pairs = product.select("cip13", code=code_of(product, grain)).distinct()
    known = pairs.filter(pairs.code.notnull())
    by_pack = known.group_by("cip13").aggregate(codes=lambda t: t.count())
    ambiguous = by_pack.filter(by_pack.codes > 1)
    count = int(engine.one(ambiguous.aggregate(n=ambiguous.count()))["n"])
    if count and several == "refuse":
        shown = engine.run(ambiguous.order_by("cip13").limit(_MOST_NAMED))["cip13"].tolist()
        problem = Problem(
            "pack-under-several",
            f"{count} packs stand under several codes at grain {grain}, such as {shown}",
            "table product",
            "choose several='each' to count such a pack for each of its codes",
        )
        raise DataError("packs do not belong to one code each", problems=[problem])
    packs = product.select("cip13").distinct()
    missing = packs.anti_join(known, "cip13")
    without = int(engine.one(missing.aggregate(n=missing.count()))["n"])
    return Codes(engine.kept(known), count, without)


def _null() -> Any:
    """Return a missing text."""
    import ibis

    return ibis.null("string")
