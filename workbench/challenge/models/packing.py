"""Packs a model's folder: the same files give the same archive, whoever packs them and when."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path

from workbench.challenge.models.manifest import FILE
from workbench.errors import Problem, SubmissionRejected, UsageError
from workbench.scoring.card_models import ModelLimits

_DATE = (2000, 1, 1, 0, 0, 0)
_MODE = 0o100644
_LEFT_OUT = {"__pycache__", ".git", ".venv", ".DS_Store", ".ipynb_checkpoints", ".mypy_cache"}
_MIB = 2**20


def pack(folder: Path, limits: ModelLimits) -> bytes:
    """Return a model's folder as a zip archive: sorted, without dates and rights.

    Caches of Python, git and editors are left out; a link is refused, as is what is no file.

    Raises:
        UsageError: The folder is absent or holds no ``workbench-model.yaml``.
        SubmissionRejected: It cannot be packed; all problems at once.
    """
    if not (folder / FILE).is_file():
        raise UsageError(
            f"the folder holds no {FILE}",
            where=str(folder),
            remedy="start one: workbench new submission NAME",
        )
    files, problems = _files(folder)
    total = sum(path.stat().st_size for path in files.values())
    if len(files) > limits.files:
        problems.append(_over("too-many-files", f"{len(files):,} files", f"{limits.files:,}"))
    if total > limits.unpacked_mb * _MIB:
        message = f"{total / _MIB:,.0f} MiB unpacked"
        problems.append(_over("too-large", message, f"{limits.unpacked_mb:,} MiB"))
    if problems:
        raise SubmissionRejected(
            "the model cannot be packed",
            where=str(folder),
            problems=problems,
            remedy="mend the folder and try again; nothing was sent",
        )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system, entry.external_attr = 3, _MODE << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return packed.getvalue()


def _files(folder: Path) -> tuple[dict[str, Path], list[Problem]]:
    """Return the files of a folder by relative name, and what cannot be packed."""
    files: dict[str, Path] = {}
    problems: list[Problem] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
        for name in sorted([*folders, *names]):
            path = Path(place) / name
            relative = path.relative_to(folder).as_posix()
            kind = path.lstat().st_mode
            if stat.S_ISLNK(kind):
                problems.append(Problem("link", "a link is not packed", relative, "copy the file"))
            elif stat.S_ISREG(kind):
                if name not in _LEFT_OUT and not name.endswith(".pyc"):
                    files[relative] = path
            elif not stat.S_ISDIR(kind):
                problems.append(Problem("special-file", "this is no file", relative, "remove it"))
    return files, problems


def _over(code: str, found: str, most: str) -> Problem:
    return Problem(
        code, f"{found}, the challenge allows {most}", "", "leave out what is not needed"
    )
