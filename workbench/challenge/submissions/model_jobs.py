"""Jobs of models: each is run on a split once; what it answered is kept and then scored."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.challenge.models import ModelRun, Models
from workbench.challenge.store import Store
from workbench.challenge.store.events import ModelRan
from workbench.challenge.store.files import get_file, put_file
from workbench.challenge.store.transaction import Transaction
from workbench.challenge.submissions.answers import MODEL, run_of
from workbench.challenge.submissions.backlog import Group, models_wait
from workbench.challenge.submissions.labels import Labels
from workbench.challenge.submissions.queue import Job
from workbench.errors import HostError, SubmissionRejected, WorkbenchError
from workbench.scoring import Challenge
from workbench.scoring.card_phases import Phase

_BESIDE_THE_RUN_S = 60.0
PREFIX = "model-"
"""Codes of submissions whose model failed begin so: they count, unlike the organiser's failures."""


@dataclass(frozen=True)
class Failed:
    """A model that ended without answers.

    Attributes:
        code: For its team: ``model-`` and the class.
        reason: For its team, in words: class, time and memory in coarse steps.
        detail: For the host alone: it may hold what the model has read.
        brief: For the host, and for a log: it holds nothing of the inputs.
    """

    code: str
    reason: str
    detail: str
    brief: str


def kinds_here(
    store: Store, labels: Labels, card: Challenge, phase: Phase, group: Group
) -> tuple[dict[str, float], HostError | None]:
    """Return the kinds of jobs that can be done here, with the seconds each may take besides.

    Returns:
        The kinds, and why models that wait are none of them; None where none waits or they are.
    """
    kinds = {"predictions": 0.0}
    with store.reading() as connection:
        if not models_wait(connection, group, store.now()):
            return kinds, None
    try:
        if labels.models is None:
            raise HostError(
                f"models of {card.id} wait, and the inputs they are run on are not at hand",
                remedy="name their folder (--inputs DIR, or WORKBENCH_INPUTS)",
            )
        labels.models.require_ready(card, card.split(phase.split))
    except HostError as error:
        return kinds, error
    return kinds | {MODEL: card.models.limits.wall_s + _BESIDE_THE_RUN_S}, None


def ensure_run(
    store: Store, models: Models, card: Challenge, phase: Phase, job: Job, actor: str
) -> Failed | None:
    """Run a model on a phase's split, unless that was done; record what came of it.

    Nothing of the store is held while it runs.

    Returns:
        Why there are no answers; None where there are, or where the job is nobody's any more.

    Raises:
        HostError: The model could not be run here.
    """
    with store.reading() as connection:
        before = run_of(connection, job.submission, job.phase)
        if before is not None and before.predictions is not None:
            return None
        content = get_file(connection, job.digest)
    run = models.run(content, card, card.split(phase.split))
    with store.writing(actor) as transaction:
        _record(transaction, job, run)
    if run.predictions is not None:
        return None
    outcome = run.outcome
    reason = f"the model: {run.public}"
    return Failed(PREFIX + run.code, reason, outcome.for_host(), f"{run.code}: {outcome.brief}")


def rejected(error: SubmissionRejected) -> Failed:
    """Return why a model's table is not scored; what is wrong with it is the host's to know.

    A problem names values, and a model may have written there what it read of hidden inputs.
    """
    reason = "the model: its table of predictions breaks the rules of the challenge"
    codes = ", ".join(sorted({problem.code for problem in error.problems}))
    brief = f"rejected: {len(error.problems)} problems in its table ({codes})"
    return Failed(PREFIX + "rejected", reason, error.render()[:5000], brief)


def without_score(error: WorkbenchError) -> Failed:
    """Return why a model's answers have no score; which value it is that has none is the host's."""
    reason = "the model: its answers have no score by the primary metric"
    return Failed(PREFIX + "no-score", reason, error.render()[:5000], f"no-score: {error.message}")


def note_failure(transaction: Transaction, job: Job, failed: Failed) -> None:
    """Let the run of a model say that its table was refused; other failures it says already."""
    run = run_of(transaction.connection, job.submission, job.phase)
    code = failed.code.removeprefix(PREFIX)
    if run is not None and run.code != code:
        fields = {name: getattr(run, name) for name in ModelRan.model_fields}
        fields |= {"code": code, "streaming": bool(run.streaming)}
        payload = ModelRan.model_validate(fields)
        transaction.append(payload, challenge=job.challenge)


def _record(transaction: Transaction, job: Job, run: ModelRun) -> None:
    """Keep a model's table and what came of the run."""
    kept = None if run.predictions is None else put_file(transaction, run.predictions)
    payload = ModelRan(
        submission=job.submission,
        phase=job.phase,
        code=run.code,
        time=run.outcome.time,
        memory=run.outcome.memory,
        tier=run.outcome.tier,
        backend=run.outcome.backend,
        streaming=run.streaming,
        predictions=kept,
    )
    transaction.append(payload, challenge=job.challenge)
    transaction.set_secret("submission", job.submission, host_detail=run.outcome.for_host())
