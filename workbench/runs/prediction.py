"""Predict new cases with a finished run: from files to a table, heatmaps and named refusals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench import data
from workbench.runs.folder import RunFolder, text_rows
from workbench.runs.progress import Steps
from workbench.runs.saved import SavedRun, open_run

SYNTHETIC = (
    "Note: this model learnt from synthetic cases only. On real ones it shows that the path works; "
    "its answers mean nothing."
)


@dataclass(frozen=True)
class PredictResult:
    """The outcome of a prediction.

    Attributes:
        folder: Folder with ``predictions.csv``, ``excluded.csv`` and ``heatmaps/``.
        rows: One row a case: case, status (``ok`` or the reason's code), answer or message.
        failed: How many cases were refused.
    """

    folder: Path
    rows: list[dict[str, Any]]
    failed: int

    def as_dict(self) -> dict[str, Any]:
        """Return the result as JSON-ready values (the command line's ``--json``)."""
        return {"folder": str(self.folder), "cases": self.rows, "failed": self.failed}


def predict(
    run: Path | str, inputs: Sequence[Path | str], out: Path | str, mpp: float | None = None
) -> PredictResult:
    """Predict cases with a run's model.

    A file that cannot be used is reported with its reason, and the others go on.

    Args:
        run: A finished run folder.
        inputs: Slide files, a folder of them, or a data card.
        out: Folder for the results.
        mpp: Microns per pixel of slides that do not state it, in micrometres.

    Raises:
        UsageError: Not a finished run, or the input is of no kind the use case reads.
        DataError: An input is absent, or the results cannot be written.
    """
    saved = open_run(run, mpp=mpp)
    folder = RunFolder(out)
    with Steps() as steps:
        if saved.folder.read_json("run.json")["data"]["synthetic"]:
            steps.say(SYNTHETIC)
        opened = data.open(
            [Path(i) for i in inputs],
            "predict",
            config_digest=saved.config_digest,
            person=saved.person,
        )
        cache = Path(saved.config.paths.cache)
        prepared = steps.do("Cases", lambda: saved.use_case.prepare(opened, cache, steps.progress))
        folder.write_csv("excluded.csv", prepared.excluded)
        refused = [_refused(row) for row in text_rows(prepared.excluded)]
        if not len(prepared.cases.table):
            return PredictResult(folder.path, refused, len(refused))
        rows = steps.do("Predictions", lambda: _predict(saved, prepared, folder))
    return PredictResult(folder.path, [*rows, *refused], len(refused))


def _predict(saved: SavedRun, prepared: Any, folder: RunFolder) -> list[dict[str, Any]]:
    """Write the predictions table and a heatmap of every case; return a row for each."""
    cases = prepared.encode_with(saved.folder.model / "encoder")
    predictions = saved.answer.predict(saved.model, cases)
    submission = saved.answer.submission(predictions.table)
    folder.write_csv("predictions.csv", submission)
    for case, scores in predictions.attention.items():
        folder.write_images(case, prepared.heatmap(case, scores))
    return saved.answer.rows(submission)


def _refused(row: dict[str, str]) -> dict[str, Any]:
    """Return the row of a case that could not be used."""
    return {"case": row["case"], "status": row["reason"], "message": row["message"]}
