"""Which pairs were reported, with the label that only the generator knows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .blocks import World
from .knobs import LABELS


class ReportedPairs:
    """Collects the pairs of suspected substance and event over blocks.

    Args:
        world: What the blocks share.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.seen = np.zeros((len(world.market.substances), len(world.market.terms)), dtype=bool)

    def add(self, drugs: pd.DataFrame, events: pd.DataFrame) -> None:
        """Add the pairs of a block's reports; concomitant drugs are not suspected."""
        suspected = drugs.loc[drugs["role"] != "concomitant", ["case_id", "number"]]
        terms = events.loc[events["level"] == "pt", ["case_id", "term"]]
        both = suspected.merge(terms, on="case_id")
        term = pd.Index(self.world.market.terms).get_indexer(pd.Index(both["term"]))
        self.seen[both["number"].to_numpy(), term] = True

    def table(self, limit: int | None = None) -> pd.DataFrame:
        """Return the pairs, at most ``limit`` of them, the labels in turn."""
        drug, event = np.nonzero(self.seen)
        market, planted = self.world.market, self.world.effects.planted
        label = np.array(LABELS, dtype=object)[planted[drug, event].astype(int)]
        substance, term = market.substances[drug], market.terms[event]
        names = [f"{one}|{other}" for one, other in zip(substance, term, strict=True)]
        table = pd.DataFrame(
            {"pair": names, "substance": substance, "event": term, "label": label}
        ).sort_values("pair", ignore_index=True)
        if limit is None:
            return table
        turn = table.groupby("label").cumcount().sort_values(kind="stable").index[:limit]
        return table.loc[turn].sort_values("pair", ignore_index=True)
