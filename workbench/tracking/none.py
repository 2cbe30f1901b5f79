"""Tracking that keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Nowhere:
    """A store that drops all it is given."""

    run_id = ""

    def params(self, values: Mapping[str, str]) -> None:
        """Drop parameters."""

    def metrics(self, values: Mapping[str, float], step: int) -> None:
        """Drop metrics."""

    def tags(self, values: Mapping[str, str]) -> None:
        """Drop tags."""

    def artifact(self, path: Path) -> None:
        """Drop a file."""

    def dataset(self, name: str, digest: str, facts: Mapping[str, Any]) -> None:
        """Drop a data set."""

    def model(self, folder: Path, card: Mapping[str, Any], signature: Mapping[str, Any]) -> None:
        """Drop a model."""

    def child(self, name: str) -> Nowhere:
        """Return another store that drops all."""
        return self

    def close(self, status: str) -> None:
        """Do nothing."""
