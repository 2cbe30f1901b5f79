"""Runs a task under bubblewrap: starts it, watches it, ends all of it, says what came of it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from typing import IO

from workbench.errors import HostError
from workbench.sandbox import bubblewrap
from workbench.sandbox.cgroup import Group, find_parents
from workbench.sandbox.ending import Held, Used, outcome_of
from workbench.sandbox.inside import STARTED
from workbench.sandbox.outcome import Outcome
from workbench.sandbox.seccomp import filter_program
from workbench.sandbox.task import Talk, Task
from workbench.sandbox.tiers import Tier
from workbench.sandbox.watching import Watched, watch

_GONE_S = 10.0


def run(task: Task, talk: Talk | None = None, *, counted: bool = True) -> Outcome:
    """Run a task in a sandbox of its own; when this returns, nothing of it is left running.

    Args:
        task: What is run.
        talk: The host's side of a conversation; without one the output folder is taken.
        counted: Limit memory and processes in total, where a control group can be made.

    Raises:
        HostError: The sandbox itself could not be set up; the program did not start.
    """
    parents = find_parents() if counted else None
    if task.devices and parents is None:
        raise HostError(
            "devices are passed through only where memory is limited in total: a GPU's address "
            "space is larger than any limit of one process",
            remedy="a machine of tier 'sealed'; workbench doctor says what is missing",
        )
    group = None if parents is None else Group(parents, task.limits)
    begun = time.monotonic()
    try:
        watched, first = _started(task, talk, group)
        gone = _end(first, group)
        seconds = time.monotonic() - begun
        used = Used(seconds) if group is None else _used(seconds, group)
        tier = Tier.NAMESPACES if group is None else Tier.SEALED
        held = Held("bubblewrap", tier.label, gone=gone, talks=talk is not None)
        return outcome_of(task.limits, watched, used, held)
    finally:
        if group is not None:
            group.close()


def _started(task: Task, talk: Talk | None, group: Group | None) -> tuple[Watched, int | None]:
    """Start the program and watch it to its end; return that, and a handle on its first process."""
    info, told = os.pipe()
    with tempfile.TemporaryFile() as rules, os.fdopen(info, "rb") as first:
        rules.write(filter_program())
        rules.seek(0)
        line = bubblewrap.command(
            task,
            talks=talk is not None,
            filter_fd=rules.fileno(),
            info_fd=told,
            groups=[] if group is None else group.entries,
        )
        try:
            process = subprocess.Popen(
                line,
                stdin=subprocess.PIPE if talk else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(rules.fileno(), told),
                env={"PATH": os.defpath},
                cwd="/",
                start_new_session=True,
                bufsize=0,
            )
        except OSError as error:
            raise HostError(f"the sandbox did not start: {error}") from error
        finally:
            os.close(told)
        with process:
            try:
                handle = _first_process(first)
                watched = watch(process, task.limits, talk, STARTED)
            finally:
                process.kill()
    return watched, handle


def _first_process(first: IO[bytes]) -> int | None:
    """Return a handle on the first process of the sandbox; None where it is gone already."""
    with suppress(ValueError, KeyError, OSError):
        return os.pidfd_open(int(json.loads(first.read())["child-pid"]))
    return None


def _end(first: int | None, group: Group | None) -> bool:
    """End the sandbox; return whether everything in it is gone.

    Its first process is the parent of all others: the kernel lets it go last, when the whole
    process namespace is empty.
    """
    gone = True
    if first is not None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(first, signal.SIGKILL)
        waiting = select.poll()
        waiting.register(first, select.POLLIN)
        gone = bool(waiting.poll(_GONE_S * 1000))
        os.close(first)
    if group is not None:
        end = time.monotonic() + _GONE_S
        while group.processes() and time.monotonic() < end:
            group.kill()
            time.sleep(0.002)
        gone = gone and not group.processes()
    return gone


def _used(seconds: float, group: Group) -> Used:
    """Return what a run has used, as its control group counted it."""
    return Used(seconds, group.peak_mb(), group.memory_kills(), group.refused_processes())
