"""The store at a place: opened, made or brought up to date first where needed."""

from __future__ import annotations

from pathlib import Path

from workbench.challenge.store import migrate
from workbench.challenge.store.clock import Clock, SystemClock
from workbench.challenge.store.places import Place, find_place
from workbench.challenge.store.store import Store
from workbench.errors import DataError


def open_store(
    place: str | Path | None = None, *, clock: Clock | None = None, create: bool = True
) -> Store:
    """Open a store, made or brought up to date first where needed.

    >>> import tempfile
    >>> from workbench.challenge.store.events import SettingsChanged
    >>> store = open_store(tempfile.mkdtemp())
    >>> with store.writing("organiser") as transaction:
    ...     done = transaction.append(
    ...         SettingsChanged(name="contact", value="team@example.org", reason="start")
    ...     )
    >>> done.seq, store.head().seq, [event.kind for event in store.events()]
    (1, 1, ['settings-changed'])

    Args:
        place: A folder, or a URL ``postgresql+pg8000://...``; ``WORKBENCH_STORE``, else the folder
            ``store`` under ``WORKBENCH_HOME``, where not given.
        clock: Where time comes from; the machine's clock where not given.
        create: Make the store where there is none; else that is an error.

    Raises:
        UsageError: The place is no folder and no PostgreSQL URL.
        DataError: The database cannot be reached, was written by a newer workbench, or is absent.
    """
    found = find_place(place)
    if found.is_file and not found.name.exists():
        if not create:
            raise _absent(found)
        found.name.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Scores and files of all teams: for its owner alone, as SQLite's side files then are too.
        found.name.touch(mode=0o600)
    store = Store(found, clock or SystemClock())
    with store.reading() as connection:
        revision = migrate.revision_of(connection)
    if revision is None and not create:
        raise _absent(found)
    if migrate.check_revision(revision, str(found)):
        store.migrate()
    return store


def _absent(place: Place) -> DataError:
    remedy = "check the place; `workbench challenge open` makes a store"
    return DataError("there is no store", where=str(place), remedy=remedy)
