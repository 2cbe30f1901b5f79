"""The processes that score: started with the server, started again where they end, ended with it.

A scorer reads from a pipe that nobody writes to: when the server is gone, killed or not, the pipe
ends, and the scorer stops after the submission it is at.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time

from workbench.challenge.submissions.worker_labels import ENVIRONMENT, INPUTS
from workbench.server import logs
from workbench.server.settings import Settings

_PATIENCE_S = 25.0
_LONGEST_PAUSE_S = 60.0


class Scorers:
    """The scoring processes of a server.

    Args:
        settings: Which store, which labels, how many.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._processes: list[subprocess.Popen[bytes] | None] = [None] * settings.scorers
        self._ending = threading.Event()
        self._watchers: list[threading.Thread] = []

    def start(self) -> None:
        """Start them, each with somebody who starts it again."""
        for place in range(len(self._processes)):
            watcher = threading.Thread(target=self._keep, args=(place,), daemon=True)
            watcher.start()
            self._watchers.append(watcher)

    def alive(self) -> int:
        """Return how many run."""
        return sum(one is not None and one.poll() is None for one in self._processes)

    async def stop(self) -> None:
        """End them after what they are at; kill what takes too long: nothing is lost by that."""
        self._ending.set()
        for process in filter(None, self._processes):
            if process.stdin is not None:
                process.stdin.close()
        await asyncio.to_thread(self._await_end)

    def _await_end(self) -> None:
        until = time.monotonic() + _PATIENCE_S
        for process in filter(None, self._processes):
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for watcher in self._watchers:
            watcher.join(1.0)

    def _keep(self, place: int) -> None:
        """Run one scorer, again and again; ever more slowly where it ends at once."""
        pause = 1.0
        while not self._ending.is_set():
            began = time.monotonic()
            process = self._processes[place] = self._begin()
            code = process.wait()
            if self._ending.is_set():
                return
            pause = 1.0 if time.monotonic() - began > 60 else min(2 * pause, _LONGEST_PAUSE_S)
            logs.note("scorer-ended", code=code, again_in_s=pause)
            self._ending.wait(pause)

    def _begin(self) -> subprocess.Popen[bytes]:
        """Start a scorer; the store's URL may hold a password, so nothing is on a command line."""
        environment = dict(os.environ)
        if self._settings.place is not None:
            environment["WORKBENCH_STORE"] = str(self._settings.place)
        folders = {
            "WORKBENCH_LABELS": self._settings.labels,
            INPUTS: self._settings.inputs,
            ENVIRONMENT: self._settings.environment,
        }
        for name, folder in folders.items():
            environment.pop(name, None)
            if folder is not None:
                environment[name] = str(folder.absolute())
        command = [sys.executable, "-m", "workbench.server.scoring"]
        return subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
