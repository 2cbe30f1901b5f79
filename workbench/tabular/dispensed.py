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


def in_periods(rows: Any, periods: Sequence[Period]) -> Any:
    """Return rows with the ``period`` that their ``date`` is in; several where periods overlap."""
    import ibis

    found = []
    for layer in layers(periods):
        inside = rows.filter(rows.date.between(layer[0].first, layer[-1].last))
        names = ibis.cases(*[(inside.date.between(p.first, p.last), p.name) for p in layer])
        named = inside.mutate(period=names)
        found.append(named.filter(named.period.notnull()))
    return found[0] if len(found) == 1 else ibis.union(*found)
