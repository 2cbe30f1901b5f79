"""Model state on disk: plain arrays in ``.npz`` and JSON beside it. Nothing is ever unpickled."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from workbench import storage
from workbench.errors import DataError


def save_state(folder: Path, facts: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
    """Write a model's facts and arrays as a folder, in one step and with the same bytes each time.

    Args:
        folder: Takes the place of what stands there.
        facts: JSON values, to ``model.json``.
        arrays: Arrays without Python objects, to ``arrays.npz``.
    """
    with storage.writing_folder(folder) as aside:
        storage.write_json(aside / "model.json", dict(facts))
        np.savez(aside / "arrays.npz", allow_pickle=False, **_sorted(arrays))


def load_state(folder: Path, kind: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Read what ``save_state`` wrote.

    Args:
        folder: The model's folder.
        kind: The ``kind`` its facts must state.

    Raises:
        DataError: The folder holds no model, a broken one, or one of another kind.
    """
    with _explained(folder):
        facts = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with np.load(folder / "arrays.npz", allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    if not isinstance(facts, dict) or facts.get("kind") != kind:
        found = facts.get("kind") if isinstance(facts, dict) else facts
        raise DataError(
            f"the folder holds a model of kind '{found}', expected '{kind}'", where=str(folder)
        )
    return facts, arrays


def _sorted(arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Return the arrays by name, so that the archive's bytes do not depend on the order."""
    return dict(sorted(arrays.items()))


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Turn what can go wrong when reading a model into a named error."""
    try:
        yield
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(
            f"no readable model: {' '.join(str(error).split())}",
            where=str(folder),
            remedy="train again, or copy the whole model folder",
        ) from error
