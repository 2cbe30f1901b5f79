"""What an evaluation on other data leaves for its pages: facts, flow, cases, further tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.learning.cases import Cases
from workbench.learning.survival import Linear
from workbench.runs import facts, stages
from workbench.runs.documenting import terms_of
from workbench.runs.folder import RunFolder
from workbench.runs.progress import Steps
from workbench.runs.saved import SavedRun

if TYPE_CHECKING:
    from workbench.data.door import OpenedData


def write_evaluated(
    saved: SavedRun,
    folder: RunFolder,
    opened: OpenedData,
    prepared: Any,
    cases: Cases,
    predictions: pd.DataFrame,
    steps: Steps,
) -> None:
    """Write everything the pages of an evaluation need beside the score.

    Args:
        saved: The run whose model was asked.
        folder: Of the evaluation.
        opened: The data.
        prepared: The cases made from it, before a split was chosen.
        cases: Those that were scored, with the model's features.
        predictions: Of the model, one row a case.
        steps: Progress; the parts of a long evaluation are kept until it is done.
    """
    model = str(saved.config.model.name)
    resamples = saved.config.challenge.resamples or saved.challenge.intervals.resamples
    # Parts that another version of the code left are not those of this one.
    step = f"Evaluation {facts.code_digest()[:10]}"
    linear = None
    if hasattr(saved.model, "coefficients"):
        linear = Linear(cases, saved.model.coefficients())
    tables, values = steps.do(
        "Evaluation",
        lambda: saved.answer.further(
            cases,
            {model: predictions.assign(fold=0, repeat=0)},
            resamples,
            stages=stages.kept_tables(folder, step, steps.progress),
            linear=linear,
        ),
    )
    for name, table in tables.items():
        folder.write_csv(name, table)
    for name, value in values.items():
        folder.write_json(name, value)
    folder.write_text("config.yaml", saved.folder.read_text("config.yaml"))
    folder.write_json("challenge.json", saved.folder.read_json("challenge.json"))
    folder.write_json("flow.json", prepared.flow)
    folder.write_csv("excluded.csv", prepared.excluded)
    folder.write_csv("cases.csv", cases.table.merge(prepared.slides, on="case", how="left"))
    folder.write_json("terms.json", terms_of(saved.config.use_case.name))
    folder.write_json("run.json", _facts(saved, opened, cases, len(prepared.excluded)))
    stages.clear(folder)


def _facts(saved: SavedRun, opened: OpenedData, cases: Cases, excluded: int) -> dict[str, Any]:
    """Return the reproducible facts of an evaluation."""
    run = saved.folder.read_json("run.json")
    return {
        "name": run["name"],
        "evaluates": run["digest"],
        "digest": opened.digest,
        "digests": {
            **run["digests"],
            "data": opened.digest,
            "training data": run["digests"]["data"],
        },
        "data": facts.of_data(opened),
        "training data": run["data"],
        "challenge": run["challenge"],
        "models": [str(saved.config.model.name)],
        "encoder": run["encoder"],
        "git": facts.git_state(),
        "versions": facts.versions(),
        "cases": len(cases.table),
        "persons": int(cases.table["person"].nunique()),
        "excluded": excluded,
    }
