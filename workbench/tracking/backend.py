"""What a tracking store must do; one file for each in this room."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol


class Backend(Protocol):
    """One run in a store. Names are legal and texts without home paths when they come here."""

    run_id: str

    def params(self, values: Mapping[str, str]) -> None:
        """Keep flat parameters."""

    def metrics(self, values: Mapping[str, float], step: int) -> None:
        """Keep finite metrics of one step."""

    def tags(self, values: Mapping[str, str]) -> None:
        """Keep tags; a later value takes the place of an earlier one."""

    def artifact(self, path: Path) -> None:
        """Keep a copy of a file or folder."""

    def dataset(self, name: str, digest: str, facts: Mapping[str, Any]) -> None:
        """Keep which data the run saw, by digest."""

    def model(self, folder: Path, card: Mapping[str, Any], signature: Mapping[str, Any]) -> None:
        """Keep a model with its card and signature."""

    def child(self, name: str) -> Backend:
        """Open a run inside this one."""

    def close(self, status: str) -> None:
        """End the run: FINISHED, FAILED or KILLED."""
