"""The cells of all grains, released: drugs one by one, or families of codes that add up."""

from __future__ import annotations

import pandas as pd

from workbench.methods.disclosure.publish import Published
from workbench.runs.reported.cases import Cases
from workbench.runs.reported.counting import Axes, Exposed, axes_of, cells_of
from workbench.runs.reported.nesting import Nesting, drop_open, nesting
from workbench.runs.reported.plan import RatesPlan
from workbench.runs.reported.refresh import Before
from workbench.runs.reported.releases import rates_shape, release
from workbench.tabular.partitioned.store import PartitionedClaims


def release_rates(
    store: PartitionedClaims,
    plan: RatesPlan,
    exposed: Exposed,
    cases: Cases,
    before: Before | None,
) -> dict[str, Published]:
    """Return the released cells of each grain.

    With one grain no total over codes is shown, so that each code is a table of its own. With
    several, a code and those above it are released together: a class beside all its drugs but one
    says something about that one.
    """
    axes = axes_of(plan, exposed, cases)
    tables: dict[str, pd.DataFrame] = {
        grain: cells_of(grain, axes, exposed, cases, plan) for grain in plan.grains
    }
    first = plan.grains[0]
    if len(plan.grains) == 1:
        earlier = [] if before is None else before.of_grain(first)
        parts = [own for _, own in tables[first].groupby("code", sort=True)]
        derived = [name for name in tables[first] if name == "person_years"]
        shape = rates_shape(axes, {}, derived)
        return {first: release(parts, shape, plan.disclosure, earlier)}
    return _families(plan, axes, tables, nesting(store, plan), before)


def _families(
    plan: RatesPlan,
    axes: Axes,
    tables: dict[str, pd.DataFrame],
    nested: Nesting,
    before: Before | None,
) -> dict[str, Published]:
    """Return the released cells of several grains, codes that belong together in one table."""
    named = []
    for grain, one in tables.items():
        cells = drop_open(one, grain, nested)
        named.append(cells.assign(code=f"{grain}|" + cells["code"].astype(str)))
    cells = pd.concat(named, ignore_index=True)
    derived = [name for name in cells if name == "person_years"]
    cells[derived] = cells[derived].fillna(0.0)
    there = set(cells["code"])
    parents = {"|".join(code): "|".join(up) for code, up in nested.above.items()}
    parents = {code: up for code, up in parents.items() if code in there and up in there}
    top = {code: _top(code, parents) for code in there}
    families = [own for _, own in cells.groupby(cells["code"].map(top), sort=True)]
    earlier = [] if before is None else before.of_grains(list(tables))
    found = release(families, rates_shape(axes, parents, derived), plan.disclosure, earlier)
    level = found.table["code"].str.split("|", n=1).str[0]
    bare = found.table.assign(code=found.table["code"].str.split("|", n=1).str[1])
    whole = {str(name): own.reset_index(drop=True) for name, own in bare.groupby(level)}
    return {name: Published(whole.get(name, bare.iloc[:0]), found.audit) for name in tables}


def _top(code: str, parents: dict[str, str]) -> str:
    """Return the code at the top of a code's family."""
    while code in parents:
        code = parents[code]
    return code
