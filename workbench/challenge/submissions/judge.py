"""What a group of jobs is judged by: card, phase and sealed labels; and what may be released."""

from __future__ import annotations

from sqlalchemy import Connection, select

from workbench.challenge.instruments.ladder import Rung, release
from workbench.challenge.store import Store, tables
from workbench.challenge.store.values import decode
from workbench.challenge.submissions.answers import answers_of, cases_of, model_of, with_model
from workbench.challenge.submissions.backlog import Group
from workbench.challenge.submissions.cards import card_of, card_of_set
from workbench.challenge.submissions.labels import Labels
from workbench.challenge.submissions.queue import Job
from workbench.errors import HostError
from workbench.scoring import Challenge, ScoreSheet, check_submission
from workbench.scoring.card_phases import Phase
from workbench.scoring.scorer import Scored, code_digest, scored


class Judge:
    """Everything one group of jobs is judged by, read and checked before a job is taken.

    Raises:
        HostError: Labels that are absent or not the sealed ones, or a score set of other code: two
            codes never meet in one set.
    """

    def __init__(self, store: Store, labels: Labels, group: Group) -> None:
        with store.reading() as connection:
            _require_code(connection, group)
            self.card: Challenge = card_of_set(connection, group.score_set)
            self.phase: Phase = self.card.phase(group.phase)
            split = self.card.split(self.phase.split)
            self.labels = labels.of(connection, self.card, split, group.score_set)
            self.opened_with = card_of(connection, group.challenge)

    def score(self, connection: Connection, job: Job) -> Scored:
        """Score a submission's answers."""
        answered = (job.submission, job.phase, job.kind, job.digest)
        content = answers_of(connection, *answered)
        keys = cases_of(connection, self.opened_with, job.sent_to, job.phase, job.kind)
        table = check_submission(content, self.card, keys)
        result = scored(table, self.labels, self.card)
        model = model_of(connection, self.opened_with, *answered)
        return result if model is None else result._replace(sheet=with_model(result.sheet, model))


def _require_code(connection: Connection, group: Group) -> None:
    """Refuse to score into a set that other code scores."""
    sets = tables.score_set
    wanted = connection.scalar(select(sets.c.code_digest).where(sets.c.id == group.score_set))
    if wanted != code_digest():
        raise HostError(
            f"score set {group.score_set} of {group.challenge} is made by the scoring code "
            f"{str(wanted)[:12]}, this workbench has {code_digest()[:12]}",
            remedy=f"run the version that opened the set, or score everybody anew: workbench "
            f"rescore --challenge {group.challenge} --metric-version NAME --reason TEXT",
        )


def released_score(connection: Connection, judge: Judge, job: Job, result: Scored) -> float | None:
    """Return what the Ladder lets be seen; None in a phase without it."""
    if not judge.phase.ladder:
        return None
    score, sent = tables.score, tables.submission
    columns = select(score.c.sheet, score.c.resampled, score.c.released, sent.c.id)
    earlier = columns.join(sent, sent.c.id == score.c.submission).where(
        score.c.phase == job.phase, score.c.score_set == job.score_set, sent.c.team == job.team
    )
    rungs = [
        Rung(float(ScoreSheet.from_json(row.sheet).primary.value or 0.0), values, row.released)
        for row in connection.execute(earlier.order_by(score.c.scored_at, sent.c.received_seq))
        if len(values := decode(row.resampled))
    ]
    primary = result.sheet.primary
    return release(
        float(primary.value or 0.0),
        result.resampled,
        rungs,
        direction=primary.direction,
        n_cases=result.sheet.n_cases,
        n_units=result.sheet.n_units,
        target=judge.card.metric_objects[judge.card.primary].target,
    )
