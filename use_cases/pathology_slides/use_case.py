"""The use case: which grade is the worst lesion of a slide?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workbench import digests
from workbench.data import OpenedData

from .counting import counting
from .params import Params
from .prepared import PreparedSlides
from .preparing import prepare_slides

if TYPE_CHECKING:
    from rich.progress import Progress


class PathologySlides:
    """Whole slides to cases; see ``workbench.learning.use_case.UseCase``.

    Args:
        params: Settings.
    """

    def __init__(self, params: Params) -> None:
        self.params = params

    def synthesis_digest(self) -> str:
        """Return a digest of the settings that shape the synthetic slides."""
        return digests.of_json([self.params.n_slides, self.params.slide_px])

    def synthesize(
        self,
        folder: Path,
        seed: int,
        limit: int | None = None,
        progress: Progress | None = None,
    ) -> Path:
        """Write synthetic slides with known lesions; return the path of the data card."""
        from .synthetic.data_set import synthesize

        n_slides = min(self.params.n_slides, limit or self.params.n_slides)
        with counting(progress, "Synthetic slides", n_slides) as done:
            return synthesize(
                folder, seed, n_slides=n_slides, slide_px=self.params.slide_px, done=done
            )

    def prepare(
        self,
        data: OpenedData,
        cache: Path,
        progress: Progress | None = None,
        limit: int | None = None,
    ) -> PreparedSlides:
        """Make cases from slides: inspect, tissue, tiles, features."""
        return prepare_slides(data, self.params, cache, progress, limit)
