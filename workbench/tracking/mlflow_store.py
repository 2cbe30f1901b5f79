"""Opens an MLflow store: explicit address, whole database or none, quiet."""

from __future__ import annotations

import fcntl
import importlib.util
import logging
import os
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from workbench import storage
from workbench.errors import UsageError

SQLITE = "sqlite:///"


def open_client(uri: str) -> Any:
    """Return an MLflow client for a store, made when it is a database file that does not exist.

    Raises:
        UsageError: MLflow is not installed, or the address is a file store or missing.
    """
    if not uri or uri.startswith("file:") or "://" not in uri:
        raise UsageError(
            f"tracking.uri is '{uri}': a database or a server is needed, not a folder",
            where="tracking.uri",
            remedy="use tracking.uri=sqlite:///runs/mlflow.db, or tracking=jsonl",
        )
    if importlib.util.find_spec("mlflow") is None:
        raise UsageError("tracking=mlflow needs the package 'mlflow'", remedy="use tracking=jsonl")
    # Read once, when MLflow is imported.
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow import MlflowClient
    for noisy in ("alembic", "mlflow"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    if uri.startswith(SQLITE):
        database = _database(uri)
        _make(database)
        uri = f"{SQLITE}{database}"
    return MlflowClient(tracking_uri=uri, registry_uri=uri)


def experiment_id(client: Any, name: str, uri: str) -> str:
    """Return an experiment's id; a new one keeps its artefacts beside the database."""
    from mlflow.exceptions import MlflowException

    location = _artifacts(_database(uri)) if uri.startswith(SQLITE) else None
    if client.get_experiment_by_name(name) is None:
        # Another process of the same sweep may make it in between.
        with suppress(MlflowException):
            client.create_experiment(name, artifact_location=location)
    return str(client.get_experiment_by_name(name).experiment_id)


def _make(database: Path) -> None:
    """Make the database aside and put it in place whole, one process at a time.

    MLflow needs seconds for this; a second process that comes by, or a run that is killed
    meanwhile, would else leave tables that no later start gets over.
    """
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    database.parent.mkdir(parents=True, exist_ok=True)
    with (database.parent / f".{database.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not database.is_file():
            with storage.writing(database) as aside:
                # Without an artefact folder of its own MLflow would note the working folder.
                store = SqlAlchemyStore(f"{SQLITE}{aside}", _artifacts(database))
                store.engine.dispose()


def _database(uri: str) -> Path:
    """Return the database file of a SQLite address."""
    return Path(uri.removeprefix(SQLITE)).resolve()


def _artifacts(database: Path) -> str:
    """Return the address of the artefact folder beside a database."""
    return (database.parent / ".mlflow-artifacts").as_uri()
