"""What the routes of one server share."""

from __future__ import annotations

import threading

from starlette.requests import Request

from workbench.challenge.store import Store, open_store
from workbench.challenge.submissions import Labels
from workbench.challenge.submissions.worker_labels import worker_labels
from workbench.server.boards import Boards
from workbench.server.limits import Bucket, Slots
from workbench.server.public_data import PublicData
from workbench.server.repeats import Repeats
from workbench.server.settings import Settings


class Host:
    """A server's store, limits and caches.

    Args:
        settings: How it is set up.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store: Store = open_store(settings.place, clock=settings.clock)
        self.boards = Boards(self.store)
        self.data = PublicData(self.store, settings.data)
        self.repeats = Repeats()
        rates = settings.rates
        self.by_token = Bucket(rates.per_token)
        self.by_address = Bucket(rates.per_address)
        self.refused = Bucket(rates.refused)
        self.uploads = Slots(settings.uploads)
        # Files on the disk wait here, so that only a few are in memory at once.
        self.working = threading.Semaphore(settings.at_work)

    def labels(self) -> Labels:
        """Return the organiser's labels, and what submitted models are run with."""
        settings = self.settings
        return worker_labels(self.store, settings.labels, settings.inputs, settings.environment)

    def close(self) -> None:
        """Give the store back."""
        self.store.close()


def host_of(request: Request) -> Host:
    """Return what the routes share."""
    host: Host = request.app.state.host
    return host
