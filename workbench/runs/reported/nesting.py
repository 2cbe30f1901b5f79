"""Which codes of a grain lie wholly within one code of the next: only these add up."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from workbench.runs.reported.plan import RatesPlan
from workbench.tabular.grains import code_of
from workbench.tabular.partitioned.store import PartitionedClaims

Code = tuple[str, str]


@dataclass(frozen=True)
class Nesting:
    """How the codes of the grains of a plan lie within each other.

    Attributes:
        above: Grain and code -> grain and code that it lies within.
        open: Codes of a coarser grain that are not the sum of finer ones, such as a class one of
            whose drugs is in another class too. Nobody can say what such a code gives away of its
            parts, so that it is not published.
    """

    above: dict[Code, Code]
    open: frozenset[Code]


def nesting(store: PartitionedClaims, plan: RatesPlan) -> Nesting:
    """Return how the codes of neighbouring grains lie within each other."""
    product = store.product
    columns = {grain: code_of(product, grain) for grain in plan.grains}
    packs = store.engine.run(product.select("cip13", **columns).distinct())
    above: dict[Code, Code] = {}
    left: set[Code] = set()
    for fine, coarse in zip(plan.grains, plan.grains[1:], strict=False):
        pairs = packs[[fine, coarse]].drop_duplicates()
        times = (
            pairs.dropna(subset=[fine])
            .groupby(fine)[coarse]
            .agg(lambda up: up.nunique(dropna=False))
        )
        alone = pairs[fine].map(times).eq(1)
        broken = set(pairs.loc[~alone, coarse].dropna())
        left |= {(coarse, str(code)) for code in broken}
        whole = pairs[alone & pairs[coarse].notna() & ~pairs[coarse].isin(broken)]
        rows = whole.itertuples(index=False, name=None)
        above |= {(fine, str(a)): (coarse, str(b)) for a, b in rows}
    return Nesting({k: v for k, v in above.items() if v not in left}, frozenset(left))


def drop_open(cells: pd.DataFrame, grain: str, found: Nesting) -> pd.DataFrame:
    """Return cells without the codes that are not the sum of finer ones."""
    codes = {code for level, code in found.open if level == grain}
    return cells[~cells["code"].isin(codes)]
