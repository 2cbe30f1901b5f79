"""Which dispensings fall into which code and period: the first step of most measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.tabular.claims import Claims
from workbench.tabular.grains import Codes
from workbench.tabular.periods import Period, layers


def coded(claims: Claims, codes: Codes) -> Any:
    """Return dispensings with their code; one row for each code of a pack."""
    return claims.events.inner_join(codes.table, "cip13")


def placed(rows: Any, periods: Sequence[Period]) -> Any:
    """Return rows with the ``place`` among periods that their ``date`` is in, a number from 0."""
    import ibis

    places = {period.name: place for place, period in enumerate(periods)}
    found = []
    for layer in layers(periods):
        inside = rows.filter(rows.date.between(layer[0].first, layer[-1].last))
        which = ibis.cases(*[(inside.date.between(p.first, p.last), places[p.name]) for p in layer])
        numbered = inside.mutate(place=which)
        found.append(numbered.filter(numbered.place.notnull()))
    return found[0] if len(found) == 1 else ibis.union(*found)


def named(rows: Any, periods: Sequence[Period]) -> Any:
    """Return rows with the name of their period in the place of its number."""
    import ibis

    names = ibis.cases(*[(rows.place == place, p.name) for place, p in enumerate(periods)])
    return rows.mutate(period=names).drop("place")


def in_periods(rows: Any, periods: Sequence[Period]) -> Any:
    """Return rows with the ``period`` that their ``date`` is in; several where periods overlap."""
    return named(placed(rows, periods), periods)
