"""Looks at what a model is about to be given: readable, and apart from everything secret."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from workbench.errors import HostError
from workbench.scoring.card_phases import Split

_SYSTEM = (Path("/usr"), Path("/lib"), Path("/lib64"), Path("/bin"))
_OPEN_FOLDER = stat.S_IROTH | stat.S_IXOTH


def require_apart(reads: Mapping[str, Path], secret: Iterable[Path]) -> None:
    """End with an error where a secret folder lies inside something a model can read.

    Raises:
        HostError: It does; the model was not run.
    """
    seen = [path.resolve() for path in (*reads.values(), *_SYSTEM)]
    for folder in secret:
        hidden = folder.resolve()
        inside = next((place for place in seen if hidden.is_relative_to(place)), None)
        if inside is not None:
            raise HostError(
                "labels or the store lie inside a folder that a model could read",
                where=f"{hidden} in {inside}",
                remedy="keep labels, store, inputs and environment in folders of their own",
            )


def require_readable(inputs: Path) -> None:
    """End with an error where the inputs are not there, or closed to the user a model runs as.

    Raises:
        HostError: The folder is absent; run by root, a folder or file in it is closed to others.
    """
    if not inputs.is_dir():
        raise HostError(
            "the inputs are not at hand",
            where=str(inputs),
            remedy="put the inputs of each split into a folder of its name (--inputs DIR)",
        )
    if os.geteuid() != 0:
        return
    for place, _, files in os.walk(inputs):
        closed = None if _others_may(Path(place), _OPEN_FOLDER) else Path(place)
        for name in files:
            if not _others_may(Path(place) / name, stat.S_IROTH):
                closed = Path(place) / name
        if closed is not None:
            remedy = f"open it to reading: chmod -R o+rX {inputs}"
            raise HostError("a model may not read its inputs", where=str(closed), remedy=remedy)


def require_no_labels(inputs: Path, split: Split) -> None:
    """End with an error where a file of the inputs is named like the split's labels.

    Raises:
        HostError: One is.
    """
    name = Path(split.file).name
    found = next((path for path in inputs.rglob(name)), None)
    if found is not None:
        raise HostError(
            f"a file of the inputs is named like the labels of split '{split.id}'",
            where=str(found),
            remedy="inputs never hold labels: take it out, or rename it if it is none",
        )


def _others_may(path: Path, bits: int) -> bool:
    """Say whether everybody may do something with a file or folder; links are not looked at."""
    mode = path.lstat().st_mode
    return stat.S_ISLNK(mode) or mode & bits == bits
