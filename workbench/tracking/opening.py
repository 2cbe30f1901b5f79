"""Opens a tracked run in the store that the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.errors import RunError, UsageError, WorkbenchError, did_you_mean
from workbench.tracking.backend import Backend
from workbench.tracking.none import Nowhere
from workbench.tracking.tracker import Tracker

BACKENDS = ("mlflow", "jsonl", "none")


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
    return Nowhere()
