"""Tracking in MLflow: explicit address, client API only, nothing about the person who runs it."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from workbench.tracking.mlflow_package import write_package
from workbench.tracking.mlflow_store import experiment_id, open_client
from workbench.tracking.names import legal_key
from workbench.tracking.privacy import TEXT, without_home

BATCH = 100
METRICS_BATCH = 500
WAIT_MS = 2000
TRIES = 5
DIGEST_LENGTH = 36  # width of MLflow's column; the whole digest stands in a tag


class MlflowRun:
    """One MLflow run, by the client API: no global run, no tag with a login name.

    Args:
        client: An ``MlflowClient`` with an explicit address.
        experiment: Its id.
        name: Of the run, readable.
        key: Identifies the run over re-runs; stored as the tag ``workbench.run``.
        parent: Run id this one is nested in, or empty.
    """

    def __init__(self, client: Any, experiment: str, name: str, key: str, parent: str = "") -> None:
        self.client = client
        self.experiment = experiment
        self.name = name
        self.key = key
        self.run_id = self._resumed() or self._created(parent)
        self.known = dict(client.get_run(self.run_id).data.params)
        self.waiting: list[Any] = []
        self.children: list[MlflowRun] = []

    def params(self, values: Mapping[str, str]) -> None:
        """Log parameters not logged before (MLflow refuses to change one)."""
        from mlflow.entities import Param

        new = [Param(key, value) for key, value in values.items() if key not in self.known]
        for first in range(0, len(new), BATCH):
            self.client.log_batch(self.run_id, params=new[first : first + BATCH])
        self.known |= {param.key: param.value for param in new}

    def metrics(self, values: Mapping[str, float], step: int) -> None:
        """Log metrics, many steps in one write: a write costs 10 ms, an epoch often less."""
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        self.waiting += [Metric(name, value, now, step) for name, value in values.items()]
        if len(self.waiting) >= METRICS_BATCH or now - self.waiting[0].timestamp > WAIT_MS:
            self._flush()

    def tags(self, values: Mapping[str, str]) -> None:
        """Set tags in one write."""
        from mlflow.entities import RunTag

        self.client.log_batch(self.run_id, tags=[RunTag(k, v) for k, v in values.items()])

    def artifact(self, path: Path) -> None:
        """Log a file or folder; in text files the home folder becomes ``~``."""
        if path.is_file() and path.suffix in TEXT:
            text = without_home(path.read_text(encoding="utf-8"))
            self.client.log_text(self.run_id, text, path.name)
        elif path.is_file():
            self.client.log_artifact(self.run_id, str(path))
        else:
            self.client.log_artifacts(self.run_id, str(path), path.name)

    def dataset(self, name: str, digest: str, facts: Mapping[str, Any]) -> None:
        """Log a data set as the run's input, by digest and counts."""
        from mlflow.entities import Dataset, DatasetInput

        source = json.dumps({"data_digest": digest})
        short, profile = digest[:DIGEST_LENGTH], json.dumps(dict(facts))
        entity = Dataset(name, short, "workbench", source, profile=profile)
        _despite_others(lambda: self.client.log_inputs(self.run_id, [DatasetInput(entity)]))
        self.tags({"workbench.data_digest": digest})

    def model(self, folder: Path, card: Mapping[str, Any], signature: Mapping[str, Any]) -> None:
        """Log a model with signature and card; MLflow can load it, nothing is pickled."""
        from mlflow.entities import LoggedModelOutput, LoggedModelStatus

        self._forget_models()
        name = str(card.get("name", "model"))
        logged = self.client.create_logged_model(
            self.experiment, name, self.run_id, tags={"workbench.model": name}
        )
        with tempfile.TemporaryDirectory() as scratch:
            package = Path(scratch) / "model"
            write_package(package, folder, card, signature)
            self.client.log_model_artifacts(logged.model_id, str(package))
        self.client.finalize_logged_model(logged.model_id, LoggedModelStatus.READY)
        self.client.log_outputs(self.run_id, [LoggedModelOutput(logged.model_id, 0)])

    def child(self, name: str) -> MlflowRun:
        """Open a nested run."""
        self._flush()
        key = f"{self.key}/{legal_key(name)}"
        self.children.append(MlflowRun(self.client, self.experiment, name, key, self.run_id))
        return self.children[-1]

    def close(self, status: str) -> None:
        """Write what waits and end the run."""
        self._flush()
        self.client.set_terminated(self.run_id, status)

    def _flush(self) -> None:
        """Write the metrics that wait, here and in the nested runs."""
        for child in self.children:
            child._flush()
        if self.waiting:
            self.client.log_batch(self.run_id, metrics=self.waiting)
            self.waiting = []

    def _forget_models(self) -> None:
        """Delete models an earlier start of this run logged: the new one takes their place."""
        query = f"source_run_id = '{self.run_id}'"
        for earlier in self.client.search_logged_models([self.experiment], query):
            self.client.delete_logged_model(earlier.model_id)

    def _resumed(self) -> str:
        """Return the id of the run an earlier start of the same key made, or an empty string."""
        query = f"tags.`workbench.run` = '{self.key}'"
        found = self.client.search_runs([self.experiment], query, max_results=1)
        if not found:
            return ""
        run_id = str(found[0].info.run_id)
        self.client.update_run(run_id, "RUNNING", self.name)
        return run_id

    def _created(self, parent: str) -> str:
        """Create the run with neutral tags; MLflow would otherwise note user and script path."""
        tags = {"workbench.run": self.key, "mlflow.source.name": "workbench", "mlflow.user": "-"}
        if parent:
            tags["mlflow.parentRunId"] = parent
        run = self.client.create_run(self.experiment, run_name=self.name, tags=tags)
        return str(run.info.run_id)


def open_run(settings: Mapping[str, Any], name: str, key: str) -> MlflowRun:
    """Open or go on with a run in the store that the settings name.

    Raises:
        UsageError: MLflow is not installed, or the address is a file store or missing.
    """
    uri = str(settings.get("uri") or "")
    client = open_client(uri)
    experiment = experiment_id(client, str(settings.get("experiment") or "workbench"), uri)
    return MlflowRun(client, experiment, name, key)


def _despite_others(write: Callable[[], None]) -> None:
    """Write once more when another process wrote the same row meanwhile.

    MLflow looks a data set up and then inserts it, so two runs of a sweep that start together both
    find nothing and the second insert fails; the next look finds the row.
    """
    from mlflow.exceptions import MlflowException

    for left in reversed(range(TRIES)):
        try:
            return write()
        except MlflowException as error:
            if left == 0 or not any(word in str(error) for word in ("IntegrityError", "locked")):
                raise
            time.sleep(0.05 * (TRIES - left))
