"""Judge a finished run's model on labelled data it has not seen."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workbench import data, scoring, storage
from workbench.errors import DataError, Problem
from workbench.report import write_report
from workbench.runs.evaluated import write_evaluated
from workbench.runs.folder import RunFolder, text_rows
from workbench.runs.progress import Steps
from workbench.runs.result import RunResult
from workbench.runs.saved import SavedRun, open_run


def evaluate(run: Path | str, source: Path | str, split: str | None = None) -> RunResult:
    """Predict a labelled data set with a run's model and score it.

    The result lies in ``<run>/evaluations/<data digest>/`` (``-<split>`` where one was asked for):
    predictions, truth, score sheet, and the pages ``report.html`` and ``rapport.html``.

    Args:
        run: A finished run folder.
        source: A data card or its folder, with labels.
        split: Use the cases of this split only.

    Raises:
        DataError: The data has no labels, no such split, or was trained on.
        UsageError: Not a finished run.
    """
    saved = open_run(run)
    with Steps() as steps:
        opened = data.open(
            source, "evaluate", config_digest=saved.config_digest, person=saved.person
        )
        _check_new(saved, opened.digest)
        cache = Path(saved.config.paths.cache)
        prepared = steps.do("Cases", lambda: saved.use_case.prepare(opened, cache, steps.progress))
        steps.warn(getattr(prepared, "warnings", ()))
        table = _labelled(saved, prepared.cases.table, split, str(source))
        _check_unseen(saved, table, synthetic=opened.card.synthetic)
        cases = prepared.encode_with(saved.folder.model / "encoder").subset(table["case"])
        predictions = steps.do("Predictions", lambda: saved.answer.predict(saved.model, cases))
        name = opened.digest[:10] + (f"-{storage.file_name(split)}" if split else "")
        folder = RunFolder(saved.folder.path / "evaluations" / name)
        sheet = _judge(saved, folder, table, predictions.table)
        write_evaluated(saved, folder, opened, prepared, cases, predictions.table, steps)
        steps.do("Report", lambda: write_report(folder.path))
    return RunResult(folder.path, sheet, excluded=text_rows(prepared.excluded))


def _judge(
    saved: SavedRun, folder: RunFolder, table: pd.DataFrame, predictions: pd.DataFrame
) -> scoring.ScoreSheet:
    """Score the predictions and write what was scored."""
    challenge, settings = saved.challenge, saved.config.challenge
    truth, submission = saved.answer.truth(table), saved.answer.submission(predictions)
    sheet = scoring.score(
        submission,
        truth,
        challenge,
        resamples=settings.resamples,
        level=settings.level,
    )
    folder.write_csv("truth.csv", truth)
    folder.write_parquet("predictions.parquet", submission)
    folder.write_text("score.json", sheet.to_json())
    return sheet


def _labelled(saved: SavedRun, table: pd.DataFrame, split: str | None, source: str) -> pd.DataFrame:
    """Return the cases of the split; what is true must be known of every one."""
    if split is not None:
        known = sorted(table["split"].unique()) if "split" in table.columns else []
        if split not in known:
            raise DataError(
                f"no split named '{split}'; the cases have {', '.join(known) or 'no split'}",
                where=source,
            )
        table = table[table["split"] == split]
    needed = saved.answer.outcome
    if not set(needed) <= set(table.columns) or table[list(needed)].isna().any(axis=None):
        raise DataError(
            f"the data has cases without {' or '.join(needed)}, so it cannot be evaluated",
            where=source,
            remedy="use `workbench predict` for unlabelled cases",
        )
    return table.reset_index(drop=True)


def _check_unseen(saved: SavedRun, table: pd.DataFrame, *, synthetic: bool) -> None:
    """Refuse persons the run's model was trained on: their score would flatter.

    Generators number their persons alike, so names of two synthetic sets say nothing.
    """
    if synthetic and saved.folder.read_json("run.json")["data"]["synthetic"]:
        return
    shared = sorted(set(table["person"]) & set(saved.folder.read_csv("cases.csv")["person"]))
    if shared:
        problems = [
            Problem("seen-in-training", "the model was trained on this person", person)
            for person in shared
        ]
        raise DataError(
            f"{len(shared)} persons of this data were in the run's training data",
            problems=problems,
            remedy="evaluate on other persons; the run's own score is out-of-fold already",
        )


def _check_new(saved: SavedRun, digest: str) -> None:
    """Refuse the very data the run was trained on."""
    if digest == saved.folder.read_json("run.json")["digests"]["data"]:
        raise DataError(
            "this is the data the run was trained on",
            remedy="evaluate on other data; the run's own score is out-of-fold already",
        )
