"""The use case: makes its synthetic data, and turns an opened data set into cases."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench import digests
from workbench.data import OpenedData

from .cases import Prepared, read_cases
from .params import TemplateNameParams
from .synthetic import write_data_set


class TemplateName:
    """Say in one line what is asked of a case.

    Args:
        params: Settings of this use case.
    """

    def __init__(self, params: TemplateNameParams) -> None:
        self.params = params

    def synthesis_digest(self) -> str:
        """Return a digest of everything but the seed that decides the synthetic data."""
        return digests.of_json(asdict(self.params))

    def synthesize(
        self, folder: Path, seed: int, limit: int | None = None, progress: Any = None
    ) -> Path:
        """Write the synthetic data set with known truth and return its card.

        Args:
            folder: Folder to write.
            seed: Same seed, same bytes.
            limit: Make at most this many persons (a trial run).
            progress: Rich progress for what takes long.
        """
        persons = self.params.persons if limit is None else min(limit, self.params.persons)
        return write_data_set(folder, persons, seed)

    def prepare(
        self, opened: OpenedData, cache: Path, progress: Any = None, limit: int | None = None
    ) -> Prepared:
        """Return the cases of an opened data set, and those that cannot be used with the reason.

        Args:
            opened: From ``workbench.data.open``: the only way to read.
            cache: Folder for what is costly to compute; not needed for a small table.
            progress: Rich progress for what takes long.
            limit: Use at most this many cases (a trial run).
        """
        return read_cases(opened, limit)
