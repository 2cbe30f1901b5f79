"""A run in the tracking store: one parent run, one child per model and fold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from workbench import registry, tracking
from workbench.learning import devices
from workbench.runs import facts
from workbench.runs.folder import RunFolder
from workbench.runs.planning import Plan, plain

if TYPE_CHECKING:
    from workbench.data.door import OpenedData
    from workbench.scoring import ScoreSheet

Log = Callable[[dict[str, float], int], None]
LOGGED = ("config.yaml", "score.json", "comparison.json", "folds.json", "flow.json")


class Record:
    """The open tracking run of a training run."""

    def __init__(self, tracker: Any, plan: Plan) -> None:
        self._tracker = tracker
        self._plan = plan
        self._children: list[Any] = []

    def child(self, model: str, part: str) -> Log:
        """Open a nested run for one model and fold; return its logging function."""
        child = self._tracker.child(f"{model}/{part}")
        self._children.append(child)
        return lambda metrics, step: child.metrics(metrics, step)

    def scores(self, sheet: ScoreSheet, comparison: list[dict[str, Any]]) -> None:
        """Log every metric of every model with its interval."""
        for row in comparison:
            split = f"oof/{row['model']}" if row["baseline"] else "oof"
            self._tracker.metrics(tracking.metrics_of_score(split, row["score"]["metrics"]))
        floor = sheet.floor
        self._tracker.metrics({f"oof/{floor.metric}/floor": float(floor.value or 0.0)})

    def folds(self, spreads: list[dict[str, Any]]) -> None:
        """Log the primary metric of every fold, with mean and standard deviation over folds."""
        for spread in spreads:
            name = f"folds/{spread['model']}/{spread['metric']}"
            for step, row in enumerate(spread["folds"]):
                if row["value"] is not None:
                    self._tracker.metrics({name: row["value"]}, step=step)
            summary = {f"{name}/{key}": spread["summary"][key] for key in ("mean", "sd")}
            known = {key: value for key, value in summary.items() if value is not None}
            self._tracker.metrics(known)

    def artifacts(self, run: RunFolder) -> None:
        """Log the artefacts that name no person, and the model with card and signature."""
        for name in LOGGED:
            self._tracker.artifact(run.path / name)
        card = registry.get("model", self._plan.candidates[0].name).card
        self._tracker.model(run.model, card)

    def close(self, status: str) -> None:
        """End the tracking run and every nested one."""
        for child in self._children:
            child.close(status)
        self._tracker.close(status)


@contextmanager
def start(plan: Plan, run: RunFolder, opened: OpenedData) -> Iterator[Record]:
    """Open the tracking run of a training run; it is closed as failed when the block raises."""
    settings = plain(plan.config.tracking) if run.writes else {"backend": "none"}
    tracker = tracking.start(settings, plan.name, run_dir=run.path)
    tracker.tags(_tags(plan, opened))
    tracker.params(plain(plan.config))
    tracker.dataset(opened.card.name, opened.manifest(), opened.digest)
    record = Record(tracker, plan)
    try:
        yield record
    except BaseException:
        record.close("FAILED")
        raise
    record.close("FINISHED")


def _tags(plan: Plan, opened: OpenedData) -> dict[str, str]:
    """Return the tags every run carries."""
    git = facts.git_state()
    return {
        "workbench.use_case": str(plan.config.use_case.name),
        "workbench.model": plan.candidates[0].name,
        "workbench.challenge": plan.challenge.id,
        "workbench.challenge_version": str(plan.challenge.version),
        "workbench.config_hash": plan.config_digest,
        "workbench.data_digest": opened.digest,
        "workbench.code_digest": plan.code_digest,
        "workbench.git_sha": git["revision"],
        "workbench.git_dirty": str(git["dirty"]).lower(),
        "workbench.seed": str(plan.config.seed),
        "workbench.device": devices.pick_device(plan.trainer.device),
        "workbench.run_digest": plan.digest(opened.digest),
    }
