"""Identical and near-identical answers of different teams: reported, never acted upon.

Good models agree with each other, so that being alike proves nothing: what is shown beside each
pair is how alike the rest of the field is, and how alike the baselines are. A person decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, or_, select

from workbench import digests
from workbench.challenge.answer_kinds import hosted
from workbench.challenge.instruments.likeness import Alike, Answered
from workbench.challenge.instruments.same_answers import Duplicates, NearPair, Sent
from workbench.challenge.store import Store, tables
from workbench.challenge.store.permission import Principal, Resource, require
from workbench.challenge.submissions.answers import MODEL, answers_of, cases_of
from workbench.challenge.submissions.cards import card_of
from workbench.errors import UsageError
from workbench.scoring import Challenge, check_submission

CORRELATION, SAME_DECISIONS = 0.999, 0.99
"""Thresholds of a pair that is reported, where no others are given."""


def find_duplicates(
    store: Store,
    principal: Principal,
    challenge: str,
    phase: str | None = None,
    *,
    baselines: Sequence[pd.DataFrame | bytes] = (),
    correlation: float = CORRELATION,
    same_decisions: float = SAME_DECISIONS,
) -> list[Duplicates]:
    """Return what is alike between teams, phase by phase.

    Args:
        store: The store.
        principal: An organiser.
        challenge: Id of the challenge.
        phase: One of its phases; all to which something was sent where not given.
        baselines: Two answers or more to the same cases: honest models that share nothing. Where
            they are more alike than a threshold, what they reach takes its place.
        correlation: Least rank correlation of a pair that is reported.
        same_decisions: Least share of equal decisions.

    Raises:
        UsageError: No organiser asks, the challenge is unknown, or a threshold is no share.
    """
    require(principal, "organise", Resource(challenge))
    if not (0 < correlation <= 1 and 0 < same_decisions <= 1):
        raise UsageError(
            f"thresholds lie between 0 and 1, got {correlation:g} and {same_decisions:g}"
        )
    with store.reading() as connection:
        card = card_of(connection, challenge)
        wanted = [card.phase(phase)] if phase is not None else card.phases
        found = []
        for one in wanted:
            rows = _rows(connection, challenge, one.id)
            if not rows:
                continue
            answered, sent, keys = _read(connection, rows, one.id, card)
            null = _null(baselines, keys, card)
            least = correlation if null is None else max(correlation, null[0])
            same = same_decisions if null is None else max(same_decisions, null[1])
            found.append(_compare(one.id, answered, sent, least, same, null))
    return found


def _rows(connection: Connection, challenge: str, phase: str) -> list[Any]:
    """Return what was sent to a phase and has answers, oldest first."""
    sent, team = tables.submission, tables.team
    names = ("id", "team", "received_at", "withdrawn_at", "digest", "kind")
    query = select(*[sent.c[name] for name in names], team.c.name)
    query = query.join(team, team.c.id == sent.c.team).where(
        sent.c.challenge == challenge, sent.c.phase == phase, sent.c.state != "failed"
    )
    answered = or_(sent.c.kind != MODEL, sent.c.state == "scored")
    return list(connection.execute(query.where(answered).order_by(sent.c.received_seq)))


def _read(
    connection: Connection, rows: Sequence[Any], phase: str, card: Challenge
) -> tuple[Answered, list[Sent], list[str]]:
    """Read every file once; where models are among them, on the phase's own split alone."""
    cases = {row.kind: cases_of(connection, card, phase, phase, row.kind) for row in rows}
    keys = min(cases.values(), key=len)
    answered = Answered(len(rows), len(keys), *hosted(card).compared_size(card))
    sent = []
    for place, row in enumerate(rows):
        content = answers_of(connection, row.id, phase, row.kind, row.digest)
        table = check_submission(content, card, cases[row.kind])
        table = table[table[card.key].isin(keys)].reset_index(drop=True)
        answered.put(place, *hosted(card).compared(table, card))
        digest = digests.of_table(table, card.key)
        gone = row.withdrawn_at is not None
        sent.append(Sent(row.id, row.team, row.name, row.received_at, gone, digest))
    return answered, sent, keys


def _null(
    baselines: Sequence[pd.DataFrame | bytes], keys: list[str], card: Challenge
) -> tuple[float, float] | None:
    """Return how alike the two most alike baselines are."""
    if len(baselines) < 2:
        return None
    answered = Answered(len(baselines), len(keys), *hosted(card).compared_size(card))
    for place, file in enumerate(baselines):
        answered.put(place, *hosted(card).compared(check_submission(file, card, keys), card))
    pairs = [answered.pair(i, j) for j in range(len(baselines)) for i in range(j)]
    highest = max((p.rank_correlation for p in pairs if p.rank_correlation == p.rank_correlation),
                  default=0.0)  # fmt: skip
    return highest, max(pair.same_decisions for pair in pairs)


def _compare(
    phase: str,
    answered: Answered,
    sent: list[Sent],
    correlation: float,
    same_decisions: float,
    null: tuple[float, float] | None,
) -> Duplicates:
    """Compare all submissions of a phase."""
    _, owners = np.unique([one.team for one in sent], return_inverse=True)
    pairs, field = answered.alike(owners, correlation, same_decisions)
    return Duplicates(
        phase=phase,
        n_submissions=len(sent),
        n_teams=len(set(owners.tolist())),
        identical=_identical(sent),
        near=_by_teams(pairs, sent),
        least_correlation=correlation,
        least_same=same_decisions,
        field_median=float(np.median(field)) if len(field) else None,
        field_high=float(np.quantile(field, 0.99)) if len(field) else None,
        baselines=null,
    )


def _identical(sent: Sequence[Sent]) -> list[list[Sent]]:
    """Group submissions of two teams or more by the digest of their answers."""
    groups: dict[str, list[Sent]] = defaultdict(list)
    for one in sent:
        groups[one.digest].append(one)
    return [group for group in groups.values() if len({one.team for one in group}) > 1]


def _by_teams(pairs: Sequence[Alike], sent: Sequence[Sent]) -> list[NearPair]:
    """Return the most alike pair of each two teams, identical answers left out."""
    together: dict[frozenset[str], list[Alike]] = defaultdict(list)
    for pair in pairs:
        first, second = sent[pair.first], sent[pair.second]
        if first.digest != second.digest:
            together[frozenset((first.team, second.team))].append(pair)
    return [
        NearPair(sent[best.first], sent[best.second], *best[2:], pairs=len(all_of_them))
        for all_of_them in together.values()
        for best in all_of_them[:1]
    ]
