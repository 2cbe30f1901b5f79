"""Pairs made ready for models of signals; see ``workbench.learning.use_case.Prepared``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.learning.cases import Cases


@dataclass(frozen=True)
class PreparedPairs:
    """What a run asks of counted pairs.

    Attributes:
        cases: One case a pair of substance and event, kind ``table``; its person is the substance.
        excluded: Pairs left out: ``case``, ``reason``, ``message``.
        flow: What each step kept.
        slides: Counts of each pair for the report; column ``case``.
        heatmaps: Nothing is drawn.
        speed: Nothing is timed.
        encoder: Features are counts: nothing is learnt.
    """

    cases: Cases
    excluded: pd.DataFrame
    flow: list[dict[str, Any]]
    slides: pd.DataFrame
    heatmaps: int = 0
    speed: dict[str, float] = field(default_factory=dict)
    encoder: str = "pair-counts"

    def encode(self, train: Sequence[str], seed: int, folder: Path) -> Cases:
        """Return all cases: counts of reports look at no label."""
        return self.cases

    def encode_with(self, folder: Path) -> Cases:
        """Return all cases."""
        return self.cases

    def save_encoder(self, trained: Path, target: Path) -> None:
        """Keep nothing: there is nothing to keep."""

    def heatmap(self, case: str, scores: np.ndarray) -> dict[str, bytes]:
        """Return pictures of a case; there are none."""
        return {}
