"""The tracker that runs talk to: checks names and privacy, and never costs a run its results."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from workbench.errors import Problem, WorkbenchError
from workbench.tracking.backend import Backend
from workbench.tracking.names import flatten, legal_key
from workbench.tracking.none import Nowhere
from workbench.tracking.privacy import check_not_row_level, without_home

if TYPE_CHECKING:
    import pandas as pd


class Tracker:
    """One tracked run. A store that fails costs a warning and the rest of the tracking.

    Args:
        backend: The store.
        name: Of the run, for messages.

    Attributes:
        problems: What the store failed to keep.
    """

    def __init__(self, backend: Backend, name: str) -> None:
        self.backend = backend
        self.name = name
        self.problems: list[Problem] = []

    @property
    def run_id(self) -> str:
        """The store's own id of the run; empty where there is none."""
        return self.backend.run_id

    def params(self, values: Mapping[str, Any]) -> None:
        """Keep a nested configuration as flat parameters."""
        flat = {key: without_home(text) for key, text in flatten(values).items()}
        self._try("params", lambda: self.backend.params(flat))

    def metrics(self, values: Mapping[str, float], step: int = 0) -> None:
        """Keep metrics of one step (epoch or fold); values that are not finite are left out."""
        legal = {legal_key(k): float(v) for k, v in values.items() if math.isfinite(v)}
        if legal:
            self._try("metrics", lambda: self.backend.metrics(legal, step))

    def tags(self, values: Mapping[str, Any]) -> None:
        """Keep tags, such as ``workbench.seed``."""
        texts = {legal_key(k): without_home(str(v)) for k, v in values.items()}
        self._try("tags", lambda: self.backend.tags(texts))

    def artifact(self, path: Path | str) -> None:
        """Keep a copy of a file or folder of aggregates.

        Raises:
            UsageError: The file shows single persons, as predictions and the report do.
        """
        check_not_row_level(Path(path))
        self._try("artifact", lambda: self.backend.artifact(Path(path)))

    def dataset(self, name: str, manifest: pd.DataFrame, digest: str) -> None:
        """Keep which data the run saw: name, digest, counts; no file name, no row.

        Args:
            name: Of the data set.
            manifest: Columns file, bytes, sha256.
            digest: Of manifest and opt-outs, as the data door gives it.
        """
        size = int(manifest["bytes"].sum()) if "bytes" in manifest.columns else 0
        facts = {"files": len(manifest), "bytes": size}
        self._try("dataset", lambda: self.backend.dataset(name, digest, facts))

    def model(self, folder: Path | str, card: Mapping[str, Any]) -> None:
        """Keep a saved model with its card and the signature its ``model.json`` states.

        Args:
            folder: What the model's ``save`` wrote.
            card: The content of its ``model.yaml``.
        """

        def keep() -> None:
            facts = json.loads((Path(folder) / "model.json").read_text(encoding="utf-8"))
            self.backend.model(Path(folder), card, facts.get("signature", {}))

        self._try("model", keep)

    def child(self, name: str) -> Tracker:
        """Open a run inside this one, for a fold or a seed."""
        made: list[Backend] = []
        self._try("child", lambda: made.append(self.backend.child(name)))
        child = Tracker(made[0] if made else Nowhere(), f"{self.name}/{name}")
        # Shared: what a fold could not keep is told once, by its parent.
        child.problems = self.problems
        return child

    def close(self, status: str = "FINISHED") -> None:
        """End the run.

        Args:
            status: ``FINISHED``, ``FAILED`` or ``KILLED``.
        """
        self._try("close", lambda: self.backend.close(status))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        interrupted = kind is not None and not issubclass(kind, Exception)
        self.close("KILLED" if interrupted else "FAILED" if kind else "FINISHED")

    def _try(self, what: str, act: Callable[[], None]) -> None:
        """Do what the store is asked; on failure note it, warn, and go on without the store."""
        try:
            act()
        except WorkbenchError:
            raise
        # The one broad catch of the project: a store may fail in any way, the results must not.
        except Exception as error:
            text = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
            self.problems.append(Problem("tracking-failed", f"{what} not kept: {text}", self.name))
            logging.getLogger("workbench.tracking").warning(
                "tracking of '%s' stops, the run goes on: %s not kept: %s", self.name, what, text
            )
            self.backend = Nowhere()
