"""A PostgreSQL server of the tests' own, from the system's binaries."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect

from workbench.challenge.store.migrate import REVISIONS, revision_of

SETTINGS = ("fsync=off", "full_page_writes=off", "listen_addresses=", "max_connections=60")


def binaries() -> Path | None:
    """Return the folder of initdb and postgres, or None when this machine has none."""
    found = shutil.which("initdb")
    if found and shutil.which("postgres"):
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


@contextmanager
def server(programs: Path) -> Iterator[Path]:
    """Run a server on a socket in a folder of its own; give the folder."""
    folder = Path(tempfile.mkdtemp(prefix="wb-pg-", dir="/tmp"))  # a socket's path must be short
    data = folder / "data"
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        _run(programs / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "-N")
        options = " ".join(f"-c {setting}" for setting in SETTINGS) + f" -k {folder}"
        log = folder / "log"
        _run(programs / "pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")
        try:
            yield folder
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def url(folder: Path, database: str) -> str:
    """Return the URL of a database on the server."""
    return f"postgresql+pg8000://tester@/{database}?unix_sock={folder}/.s.PGSQL.5432"


def empty_database(folder: Path, name: str, *, keeps_tables: bool = False) -> str:
    """Return the URL of a database without rows; it is made once and emptied for each test.

    Args:
        folder: Of the server.
        name: Of the database.
        keeps_tables: Leave the tables there, which is quicker than to make them again.
    """
    with _connected(folder, "postgres") as admin:
        if not admin.exec_driver_sql(f"SELECT 1 FROM pg_database WHERE datname='{name}'").all():
            admin.exec_driver_sql(f"CREATE DATABASE {name}")
        admin.exec_driver_sql(  # of writers that a test killed
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )
    with _connected(folder, name) as connection:
        tables = set(inspect(connection).get_table_names())
        if keeps_tables and tables and revision_of(connection) == REVISIONS[-1]:
            connection.exec_driver_sql("SET session_replication_role = replica")
            emptied = ", ".join(sorted(tables - {"alembic_version"}))
            connection.exec_driver_sql(f"TRUNCATE {emptied}")
        else:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    return url(folder, name)


@contextmanager
def _connected(folder: Path, name: str) -> Iterator[Connection]:
    """Give a connection on which every statement lasts at once."""
    engine = create_engine(url(folder, name), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _run(*command: object) -> None:
    """Run a program of the server, which refuses to be root."""
    words = [str(word) for word in command]
    if os.getuid() == 0:
        words = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *words]
    environment = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(words, capture_output=True, text=True, env=environment, cwd="/tmp")
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}\n{done.stdout}{done.stderr}")
