"""A PostgreSQL server of the script's own, from the system's binaries, with durable commits."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from fault_checks.processes import Program


def binaries() -> Path | None:
    """Return the folder of initdb and postgres; None where this machine has none."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


def prepare(programs: Path, folder: Path, environment: dict[str, str]) -> tuple[Program, str]:
    """Make a database in a folder; return its server, not started yet, and the store's URL."""
    folder.mkdir()
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    plain = {name: environment[name] for name in environment if not name.startswith("LC_")}
    plain["LC_ALL"] = "C"
    data = folder / "data"
    make = [programs / "initdb", "-D", data, "-U", "faults", "-A", "trust", "-E", "UTF8"]
    subprocess.run(_as_postgres(make), check=True, capture_output=True, env=plain, cwd="/tmp")
    serve = [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses="]
    url = f"postgresql+pg8000://faults@/postgres?unix_sock={folder}/.s.PGSQL.5432"
    return Program(_as_postgres(serve), plain, folder.parent / "postgres.log"), url


def answers(url: str) -> bool:
    """Say whether the database can be asked."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError

    engine = create_engine(url)
    try:
        with engine.connect():
            return True
    except (SQLAlchemyError, OSError):  # the driver's errors come as the former
        return False
    finally:
        engine.dispose()


def _as_postgres(command: list[object]) -> list[str]:
    """Return a command for the server's programs, which refuse to be root."""
    words = [str(word) for word in command]
    if os.getuid() != 0:
        return words
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *words]
