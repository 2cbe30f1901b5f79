"""The use case: which pairs of drug and event are signals?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from workbench import digests
from workbench.data import OpenedData

from .params import Params
from .synthetic.knobs import Knobs

if TYPE_CHECKING:
    from rich.progress import Progress

    from workbench.learning.cases import Cases

    from .population import Population
    from .prepared import PreparedPairs


class AdverseEvents:
    """Reports to pairs; see ``workbench.learning.use_case.UseCase``.

    Args:
        params: Settings.
    """

    def __init__(self, params: Params) -> None:
        self.params = params

    def synthesis_digest(self) -> str:
        """Return a digest of the settings that shape the synthetic population."""
        return digests.of_json(asdict(self.params.synthetic))

    def synthesize(
        self,
        folder: Path,
        seed: int,
        limit: int | None = None,
        progress: Progress | None = None,
    ) -> Path:
        """Write a synthetic population with its reports; return the path of its data card."""
        from .data_card import data_card
        from .synthetic.data_set import write_data_set

        return write_data_set(folder, data_card(), self.params.synthetic, seed, limit)

    def prepare(
        self,
        data: OpenedData,
        cache: Path,
        progress: Progress | None = None,
        limit: int | None = None,
    ) -> PreparedPairs:
        """Make cases of the pairs of an opened data set."""
        from .preparing import prepare_pairs

        return prepare_pairs(data, self.params, limit)

    def monitor(self, data: OpenedData, days: Sequence[int]) -> Iterator[tuple[int, Cases]]:
        """Yield the pairs as they were known on some days of the window, rising."""
        from .preparing import monitored_pairs

        return monitored_pairs(data, self.params, days)

    def population(self, data: OpenedData) -> Population:
        """Return the claims behind the raw flows of an opened data set."""
        from .population import open_population

        return open_population(data)

    def write_truth(self, path: Path, knobs: Knobs | None = None, seed: int = 0) -> Path:
        """Write the truth to the organiser's folder, never into a data set."""
        from .synthetic.truth import write_truth

        return write_truth(path, knobs or self.params.synthetic, seed)
