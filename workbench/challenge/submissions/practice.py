"""A finished run as a challenge for practice: its cases, its public labels, its models as teams."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from workbench.challenge.store import Store, tables
from workbench.challenge.store.teams import create_team
from workbench.challenge.submissions.cards import current_set, sealed_labels
from workbench.challenge.submissions.opening import OpenedChallenge, open_challenge
from workbench.errors import DataError
from workbench.scoring import Challenge, labels_digest, load_truth
from workbench.scoring.card import SAMPLE
from workbench.scoring.card_phases import Disclosure, Phase
from workbench.scoring.scorer import code_digest

CARD, LABELS, PREDICTIONS = "challenge.json", "truth.csv", "predictions.parquet"
PHASE = "practice"


def is_run(path: Path | str) -> bool:
    """Say whether a path is the folder of a finished run, or of one of its baselines."""
    return (Path(path) / PREDICTIONS).is_file()


def practice_card(run: Path) -> Challenge:
    """Return the card a run was judged by, asked on the run's own cases.

    The labels are those of the run and are public, so that nothing is at stake: one phase without
    limits or an end to speak of, which shows everything with the card's own digits. The id ends in
    ``-practice``: its board is never taken for the challenge's.

    Raises:
        DataError: The folder holds no finished run.
    """
    try:
        content = json.loads((run / CARD).read_bytes())
        labels = (run / LABELS).is_file()
    except (OSError, ValueError) as error:
        raise _no_run(run) from error
    if not labels:
        raise _no_run(run)
    judged = Challenge.model_validate(content)
    phase = Phase(
        id=PHASE,
        split=SAMPLE,
        opens=datetime(2000, 1, 1, tzinfo=UTC),
        closes=datetime(2100, 1, 1, tzinfo=UTC),
        show=["score", "rank", "interval", "secondary"],
    )
    own: dict[str, Any] = {
        "schema_version": 2,
        "id": f"{judged.id}-practice",
        "sample": {"labels": LABELS, "submission": PREDICTIONS},
        "phases": [phase.model_dump(mode="json", exclude_unset=True)],
        "disclosure": Disclosure(digits=12).model_dump(exclude_defaults=True),
    }
    gone = {"data", "rules", "limits", "baselines", "models"}
    kept = judged.model_dump(mode="json", exclude_defaults=True, exclude=gone)
    return Challenge.model_validate(kept | own).within(run)


def open_practice(store: Store, run: Path) -> OpenedChallenge:
    """Open a run's challenge in a store, with one team a model; again, it adds what is missing.

    Raises:
        DataError: The folder holds no finished run, or the store has the challenge with another
            card, on other cases, or scored by other code.
    """
    card = practice_card(run)
    with store.reading() as connection:
        challenge = tables.challenge
        row = connection.execute(select(challenge).where(challenge.c.id == card.id)).one_or_none()
        score_set = None if row is None else current_set(connection, card.id)
        seals = {} if score_set is None else sealed_labels(connection, score_set)
    if row is None or score_set is None:
        opened = open_challenge(store, card)
    else:
        seal = labels_digest(load_truth(run / LABELS, card), card)
        if row.card_digest != card.digest or seals.get(SAMPLE) != seal:
            raise DataError(
                f"the store has {card.id} with another card or on other cases",
                where=str(store.place),
                remedy="name another store (--store PLACE)",
            )
        _require_code(store, card.id, score_set)
        opened = OpenedChallenge(card.id, card.version, card.digest, score_set, seals)
    _add_teams(store, card.id, models_of(run))
    return opened


def _require_code(store: Store, challenge: str, score_set: str) -> None:
    """Refuse to go on where other code scored: nothing sent would get a score."""
    sets = tables.score_set
    with store.reading() as connection:
        made_by = connection.scalar(select(sets.c.code_digest).where(sets.c.id == score_set))
    if made_by != code_digest():
        raise DataError(
            f"the scores of {challenge} were made by other scoring code",
            where=str(store.place),
            remedy="name another store (--store PLACE), or score everybody anew: workbench rescore "
            f"--challenge {challenge} --metric-version NAME --reason TEXT",
        )


def models_of(run: Path) -> list[str]:
    """Return the models of a run, its own first."""
    try:
        found = json.loads((run / "run.json").read_bytes())["models"]
    except (OSError, ValueError, KeyError) as error:
        raise _no_run(run) from error
    return [str(name) for name in found]


def _add_teams(store: Store, challenge: str, names: list[str]) -> None:
    """Make a team of each model that is none yet."""
    with store.reading() as connection:
        query = select(tables.team.c.name).where(tables.team.c.challenge == challenge)
        known = set(connection.scalars(query))
    if missing := [name for name in names if name not in known]:
        with store.writing() as transaction:
            for name in missing:
                create_team(transaction, challenge, name)


def _no_run(run: Path) -> DataError:
    remedy = "name the folder of a run that has ended, as `workbench train` prints it"
    return DataError("the folder holds no finished run", where=str(run), remedy=remedy)
