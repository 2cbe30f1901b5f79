"""Waits for a submission's score, and scores it where the labels are at hand."""

from __future__ import annotations

import time
from collections.abc import Callable

from workbench.challenge.store import Store
from workbench.challenge.store.permission import Principal
from workbench.challenge.submissions.labels import Labels
from workbench.challenge.submissions.own import entry
from workbench.challenge.submissions.team_view import Entry
from workbench.challenge.submissions.worker import work_once
from workbench.errors import HostError


def wait_for(
    store: Store,
    principal: Principal,
    submission: str,
    labels: Labels,
    *,
    every_s: float = 0.5,
    told: Callable[[str], None] = lambda text: None,
) -> Entry:
    """Return a submission once it is scored, failed or withdrawn.

    It is scored here where that is possible; otherwise a worker elsewhere does it.

    Args:
        store: The store.
        principal: Who asks.
        submission: Id of the submission.
        labels: With a folder: what cannot be scored with it is an error. Without: public splits
            are scored here, others waited for.
        every_s: Seconds between two looks.
        told: Called with what it waits for, each time that changes.

    Raises:
        Refusal: ``not-found``.
        HostError: The folder's labels are absent or not those that were sealed.
    """
    last = None
    while (found := entry(store, principal, submission)).state == "queued":
        try:
            done = work_once(store, labels, only=found.id)
        except HostError:
            if labels.folder is not None:
                raise
            done = None
        if done is None:
            if found.reason != last:
                told(found.reason)
            last = found.reason
            time.sleep(every_s)
    return found
