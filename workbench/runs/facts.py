"""Facts a run records: versions, code revision, data, machine. No name, no home path."""

from __future__ import annotations

import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import workbench
from workbench import digests
from workbench.content import roots

if TYPE_CHECKING:
    from workbench.data.door import OpenedData

PACKAGES = (
    "numpy",
    "pandas",
    "scikit-learn",
    "torch",
    "lightning",
    "monai",
    "mlflow",
    "hydra-core",
    "openslide-python",
    "openslide-bin",
    "tifffile",
)


def versions() -> dict[str, str]:
    """Return the versions of Python, the workbench and the packages that shape results."""
    found = {"python": platform.python_version(), "workbench": workbench.__version__}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def code_digest(*content_folders: Path) -> str:
    """Return the digest of the library and of the content folders a run uses.

    The same in a checkout and in an installed wheel: only relative names and text count.
    """
    library = Path(workbench.__file__).parent
    rooms = sorted(p for p in library.iterdir() if p.is_dir() and p.name not in ("content", "cli"))
    return digests.of_code([*rooms, *content_folders])


def git_state() -> dict[str, Any]:
    """Return the revision and whether the checkout has uncommitted changes.

    Outside a checkout (an installed wheel) the revision is ``"none"`` and the version speaks.
    """
    root = roots()[0]
    if not (root / ".git").exists():
        return {"revision": "none", "dirty": False}
    try:
        revision = _git(root, "rev-parse", "HEAD")
        dirty = bool(_git(root, "status", "--porcelain", "--untracked-files=no"))
    except (OSError, subprocess.SubprocessError):
        return {"revision": "unknown", "dirty": True}
    return {"revision": revision, "dirty": dirty}


def _git(root: Path, *arguments: str) -> str:
    """Run git in the checkout and return what it prints."""
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, check=True, timeout=20
    )
    return done.stdout.strip()


def of_data(opened: OpenedData) -> dict[str, Any]:
    """Return what a record says of the data it was made from."""
    return {
        "name": opened.card.name,
        "version": opened.card.version,
        "licence": opened.card.licence,
        "synthetic": opened.card.synthetic,
        "known_biases": list(opened.card.known_biases),
        "opted_out": opened.opted_out,
    }
