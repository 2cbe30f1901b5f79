"""The programs of a host: kept alive by a watcher, killed by whoever likes, found by a mark."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

MARK = "WORKBENCH_FAULTS"


class Program:
    """A program that is started again whenever it is found dead.

    Args:
        command: What is run.
        environment: Its variables.
        log: What it prints is added here.
    """

    def __init__(self, command: Sequence[str], environment: dict[str, str], log: Path) -> None:
        self._command, self._environment, self._log = command, environment, log
        self._guard = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """Of the process that runs; None where none does."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def keep(self) -> None:
        """Start it where it does not run."""
        with self._guard:
            if self._ended or self.pid is not None:
                return
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    self._command, stdout=log, stderr=log, env=self._environment, cwd="/tmp"
                )
            self.starts += 1

    def kill(self) -> bool:
        """End it with no warning; say whether it ran."""
        with self._guard:
            if self._process is None or self._process.poll() is not None:
                return False
            self._process.kill()
            self._process.wait()
            return True

    def end(self, number: int = signal.SIGTERM) -> int | None:
        """Ask it to end, for good; return its exit code."""
        with self._guard:
            self._ended = True
            if self._process is None:
                return None
            if self._process.poll() is None:
                self._process.send_signal(number)
            try:
                return self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                return self._process.wait()


class Keeper(threading.Thread):
    """Starts dead programs again, until told to stop."""

    def __init__(self, programs: Sequence[Program]) -> None:
        super().__init__(daemon=True)
        self._programs, self._stop_now = programs, threading.Event()

    def run(self) -> None:
        """Look after them ten times a second."""
        while not self._stop_now.wait(0.1):
            for program in self._programs:
                program.keep()

    def stop(self) -> None:
        """Leave them to themselves."""
        self._stop_now.set()
        self.join()


def sandboxes(workers: Sequence[Program]) -> list[int]:
    """Return the sandboxes workers have begun: outermost processes, which no model reaches."""
    found = []
    for worker in workers:
        for path in Path(f"/proc/{worker.pid}/task").glob("*/children"):
            try:
                found += [int(pid) for pid in path.read_text().split() if _is_sandbox(int(pid))]
            except OSError:
                continue
    return found


def left(mark: str) -> list[str]:
    """Return what still runs: programs by their environment, sandboxed ones by their command."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            if mark.encode() in command + (entry / "environ").read_bytes():
                found.append(f"{entry.name}: {command.replace(bytes(1), b' ').decode()[:100]}")
        except OSError:
            continue
    return found


def until(met: Callable[[], bool], seconds: float) -> bool:
    """Wait until something is so; say whether it was in time."""
    end = time.monotonic() + seconds
    while not met():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _is_sandbox(pid: int) -> bool:
    return b"--unshare-pid" in Path(f"/proc/{pid}/cmdline").read_bytes()
