"""The tracker that runs talk to: checks names and privacy, and never costs a run its results."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from workbench.errors import Problem, RunError, UsageError, WorkbenchError, did_you_mean
from workbench.tracking.names import flatten, legal_key
from workbench.tracking.privacy import check_not_row_level, without_home

if TYPE_CHECKING:
    import pandas as pd

BACKENDS = ("mlflow", "jsonl", "none")


class Backend(Protocol):
    """What a store must do; one file each in this room."""

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
        """Keep metrics of one step (an epoch, or a fold); values that are not finite are left out."""
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
            UsageError: The file holds rows of persons.
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

    def model(
        self, folder: Path | str, card: Mapping[str, Any], signature: Mapping[str, Any]
    ) -> None:
        """Keep a saved model.

        Args:
            folder: What the model's ``save`` wrote.
            card: The content of its ``model.yaml``.
            signature: ``{"inputs": {name: type}, "outputs": {name: type}}``, types ``double``,
                ``float``, ``long``, ``string``.
        """
        self._try("model", lambda: self.backend.model(Path(folder), card, signature))

    def child(self, name: str) -> Tracker:
        """Open a run inside this one, for a fold or a seed."""
        made: list[Backend] = []
        self._try("child", lambda: made.append(self.backend.child(name)))
        child = Tracker(made[0] if made else _nowhere(), f"{self.name}/{name}")
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
            self.backend = _nowhere()


def start(settings: Mapping[str, Any], name: str, *, run_dir: Path | str) -> Tracker:
    """Open a tracked run; the same run folder goes on with the same tracked run.

    Args:
        settings: Keys ``backend`` (mlflow, jsonl or none), ``uri`` and ``experiment`` (mlflow).
        name: Of the run, readable.
        run_dir: The run's folder; its name, a digest, identifies the run.

    Raises:
        UsageError: There is no such backend, its package is missing or its address is unusable.
        RunError: The store cannot be opened (nothing has been computed yet, nothing is lost).
    """
    kind = str(settings.get("backend", "none"))
    if kind not in BACKENDS:
        hint = did_you_mean(kind, BACKENDS)
        raise UsageError(
            f"no tracking backend '{kind}'; {hint}", remedy="use mlflow, jsonl or none"
        )
    try:
        return Tracker(_open(kind, settings, name, Path(run_dir)), name)
    except WorkbenchError:
        raise
    except Exception as error:
        raise RunError(
            f"the tracking store does not open: {' '.join(str(error).split())[:300]}",
            where=str(settings.get("uri", "")),
            remedy="check the address, or run with tracking=jsonl or tracking=none",
        ) from error


def _open(kind: str, settings: Mapping[str, Any], name: str, run_dir: Path) -> Backend:
    """Import and open one backend."""
    if kind == "mlflow":
        from workbench.tracking.mlflow import open_run

        return open_run(settings, name, run_dir.resolve().name)
    if kind == "jsonl":
        from workbench.tracking.jsonl import JsonLines

        return JsonLines.open(run_dir / "tracking.jsonl", name)
    return _nowhere()


def _nowhere() -> Backend:
    """Return the backend that keeps nothing."""
    from workbench.tracking.none import Nowhere

    return Nowhere()
