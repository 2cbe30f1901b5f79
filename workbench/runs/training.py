"""The main path, one screen: data, cases, folds, models, predictions, scores, report, tracking."""

from __future__ import annotations

from pathlib import Path

from omegaconf import DictConfig

from workbench import storage
from workbench.learning.devices import process_rank
from workbench.report import write_report
from workbench.runs import documenting, folds, judging, recording, stages
from workbench.runs.folder import RunFolder, text_rows
from workbench.runs.planning import make_plan
from workbench.runs.progress import Steps
from workbench.runs.result import RunResult, read_back
from workbench.runs.source import open_source


def train(config: DictConfig) -> RunResult:
    """Train, cross-validate, score and report one configuration.

    Every person is predicted by models that never saw them; the scored table holds these
    out-of-fold predictions. Each stage leaves an artefact: a killed run goes on where it stopped,
    and a finished one is read back.

    Args:
        config: A configuration from :func:`workbench.config.compose`.

    Returns:
        Run folder, score sheet, comparison with the baselines, cases left out.

    Raises:
        UsageError: The configuration names something that does not exist or does not fit.
        DataError: The data is missing, unreadable or too small for the folds.
        RunError: A stage failed.
    """
    plan = make_plan(config)
    with Steps() as steps:
        opened = steps.do("Data", lambda: open_source(plan, "train", steps))
        run = RunFolder(plan.folder(opened.digest), writes=process_rank() == 0)
        if run.done:
            return read_back(run)
        if run.writes:
            storage.remove_leftovers(run.path)
        cache = Path(plan.config.paths.cache)
        limit = plan.config.validation.quick_cases
        prepared = steps.do(
            "Cases", lambda: plan.use_case.prepare(opened, cache, steps.progress, limit)
        )
        steps.warn(getattr(prepared, "warnings", ()))
        with recording.start(plan, run, opened) as record:
            sides = folds.divide(plan, run, prepared)
            predictions = folds.cross_validate(plan, run, prepared, sides, record, steps)
            steps.do("Final model", lambda: folds.fit_final(plan, run, prepared, record, steps))
            sheet, comparison = judging.judge_run(plan, run, prepared.cases.table, predictions)
            documenting.write_facts(plan, run, opened, prepared, predictions, steps)
            documenting.draw_heatmaps(plan, run, prepared, predictions)
            record.scores(sheet, comparison)
            record.folds(run.read_json("folds.json") if run.writes else [])
            if run.writes:
                steps.do("Report", lambda: write_report(run.path))
                record.artifacts(run)
                stages.clear(run)
                run.finish()
    return RunResult(run.path, sheet, comparison, text_rows(prepared.excluded))
