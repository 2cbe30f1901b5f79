"""Connections to a store: durable, in order, and the same code on both databases."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, NoSuchModuleError

from workbench.challenge.store.places import Place
from workbench.errors import DataError

_LOCK = 0x776F726B62656E63  # "workbenc": the advisory lock of writers on PostgreSQL
_BUSY_S = 30.0


def make_engine(place: Place) -> Engine:
    """Return the engine of a place; nothing connects yet.

    Raises:
        DataError: The driver for PostgreSQL is not installed.
    """
    options: dict[str, Any] = {"hide_parameters": True, "pool_pre_ping": not place.is_file}
    if place.is_file:
        options["connect_args"] = {"timeout": _BUSY_S}
    else:
        options["isolation_level"] = "READ COMMITTED"
    try:
        engine = create_engine(place.url, **options)
    except (NoSuchModuleError, ImportError) as error:
        remedy = "pip install 'clinical-ai-workbench[postgres]'"
        raise DataError(
            "the PostgreSQL driver is absent", where=str(place), remedy=remedy
        ) from error
    if place.is_file:
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def read_transaction(engine: Engine, place: Place) -> Iterator[Connection]:
    """Give a connection that sees the store as it is at its first question, until it ends."""
    with _explained(place, engine), engine.connect() as connection:
        if not place.is_file:
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with connection.begin():
            yield connection


@contextmanager
def write_transaction(
    engine: Engine, place: Place, lock: Path, committed: Callable[[], None]
) -> Iterator[Connection]:
    """Give the one connection that may write; it commits when the block ends well.

    Args:
        engine: The store's.
        place: Where it lies.
        lock: File at which this machine's writers queue, in the order they came: a database's own
            waiting may starve some of many. Other machines' wait at PostgreSQL's advisory lock.
        committed: Called after the commit, before the next writer of this machine has its turn.
    """
    with _explained(place, engine), engine.connect() as connection, file_lock(lock):
        connection = connection.execution_options(writes=True)
        with connection.begin():
            if not place.is_file:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            yield connection
        committed()


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold the lock of a file across processes and threads.

    Raises:
        DataError: The file cannot be made or locked.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise not_reached(error, path) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def not_reached(error: OSError, where: Path) -> DataError:
    """Return the error for a file of the store that cannot be read or written."""
    return DataError(
        f"the store cannot be reached: {error.strerror or error}",
        where=str(error.filename or where),
        remedy="check that the folders of store and heads are writable and the disk has room",
    )


def breaks_integrity(error: DBAPIError) -> bool:
    """Return whether the database refused a row: a key that is taken, or names what is absent."""
    fields = _postgres_fields(error)
    return isinstance(error, IntegrityError) or fields.get("C", "").startswith("23")


def _message(error: DBAPIError) -> str:
    """Return what the database says, without the values of a row."""
    return _postgres_fields(error).get("M") or str(error.orig).splitlines()[0]


def _postgres_fields(error: DBAPIError) -> dict[str, str]:
    """Return the parts of PostgreSQL's answer: C the code, M the message (pg8000)."""
    first = error.orig.args[0] if error.orig and error.orig.args else None
    return first if isinstance(first, dict) else {}


@contextmanager
def _explained(place: Place, engine: Engine) -> Iterator[None]:
    """Turn an error of the database into one that names the store and shows no parameter."""
    try:
        yield
    except ConnectionError as error:  # pg8000 lets the socket's own through
        if place.is_file:
            raise
        engine.dispose()  # none of the pool's connections is of use
        raise DataError(
            f"the database went away: {error.strerror or error}",
            where=str(place),
            remedy="start it again; what was not acknowledged may or may not be recorded: look "
            "before you repeat it",
        ) from error
    except DBAPIError as error:
        raise DataError(
            f"the store refused: {_message(error)}",
            where=str(place),
            remedy="check that the database runs, its disk has room and you may write to it; "
            "`workbench audit verify --store` says whether it is whole",
        ) from error


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    """Prepare a connection: foreign keys, every commit on disk."""
    connection.isolation_level = None  # BEGIN is ours: see _begin_sqlite
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def write_ahead(engine: Engine, place: Place, lock: Path) -> None:
    """Turn a new SQLite file to a write-ahead log, so that readers never wait; it stays so."""
    if place.is_file:
        with _explained(place, engine), file_lock(lock):
            connection = engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA journal_mode=WAL")
            finally:
                connection.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin; a writer takes the write lock at once, so that it never fails half-way."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
