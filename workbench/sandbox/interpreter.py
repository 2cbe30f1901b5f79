"""A Python environment as a sandbox is given it: read-only, at its own paths."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import UsageError


@dataclass(frozen=True)
class Interpreter:
    """A Python with its packages.

    Attributes:
        program: The interpreter's path, in the sandbox as outside.
        folders: Folders it needs: the environment, and the installation it was made from.
    """

    program: Path
    folders: tuple[Path, ...]

    @property
    def reads(self) -> dict[str, Path]:
        """The folders by their path in the sandbox."""
        return {str(folder): folder for folder in self.folders}


def this_interpreter() -> Interpreter:
    """Return the environment this program runs in."""
    return _interpreter(Path(sys.prefix))


def interpreter_of(folder: Path | str) -> Interpreter:
    """Return the environment in a folder made by ``python -m venv`` (or alike).

    Raises:
        UsageError: There is no interpreter in it.
    """
    return _interpreter(Path(folder).absolute())


def _interpreter(prefix: Path) -> Interpreter:
    program = prefix / "bin" / "python"
    if not program.exists():
        program = prefix / "bin" / "python3"
    if not program.exists():
        raise UsageError(
            "the folder holds no Python environment",
            where=str(prefix),
            remedy="make one: python -m venv FOLDER, then install the published packages",
        )
    # bin/python is a chain of links; every folder on the way must be there.
    folders, step = [prefix], program
    while step.is_symlink():
        step = step.parent / step.readlink()
        folders.append(step.parent.parent)
    folders.append(step.resolve().parent.parent)
    kept: list[Path] = []
    for folder in folders:
        if not any(folder == other or folder.is_relative_to(other) for other in kept):
            kept.append(folder)
    return Interpreter(program, tuple(kept))
