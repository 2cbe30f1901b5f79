"""Out-of-fold predictions: every person is predicted by a model that never saw them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench import data, storage
from workbench.learning.cases import Cases
from workbench.learning.model import FitContext, Predictions
from workbench.learning.seeds import seed_everything
from workbench.learning.use_case import Prepared
from workbench.runs.answers import RunAnswer
from workbench.runs.folder import RunFolder
from workbench.runs.planning import Candidate, Plan
from workbench.runs.progress import Steps
from workbench.runs.recording import Record


@dataclass(frozen=True)
class Fold:
    """One train/test division of the cases, by person."""

    repeat: int
    number: int
    seed: int
    train: list[str]
    test: list[str]


def divide(plan: Plan, run: RunFolder, prepared: Prepared) -> list[Fold]:
    """Divide the persons into folds, once per repeat, stratified by outcome; save who was where.

    Args:
        plan: The run's plan (number of folds, repeats, seed).
        run: Its folder; ``folds.csv`` is written: person, repeat, fold.
        prepared: The labelled cases, and the content of their files where known.

    Raises:
        DataError: Too few persons, an empty split, a person or a file's content on two sides, or
            an outcome nothing can be learnt from.
    """
    validation, seed = plan.config.validation, int(plan.config.seed)
    cases, table = prepared.cases, prepared.cases.table
    plan.answer.check(cases)
    found, saved = [], []
    for repeat in range(validation.repeats):
        sides = _sides(plan.answer, cases, validation.folds, seed, repeat)
        saved.append(sides.assign(repeat=repeat)[["person", "repeat", "fold"]])
        fold_of = table["person"].map(sides.set_index("person")["fold"])
        for number in range(validation.folds):
            test = fold_of == number
            data.check_disjoint(table.loc[~test, "person"], table.loc[test, "person"])
            _check_content(prepared.slides, table.loc[~test, "case"], table.loc[test, "case"])
            names = table["case"]
            fold_seed = seed + 1000 * repeat + number
            found.append(Fold(repeat, number, fold_seed, list(names[~test]), list(names[test])))
    run.write_csv("folds.csv", pd.concat(saved, ignore_index=True))
    return found


def cross_validate(
    plan: Plan, run: RunFolder, prepared: Prepared, sides: list[Fold], record: Record, steps: Steps
) -> dict[str, pd.DataFrame]:
    """Return each candidate's out-of-fold predictions: case, the answer, repeat, fold."""
    predictions = {}
    for candidate in plan.candidates:
        task = steps.progress.add_task(f"{candidate.name}: folds", total=len(sides))
        parts = []
        for fold in sides:
            parts.append(_predict_fold(plan, run, candidate, prepared, fold, record, steps))
            steps.progress.advance(task)
        steps.progress.remove_task(task)
        steps.say(f"{candidate.name}: {len(sides)} folds")
        predictions[candidate.name] = pd.concat(parts, ignore_index=True)
    return predictions


def fit_final(plan: Plan, run: RunFolder, prepared: Prepared, record: Record, steps: Steps) -> None:
    """Fit the run's model on all cases and save it, encoder included, for ``predict``."""
    seed, candidate = int(plan.config.seed), plan.candidates[0]
    folder = run.path / "final"
    everyone = prepared.cases.table["case"].tolist()
    cases = prepared.encode(everyone, seed=seed, folder=folder / "encoder")
    log = record.child(candidate.name, "final")
    model = _fit(
        plan, candidate, cases, seed, FitContext(folder, seed, plan.trainer, log, steps.progress)
    )
    if not run.writes:
        return
    with storage.writing_folder(run.model) as aside:
        model.save(aside)
        prepared.save_encoder(folder / "encoder", aside / "encoder")


def _predict_fold(
    plan: Plan,
    run: RunFolder,
    candidate: Candidate,
    prepared: Prepared,
    fold: Fold,
    record: Record,
    steps: Steps,
) -> pd.DataFrame:
    """Fit on one fold's training persons and predict the others; a finished fold is read back."""
    folder = run.fold(candidate.name, fold.repeat, fold.number)
    finished = folder / "predictions.parquet"
    if finished.is_file():
        return pd.read_parquet(finished)
    encoder = run.path / "folds" / "encoder" / f"repeat-{fold.repeat}-fold-{fold.number}"
    cases = prepared.encode(fold.train, seed=fold.seed, folder=encoder)
    log = record.child(candidate.name, f"repeat-{fold.repeat}-fold-{fold.number}")
    context = FitContext(folder, fold.seed, plan.trainer, log, steps.progress)
    model = _fit(plan, candidate, cases.subset(fold.train), fold.seed, context)
    predictions = plan.answer.predict(model, cases.subset(fold.test))
    table = predictions.table.assign(repeat=fold.repeat, fold=fold.number)
    run.write_parquet(folder.relative_to(run.path) / "attention.parquet", _attention(predictions))
    run.write_parquet(finished.relative_to(run.path), table)
    return table


def _fit(plan: Plan, candidate: Candidate, cases: Cases, seed: int, context: FitContext) -> Any:
    """Return a model fitted on the cases, some persons held out for early stopping."""
    seed_everything(seed)
    train, held_out = _hold_out(plan.answer, cases, plan.trainer.validation_fraction, seed)
    model = candidate.build()
    model.fit(train, held_out, context)
    return model


def _hold_out(
    answer: RunAnswer, cases: Cases, fraction: float, seed: int
) -> tuple[Cases, Cases | None]:
    """Set about this fraction of the persons aside; none when it is 0."""
    if fraction <= 0:
        return cases, None
    persons = cases.table["person"].nunique()
    sides = _sides(answer, cases, max(2, min(round(1 / fraction), persons)), seed)
    inside = cases.table["person"].isin(sides.loc[sides["fold"] == 0, "person"])
    held = cases.table.loc[inside, "case"].tolist()
    kept = cases.table.loc[~inside, "case"].tolist()
    return cases.subset(kept), cases.subset(held)


def _check_content(slides: pd.DataFrame, train: pd.Series[str], test: pd.Series[str]) -> None:
    """Refuse the same file content under two names on two sides."""
    if "sha256" in slides.columns:
        files = slides.rename(columns={"case": "file"})
        sides = {"train": files[files["file"].isin(train)], "test": files[files["file"].isin(test)]}
        data.check_content(sides)


def _sides(answer: RunAnswer, cases: Cases, parts: int, seed: int, repeat: int = 0) -> pd.DataFrame:
    """Deal the persons to parts, stratified by their gravest outcome."""
    return data.split_persons(
        cases.table,
        person="person",
        label=answer.stratum,
        classes=answer.strata(cases),
        folds=parts,
        seed=seed,
        repeat=repeat,
    )


def _attention(predictions: Predictions) -> pd.DataFrame:
    """Return attention as one long table: case, tile (its order in the bag), attention."""
    parts = [
        pd.DataFrame({"case": case, "tile": range(len(values)), "attention": values})
        for case, values in sorted(predictions.attention.items())
    ]
    empty = pd.DataFrame({"case": [], "tile": [], "attention": []})
    return pd.concat(parts, ignore_index=True) if parts else empty
