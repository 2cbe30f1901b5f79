"""Where a store lies: a folder with a SQLite file, or a database by URL."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from workbench.audit import home
from workbench.errors import UsageError

DATABASE = "challenge.db"


@dataclass(frozen=True)
class Place:
    """A store's database, and the name its head is kept under.

    Attributes:
        url: Of the database; its text form hides the password.
        name: Path of the SQLite file, or a path made of server and database.
    """

    url: URL
    name: Path

    @property
    def is_file(self) -> bool:
        """Whether the store is one SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def lock(self) -> Path:
        """The file whose lock orders the writers of a SQLite store."""
        return self.name.with_name(self.name.name + ".lock")

    def __str__(self) -> str:
        return str(self.name) if self.is_file else self.url.render_as_string(hide_password=True)


def find_place(place: str | Path | None = None) -> Place:
    """Return the place of a store.

    Args:
        place: A folder, or a URL ``postgresql+pg8000://user@host/database``. Where not given:
            ``WORKBENCH_STORE``, else the folder ``store`` under ``WORKBENCH_HOME``.

    Raises:
        UsageError: A URL of another kind of database, or of a driver that is not used here.
    """
    place = place or os.environ.get("WORKBENCH_STORE") or home() / "store"
    if "://" not in str(place):
        file = (Path(place).expanduser().absolute() / DATABASE).resolve()
        return Place(URL.create("sqlite", database=str(file)), file)
    try:
        url = make_url(str(place))
    except ArgumentError as error:
        raise UsageError("not a database URL", where="store", remedy=_FORMS) from error
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+pg8000")
    if url.drivername != "postgresql+pg8000" or not url.database:
        received = url.render_as_string(hide_password=True)
        raise UsageError(f"a store cannot lie at {received}", where="store", remedy=_FORMS)
    return Place(url, _server_name(url))


def _server_name(url: URL) -> Path:
    """Return a path that names server and database, whoever connects."""
    socket = url.query.get("unix_sock", "")
    server = f"{url.host or ''}{socket}:{url.port or 5432}"
    return Path("/postgresql", re.sub(r"[^A-Za-z0-9.:-]", "_", server), str(url.database))


_FORMS = "give a folder, or postgresql+pg8000://USER:PASSWORD@HOST:PORT/DATABASE"
