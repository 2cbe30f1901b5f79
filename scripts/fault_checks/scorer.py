"""Scores what waits, as ``workbench challenge work`` does, but patient with those who are killed.

A worker's lease is over after a second here, and nothing is given up: three deaths of one
submission's workers are no accident elsewhere. Store and folders come from the environment.
"""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

from workbench.challenge.store import open_store
from workbench.challenge.submissions import WorkRules, work
from workbench.challenge.submissions.worker_labels import worker_labels
from workbench.errors import WorkbenchError

RULES = WorkRules(lease_s=1.0, attempts=10**6, retry_s=0.5)


def main() -> None:
    """Score until told to stop."""
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    with open_store(os.environ["WORKBENCH_STORE"]) as store:
        labels = worker_labels(store, Path(os.environ["WORKBENCH_LABELS"]))
        for done in work(store, labels, stop=ending.is_set, idle_s=0.1, rules=RULES, told=_tell):
            print(done.submission, done.outcome, done.detail, flush=True)


def _tell(error: WorkbenchError) -> None:
    print(error.render(), flush=True)


if __name__ == "__main__":
    main()
