"""Control groups: memory and processes of a run limited in total, and counted."""

from __future__ import annotations

import itertools
import os
import signal
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from workbench.sandbox.cgroup_places import PARENT, Parents, candidates
from workbench.sandbox.limits import Limits

_OWN_PROCESSES = 8  # bubblewrap, its init, the shell and what they start besides the program
_MIB = 2**20
_count = itertools.count()


def find_parents() -> Parents | None:
    """Return where groups can be made by this process; None where nowhere."""
    return _parents(os.environ.get(PARENT, ""))


@lru_cache(maxsize=8)
def _parents(named: str) -> Parents | None:
    return next((parents for parents in candidates(named) if _writable(parents)), None)


class Group:
    """A group of one run, gone when :meth:`close` returns.

    Args:
        parents: Where it is made.
        limits: What its processes may use in total.
    """

    def __init__(self, parents: Parents, limits: Limits) -> None:
        _sweep(parents)
        self.version = parents.version
        name = f"workbench-{_namespace()}-{os.getpid()}-{next(_count)}-{time.monotonic_ns():x}"
        self.memory, self.pids = parents.memory / name, parents.pids / name
        for folder in self._folders():
            folder.mkdir()
        memory, processes = limits.memory_mb * _MIB, limits.pids + _OWN_PROCESSES
        if self.version == 1:
            _write(self.memory / "memory.limit_in_bytes", memory)
            _write_if_there(self.memory / "memory.memsw.limit_in_bytes", memory)
        else:
            _write(self.memory / "memory.max", memory)
            _write_if_there(self.memory / "memory.swap.max", 0)
            _write_if_there(self.memory / "memory.oom.group", 1)
        _write(self.pids / "pids.max", processes)

    @property
    def entries(self) -> list[Path]:
        """Files a process writes its id into to join."""
        return [folder / "cgroup.procs" for folder in self._folders()]

    def peak_mb(self) -> int | None:
        """Return the most memory that was in use, in MiB; None where the kernel does not say."""
        name = "memory.max_usage_in_bytes" if self.version == 1 else "memory.peak"
        try:
            return -(-int((self.memory / name).read_text()) // _MIB)
        except (OSError, ValueError):
            return None

    def memory_kills(self) -> int:
        """Return how many processes the kernel ended for memory."""
        name = "memory.oom_control" if self.version == 1 else "memory.events"
        return _counter(self.memory / name, "oom_kill")

    def refused_processes(self) -> int:
        """Return how often a further process was refused."""
        return _counter(self.pids / "pids.events", "max")

    def processes(self) -> list[int]:
        """Return the ids of all processes in the group."""
        found: set[int] = set()
        for entry in self.entries:
            with suppress(OSError):
                found.update(int(line) for line in entry.read_text().split())
        return sorted(found)

    def kill(self) -> None:
        """End every process of the group."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def close(self, patience_s: float = 10.0) -> bool:
        """End what is left, remove the group; return whether nothing was left at the end."""
        end = time.monotonic() + patience_s
        while self.processes() and time.monotonic() < end:
            self.kill()
            time.sleep(0.002)
        empty = not self.processes()
        for folder in self._folders():
            _remove(folder, end)
        return empty

    def _folders(self) -> list[Path]:
        return list(dict.fromkeys((self.memory, self.pids)))


def _writable(parents: Parents) -> bool:
    """Say whether groups with both limits can be made, by making one."""
    if parents.version == 2:
        try:
            handed = (parents.memory / "cgroup.subtree_control").read_text().split()
        except OSError:
            return False
        if not {"memory", "pids"} <= set(handed):
            return False
    try:
        return Group(parents, Limits()).close()
    except OSError:
        return False


def _sweep(parents: Parents) -> None:
    """End and remove the groups of runners that were killed."""
    for folder in {parents.memory, parents.pids}:
        for left in folder.glob(f"workbench-{_namespace()}-*"):
            owner = left.name.split("-")[2]
            if owner.isdecimal() and not Path(f"/proc/{owner}").exists():
                with suppress(OSError, ValueError):
                    for pid in (left / "cgroup.procs").read_text().split():
                        os.kill(int(pid), signal.SIGKILL)
                _remove(left, time.monotonic() + 1.0)


def _namespace() -> int:
    """Return the number of the process namespace: a process id means something only in its own."""
    return Path("/proc/self/ns/pid").stat().st_ino


def _remove(folder: Path, end: float) -> None:
    """Remove a group's folder; the kernel may still be counting its last pages."""
    while True:
        try:
            return folder.rmdir()
        except FileNotFoundError:
            return None
        except OSError:
            if time.monotonic() >= end:
                return None
            time.sleep(0.002)


def _counter(path: Path, name: str) -> int:
    """Return one counter of a file of counters; 0 where there is none."""
    with suppress(OSError, ValueError):
        for line in path.read_text().splitlines():
            key, _, value = line.partition(" ")
            if key == name:
                return int(value)
    return 0


def _write(path: Path, value: int) -> None:
    path.write_text(str(value))


def _write_if_there(path: Path, value: int) -> None:
    if path.exists():
        with suppress(OSError):
            _write(path, value)
