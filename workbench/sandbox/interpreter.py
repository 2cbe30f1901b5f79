"""A Python environment as a sandbox is given it: read-only, at its own paths."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import UsageError

_GIVEN = (Path("/usr"), Path("/etc/alternatives"), Path("/bin"))
"""What every sandbox has of the system."""


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
    # bin/python is a chain of links; every step on the way must be there, and nothing beside it.
    folders, step = [prefix], program
    while step.is_symlink():
        step = step.parent / step.readlink()
        folders.append(_needed(step))
    folders.append(_needed(step.resolve()))
    kept: list[Path] = []
    for folder in folders:
        if not any(folder == other or folder.is_relative_to(other) for other in (*kept, *_GIVEN)):
            kept.append(folder)
    return Interpreter(program, tuple(kept))


def _needed(program: Path) -> Path:
    """Return what one step needs: its installation, or its folder alone where that is none.

    A link of the system, such as ``/etc/alternatives/python3``, must not open all of ``/etc``.
    """
    installation = program.parent.parent
    is_one = program.parent.name == "bin" and (
        (installation / "pyvenv.cfg").is_file() or any(installation.glob("lib/python3*"))
    )
    return installation if is_one and installation != Path("/") else program.parent
