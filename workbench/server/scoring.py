"""A process that scores what waits: ``python -m workbench.server.scoring``.

The store and the labels come from ``WORKBENCH_STORE`` and ``WORKBENCH_LABELS``, what models are run
with from ``WORKBENCH_INPUTS`` and ``WORKBENCH_ENVIRONMENT``. It ends, after the
submission it is at, on SIGTERM, SIGINT, or when its standard input ends.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from pathlib import Path

from workbench.challenge.store import open_store
from workbench.challenge.submissions import work
from workbench.challenge.submissions.worker_labels import worker_labels
from workbench.errors import WorkbenchError
from workbench.server import logs


def main() -> int:
    """Score until told to stop; return the exit code."""
    logs.log_to_stderr()
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.set())
    threading.Thread(target=_until_input_ends, args=(ending,), daemon=True).start()
    with open_store(os.environ.get("WORKBENCH_STORE")) as store:
        folder = os.environ.get("WORKBENCH_LABELS")
        labels = worker_labels(store, Path(folder) if folder else None)
        logs.note("scorer-started", pid=os.getpid())
        for done in work(store, labels, stop=ending.is_set, idle_s=0.5, told=_tell):
            logs.note("scored", submission=done.submission, phase=done.phase, outcome=done.outcome)
    logs.note("scorer-stopped", pid=os.getpid())
    return 0


def _tell(error: WorkbenchError) -> None:
    """Log what keeps submissions from being scored; the host reads the details in the store."""
    codes = [problem.code for problem in error.problems]
    logs.note("cannot-score", level=logging.ERROR, kind=type(error).__name__, codes=codes)


def _until_input_ends(ending: threading.Event) -> None:
    """Wait for the end of what started this process."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    ending.set()


if __name__ == "__main__":
    sys.exit(main())
