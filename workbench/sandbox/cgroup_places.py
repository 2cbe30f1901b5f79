"""Where control groups may be made: in this process's own group, or in one that was delegated."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PARENT = "WORKBENCH_CGROUP"
"""Variable that names a folder of the cgroup file system which was delegated to the runner."""


@dataclass(frozen=True)
class Parents:
    """Folders below which groups are made.

    Attributes:
        version: 1 or 2 of the cgroup interface.
        memory: Folder of the memory controller.
        pids: Folder of the pids controller; the same one in version 2.
    """

    version: int
    memory: Path
    pids: Path


def candidates(named: str = "") -> list[Parents]:
    """Return where groups may be made: the folder named, or else this process's own groups."""
    if named:
        return [Parents(2, Path(named), Path(named))]
    return [parents for parents in (_version_1(), *_version_2()) if parents is not None]


def _version_1() -> Parents | None:
    """Return this process's own groups under the two controllers of version 1."""
    memory, pids = _own_folder("cgroup", "memory"), _own_folder("cgroup", "pids")
    return None if memory is None or pids is None else Parents(1, memory, pids)


def _version_2() -> list[Parents]:
    """Return this process's own group and those above it, the nearest first.

    A group of version 2 with processes of its own may not hand controllers down, and the one above
    may hand down memory alone: groups of runs are made below the nearest that hands down both.
    """
    own = _own_folder("cgroup2", "")
    if own is None:
        return []
    groups = [f for f in (own, *own.parents) if (f / "cgroup.subtree_control").exists()]
    return [Parents(2, folder, folder) for folder in groups]


def _own_folder(file_system: str, controller: str) -> Path | None:
    """Return the folder of this process's group in a mounted hierarchy."""
    path = None
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, name = line.split(":", 2)
        if controllers == controller or controller in controllers.split(",") != [""]:
            path = name
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        fields, _, tail = line.partition(" - ")
        kind, _, options = tail.split(" ", 2)
        if path is None or kind != file_system or controller not in [*options.split(","), ""]:
            continue
        root, mounted = fields.split()[3:5]
        inside = os.path.relpath(path, root)
        return Path(mounted) if inside.startswith("..") else Path(mounted) / inside
    return None
