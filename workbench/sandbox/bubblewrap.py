"""The command line that seals a program off with bubblewrap.

The program sees its own files, the interpreter, ``/usr`` and nothing else of the machine: no
network, no other process, scratch folders of a fixed size in memory, so that no disk is written.
"""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from workbench.sandbox.inside import NOBODY, inner_command, variables
from workbench.sandbox.task import OUTPUT, Task

_MIB = 2**20
_SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_SETTINGS = ("/etc/alternatives", "/etc/ld.so.cache")


def bwrap() -> str | None:
    """Return the path of bubblewrap; None where it is not installed."""
    return shutil.which("bwrap")


def command(
    task: Task,
    *,
    talks: bool,
    filter_fd: int,
    info_fd: int,
    groups: Sequence[Path] = (),
    root: bool | None = None,
) -> list[str]:
    """Return the whole command of a run.

    Args:
        task: What is run.
        talks: Whether standard output is a conversation; else it is the tar of the output folder.
        filter_fd: Open file with the filter of system calls.
        info_fd: Open file to which bubblewrap writes the id of its first process.
        groups: ``cgroup.procs`` files to join first.
        root: Whether the launcher is root, whose program becomes another user; as it is by default.
    """
    root = os.geteuid() == 0 if root is None else root
    parts = [
        *_joining(groups),
        *_process_limits(task, counted=bool(groups)),
        bwrap() or "bwrap",
        *_namespaces(root=root),
        *_variables(task),
        *_file_system(task),
        *("--seccomp", str(filter_fd), "--info-fd", str(info_fd)),
        *("--chdir", task.folder, "--hostname", "sandbox", "--"),
    ]
    if root:
        parts += [
            *("/usr/bin/setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
            *("--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--"),
        ]
    return [*parts, *inner_command(task, talks=talks)]


def _joining(groups: Sequence[Path]) -> list[str]:
    """Join the control groups, then become the rest of the command."""
    if not groups:
        return []
    joins = "".join(f"echo $$ > '{entry}' || exit 125; " for entry in groups)
    return ["/bin/sh", "-c", f'{joins}exec "$@"', "sh"]


def _process_limits(task: Task, *, counted: bool) -> list[str]:
    """Limit each process; in total by user id where no group counts."""
    limits = task.limits
    asked = {
        "cpu": (resource.RLIMIT_CPU, limits.cpu_s, limits.cpu_s + 1),
        "fsize": (resource.RLIMIT_FSIZE, limits.file_mb * _MIB, limits.file_mb * _MIB),
        "nofile": (resource.RLIMIT_NOFILE, limits.open_files, limits.open_files),
        "core": (resource.RLIMIT_CORE, 0, 0),
    }
    if not counted:
        asked["as"] = (resource.RLIMIT_AS, limits.memory_mb * _MIB, limits.memory_mb * _MIB)
        asked["nproc"] = (resource.RLIMIT_NPROC, limits.pids, limits.pids)
    given = ["/usr/bin/prlimit"]
    for name, (kind, soft, hard) in asked.items():
        most = resource.getrlimit(kind)[1]
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        given.append(f"--{name}={soft}:{hard}")
    return [*given, "--"]


def _namespaces(*, root: bool) -> list[str]:
    """Leave every namespace of the host; as root keep only what becoming nobody needs."""
    shared = ["--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
    shared += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    if not root:
        return [*shared, "--unshare-user", "--disable-userns"]
    for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"):
        shared += ["--cap-add", capability]
    return shared


def _variables(task: Task) -> list[str]:
    """Give a small environment of its own and none of the host's."""
    given = ["--clearenv"]
    for name, value in variables(task).items():
        given += ["--setenv", name, value]
    return given


def _file_system(task: Task) -> list[str]:
    """Build the tree from nothing: the order matters, later mounts hide earlier ones."""
    limits = task.limits
    parts = ["--ro-bind", "/usr", "/usr"]
    for name in _SYSTEM:
        parts += _system_folder(Path("/") / name)
    parts += ["--dir", "/etc"]
    for setting in _SETTINGS:
        parts += ["--ro-bind-try", setting, setting]
    parts += ["--proc", "/proc", "--dev", "/dev"]
    parts += [*_scratch("/dev/shm", limits.tmp_mb), *_scratch("/tmp", limits.tmp_mb)]
    parts += _scratch(OUTPUT, limits.output_mb)
    parts += _reads(task.reads)
    for device in task.devices:
        parts += ["--dev-bind", str(device.absolute()), str(device.absolute())]
    return [*parts, "--remount-ro", "/dev", "--remount-ro", "/"]


def _system_folder(place: Path) -> list[str]:
    """Give ``/lib`` and the like as the host has them: links into ``/usr``, or folders."""
    if place.is_symlink():
        return ["--symlink", str(place.readlink()), str(place)]
    return ["--ro-bind", str(place), str(place)] if place.is_dir() else []


def _scratch(place: str, size_mb: int) -> list[str]:
    return ["--perms", "1777", "--size", str(size_mb * _MIB), "--tmpfs", place]


def _reads(reads: Mapping[str, Path]) -> list[str]:
    """Bind what is given to read; folders on the way are made open to everybody first."""
    parts: list[str] = []
    made: set[str] = set()
    for inside, host in sorted(reads.items()):
        if PurePosixPath(inside).is_relative_to("/usr"):
            continue
        for parent in [str(p) for p in PurePosixPath(inside).parents][-2::-1]:
            if parent not in made and parent not in reads:
                parts += ["--dir", parent]
            made.add(parent)
        parts += ["--ro-bind", str(host.absolute()), inside]
    return parts
