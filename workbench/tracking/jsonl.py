"""Tracking as one JSON object a line, in the run folder: for machines without MLflow."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench import digests


class JsonLines:
    """Appends events to ``tracking.jsonl``; a child run writes to the same file under its own name.

    Args:
        path: The file.
        run_id: Name of the run inside the file.
    """

    def __init__(self, path: Path, run_id: str) -> None:
        self.path = path
        self.run_id = run_id

    @classmethod
    def open(cls, path: Path, name: str) -> JsonLines:
        """Start the file anew: a run that starts again replaces what it tracked before."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")
        opened = cls(path, name)
        opened._write("start")
        return opened

    def params(self, values: Mapping[str, str]) -> None:
        """Write parameters."""
        self._write("params", values=dict(values))

    def metrics(self, values: Mapping[str, float], step: int) -> None:
        """Write metrics of one step."""
        self._write("metrics", step=step, values=dict(values))

    def tags(self, values: Mapping[str, str]) -> None:
        """Write tags."""
        self._write("tags", values=dict(values))

    def artifact(self, path: Path) -> None:
        """Write name and digest: the file itself already lies in the run folder."""
        digest = digests.of_file(path) if path.is_file() else ""
        self._write("artifact", name=path.name, sha256=digest)

    def dataset(self, name: str, digest: str, facts: Mapping[str, Any]) -> None:
        """Write which data the run saw."""
        self._write("dataset", name=name, digest=digest, **facts)

    def model(self, folder: Path, card: Mapping[str, Any], signature: Mapping[str, Any]) -> None:
        """Write name, version and signature: the model lies in the run folder."""
        named = {key: card.get(key, "") for key in ("name", "version")}
        self._write("model", folder=folder.name, card=named, signature=dict(signature))

    def child(self, name: str) -> JsonLines:
        """Return a run inside this one."""
        opened = JsonLines(self.path, f"{self.run_id}/{name}")
        opened._write("start")
        return opened

    def close(self, status: str) -> None:
        """Write how the run ended."""
        self._write("close", status=status)

    def _write(self, event: str, **fields: Any) -> None:
        """Append one line."""
        line = {"time": round(time.time(), 3), "run": self.run_id, "event": event, **fields}
        with self.path.open("a", encoding="utf-8") as handle:
            handle.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
