"""What a use case gives a run: a data set with known truth, and cases made from any data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from workbench.learning.cases import Cases

if TYPE_CHECKING:
    from rich.progress import Progress

    from workbench.data import OpenedData


class Prepared(Protocol):
    """A data set made ready for models.

    Attributes:
        cases: The cases, with features that need no training (their table is final).
        excluded: What was left out: columns ``case``, ``reason`` (a stable code), ``message``.
        flow: What each step kept: ``step``, ``kept``, ``excluded``, ``reason``.
        slides: Facts of each kept case for the report; column ``case`` and, where the input is a
            file, ``sha256``.
        encoder: Name of what makes the features, for the record.
        heatmaps: How many cases a training run draws.
        speed: Figures of this execution for the report (``tiles_per_s``); may be empty.

    It may have ``warnings`` too (:class:`~workbench.errors.Problem`): what looks wrong with the
    data and left nobody out.
    """

    cases: Cases
    excluded: pd.DataFrame
    flow: list[dict[str, Any]]
    slides: pd.DataFrame
    encoder: str
    heatmaps: int
    speed: Mapping[str, float]

    def encode(self, train: Sequence[str], seed: int, folder: Path) -> Cases:
        """Return all cases, with features learnt from the training cases alone.

        Args:
            train: Case ids of the training side; nothing else may be learnt from.
            seed: Of the learning.
            folder: Where what was learnt is kept; found there, it is not learnt again.
        """

    def encode_with(self, folder: Path) -> Cases:
        """Return all cases, with features of what :meth:`save_encoder` kept."""

    def save_encoder(self, trained: Path, target: Path) -> None:
        """Keep what :meth:`encode` learnt in ``trained`` beside a model, for prediction."""

    def heatmap(self, case: str, scores: np.ndarray) -> Mapping[str, bytes]:
        """Return PNG pictures of a case by kind (``slide``, ``attention``); may be empty."""


class UseCase(Protocol):
    """What the entry class of a folder in ``use_cases/`` gives; built as ``Entry(params)``."""

    def synthesis_digest(self) -> str:
        """Return a digest of the parameters that shape the synthetic data set."""

    def synthesize(
        self,
        folder: Path,
        seed: int,
        limit: int | None = None,
        progress: Progress | None = None,
    ) -> Path:
        """Write the synthetic data set with known truth; return the path of its card.

        The same parameters and seed give the same bytes; a set begun there is finished.

        Args:
            folder: Where to write.
            seed: Of the generator; an organiser keeps that of a hidden split secret.
            limit: Write at most this many cases (a trial run).
            progress: A live display to add a bar to.
        """

    def prepare(
        self,
        data: OpenedData,
        cache: Path,
        progress: Progress | None = None,
        limit: int | None = None,
    ) -> Prepared:
        """Make cases from an opened data set.

        A case that cannot be used is left out with its reason, and the others go on. Results of
        stages are kept in ``cache``, keyed by input, settings and code.

        Args:
            data: The opened data set.
            cache: Folder of kept stage results.
            progress: A live display to add a bar to.
            limit: Use at most this many cases, the classes kept in balance (a trial run).
        """
