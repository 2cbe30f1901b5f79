"""A report in memory: all that follows from the events up to a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.audit.record import Link
from workbench.challenge.standings import course
from workbench.challenge.standings.extract import extract, follow
from workbench.challenge.standings.groups import GroupTable, group_tables
from workbench.challenge.standings.live import cards_of
from workbench.challenge.standings.report import (
    MANIFEST,
    Render,
    Result,
    manifest,
    report_files,
    result_of,
)
from workbench.challenge.store import Store
from workbench.challenge.submissions import Labels
from workbench.challenge.submissions.answers import answers_of, cases_of
from workbench.challenge.submissions.cards import card_bytes, card_of
from workbench.digests import of_bytes
from workbench.errors import DataError
from workbench.scoring import check_submission


@dataclass(frozen=True)
class BuiltReport:
    """A report in memory.

    Attributes:
        files: Content of each file by name, the manifest's too.
        head: Last event it follows from.
        digest: sha256 of the manifest.
        result: What the challenge came to.
    """

    files: dict[str, bytes]
    head: Link
    digest: str
    result: Result


def build_report(
    store: Store, challenge: str, labels: Labels, until: int, render: Render | None
) -> BuiltReport:
    """Make the report that follows from the events up to a number.

    Args:
        store: The store.
        challenge: Id of the challenge.
        labels: For tables of centres and subgroups.
        until: Number of the last event that counts.
        render: Makes the page; there is none where not given.

    Raises:
        DataError: The event log is broken.
    """
    with store.reading() as connection:
        lines = list(extract(connection, challenge, until))
        tables, head, problems = follow(lines)
        if problems:
            remedy = "run `workbench audit verify --store PLACE`"
            raise DataError("the event log is broken", problems=problems, remedy=remedy)
        digests = {row["card_digest"] for row in course.score_sets(tables, challenge)}
    cards = cards_of(store)
    contents = {digest: card_bytes(cards(digest)) for digest in sorted(digests)}
    result = result_of(tables, cards, challenge)
    result = result_of(tables, cards, challenge, _groups(store, result, labels))
    files = report_files(challenge, lines, contents, result, render=render)
    content = manifest(tables, challenge, head, files)
    return BuiltReport(files | {MANIFEST: content}, head, of_bytes(content), result)


def _groups(store: Store, result: Result, labels: Labels) -> Sequence[GroupTable]:
    """Return the tables of centres and subgroups of the phase that decides."""
    deciding = [phase for phase in result.card.phases if phase.id in result.boards]
    deciding = [phase for phase in deciding if phase.final] or deciding[-1:]
    if not deciding or not (result.card.centre or result.card.subgroups):
        return ()
    phase, board = deciding[-1], result.boards[deciding[-1].id]
    if board.document.score_set is None:
        return ()
    answers = {}
    with store.reading() as connection:
        opened, card = card_of(connection, result.card.id), board.view.card
        split = card.split(phase.split)
        truth = labels.of(connection, card, split, board.document.score_set)
        sent_to = course.sent_to(phase)
        for name, one in board.people.items():
            if one.value is not None:
                sent, kind = one.submission, one.submission["kind"]
                content = answers_of(connection, sent["id"], phase.id, kind, sent["digest"])
                keys = cases_of(connection, opened, sent_to, phase.id, kind)
                answers[name] = check_submission(content, card, keys)
    return group_tables(card, truth, answers)
