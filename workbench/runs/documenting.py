"""Artefacts that say what a run did: configuration, facts, data flow, cases, curves, heatmaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import yaml
from omegaconf import OmegaConf

from workbench import registry
from workbench.learning import devices
from workbench.learning.survival import Linear
from workbench.runs import facts, stages
from workbench.runs.folder import RunFolder
from workbench.runs.planning import Plan
from workbench.runs.progress import Steps

if TYPE_CHECKING:
    from workbench.data.door import OpenedData


def write_facts(
    plan: Plan,
    run: RunFolder,
    opened: OpenedData,
    prepared: Any,
    predictions: dict[str, pd.DataFrame],
    steps: Steps,
) -> None:
    """Write everything the report and a later reader need, times apart from facts."""
    run.write_text("config.yaml", OmegaConf.to_yaml(plan.config, resolve=True, sort_keys=False))
    card = plan.challenge.model_dump(mode="json", exclude_defaults=True)
    run.write_json("challenge.json", card)
    run.write_json("flow.json", prepared.flow)
    run.write_csv("excluded.csv", prepared.excluded)
    run.write_csv("cases.csv", _cases(run, prepared))
    run.write_csv("history.csv", _history(run))
    scored = {name: found[found["repeat"] == 0] for name, found in predictions.items()}
    resamples = plan.config.challenge.resamples or plan.challenge.intervals.resamples
    tables, values = steps.do(
        "Evaluation",
        lambda: plan.answer.further(
            prepared.cases,
            scored,
            resamples,
            stages=stages.kept_tables(run, "Evaluation", steps.progress),
            linear=_linear(plan, run, prepared),
        ),
    )
    for name, table in tables.items():
        run.write_csv(name, table)
    for name, value in values.items():
        run.write_json(name, value)
    run.write_json("run.json", _facts(plan, opened, prepared))
    run.write_json("terms.json", terms_of(plan.config.use_case.name))
    machine = devices.describe(devices.pick_device(plan.trainer.device)) | dict(prepared.speed)
    audit = {"record": opened.opening["seq"], "hash": opened.opening["hash"]}
    times = {"seconds": steps.seconds, "machine": machine, "audit": audit}
    run.write_json("times.json", times)
    run.write_text("log.jsonl", steps.log())


def draw_heatmaps(
    plan: Plan, run: RunFolder, prepared: Any, predictions: dict[str, pd.DataFrame]
) -> None:
    """Draw attention over a few slides, each from the model that had not seen its person."""
    name, table = next(iter(predictions.items()))
    table = table[table["repeat"] == 0]
    if not run.writes:
        return
    for case in plan.answer.telling(table, prepared.cases.table, prepared.heatmaps):
        row = table[table["case"] == case].iloc[0]
        folder = run.fold(name, 0, int(row["fold"]))
        attention = pd.read_parquet(folder / "attention.parquet")
        scores = attention.loc[attention["case"] == case, "attention"].to_numpy()
        if len(scores):
            run.write_images(case, prepared.heatmap(case, scores))


def _cases(run: RunFolder, prepared: Any) -> pd.DataFrame:
    """Return one row a case with its fold and the facts of its slide."""
    folds = run.read_csv("folds.csv")
    first = folds[folds["repeat"] == "0"].set_index("person")["fold"]
    table: pd.DataFrame = prepared.cases.table
    table = table.assign(fold=table["person"].map(first))
    return table.merge(prepared.slides, on="case", how="left", suffixes=("", "_slide"))


def _history(run: RunFolder) -> pd.DataFrame:
    """Return the training curves of all folds as one long table."""
    parts = []
    for path in sorted(run.path.glob("folds/*/*/history.csv")):
        part = pd.read_csv(path)
        part.insert(0, "fold", path.parent.name)
        part.insert(0, "model", path.parent.parent.name)
        parts.append(part)
    empty = pd.DataFrame(columns=["model", "fold", "epoch", "train_loss", "val_loss"])
    return pd.concat(parts, ignore_index=True) if parts else empty


def _linear(plan: Plan, run: RunFolder, prepared: Any) -> Linear | None:
    """Return the coefficients of the model fitted on all cases, None where it has none."""
    kind = registry.load("model", plan.candidates[0].name)
    if not run.writes or not hasattr(kind, "coefficients"):
        return None
    cases = prepared.encode_with(run.model / "encoder")
    return Linear(cases, kind.load(run.model).coefficients())


def terms_of(use_case: str) -> dict[str, dict[str, str]]:
    """Return what a use case calls its columns and steps, by language."""
    file = registry.get("use_case", use_case).folder / "terms.yaml"
    terms: dict[str, dict[str, str]] = {}
    if file.is_file():
        terms = yaml.safe_load(file.read_text(encoding="utf-8"))
    return terms


def _facts(plan: Plan, opened: OpenedData, prepared: Any) -> dict[str, Any]:
    """Return the reproducible facts of a run."""
    return {
        "name": plan.name,
        "digest": plan.digest(opened.digest),
        "digests": {
            "config": plan.config_digest,
            "data": opened.digest,
            "code": plan.code_digest,
        },
        "data": facts.of_data(opened),
        "challenge": {"id": plan.challenge.id, "version": plan.challenge.version},
        "models": [candidate.name for candidate in plan.candidates],
        "encoder": prepared.encoder,
        "seed": int(plan.config.seed),
        "git": facts.git_state(),
        "versions": facts.versions(),
        "cases": len(prepared.cases.table),
        "persons": int(prepared.cases.table["person"].nunique()),
        "excluded": len(prepared.excluded),
    }
