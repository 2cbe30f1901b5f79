"""A closed challenge's report: files that anybody can compute again from the log in them."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.audit.record import Link
from workbench.challenge.standings import course
from workbench.challenge.standings.board import ALL_OVER, Standings, standings
from workbench.challenge.standings.course import Cards
from workbench.challenge.standings.csv_file import board_csv
from workbench.challenge.standings.groups import GroupTable
from workbench.challenge.standings.moves import Movement, movement
from workbench.challenge.store.rebuild import Tables
from workbench.digests import of_bytes
from workbench.scoring import Challenge

MANIFEST, EVENTS, PAGE, GROUPS, READ_ME = (
    "manifest.json",
    "events.jsonl",
    "report.html",
    "groups.json",
    "README.md",
)
SCHEMA = "workbench-challenge-report 1"
_SHOWN = ("clinical-ai-workbench", "numpy", "scipy")


@dataclass(frozen=True)
class Result:
    """What a challenge came to.

    Attributes:
        card: Its card.
        boards: The board of every phase that opened, in the order of the card.
        shake_ups: For every phase that takes files from another one: who moved.
        groups: Scores within centres and subgroups that passed the disclosure gate.
    """

    card: Challenge
    boards: dict[str, Standings]
    shake_ups: dict[str, Movement]
    groups: Sequence[GroupTable] = ()


Render = Callable[[Result], str]
"""Makes the page of a result; the command line lends the one of the report room."""


def result_of(
    tables: Tables, cards: Cards, challenge: str, groups: Sequence[GroupTable] = ()
) -> Result:
    """Return what a challenge came to, from the tables alone; everybody may see it."""
    card = cards(course.challenge_row(tables, challenge)["card_digest"])
    begun = [phase for phase in card.phases if (challenge, phase.id) in tables["phase"]]
    boards = {
        phase.id: standings(tables, cards, challenge, phase.id, now=ALL_OVER) for phase in begun
    }
    shake_ups = {
        phase.id: movement(boards[phase.takes_from], boards[phase.id], (phase.takes_from, phase.id))
        for phase in begun
        if phase.takes_from in boards and phase.takes_from is not None
    }
    return Result(card, boards, shake_ups, groups)


def result_files(result: Result, render: Render | None = None) -> dict[str, bytes]:
    """Return the files that follow from a result."""
    files: dict[str, bytes] = {}
    for phase, board in result.boards.items():
        files[f"boards/{phase}.json"] = board.document.to_json().encode()
        files[f"boards/{phase}.csv"] = board_csv(board.document).encode()
    moves = {phase: moved.as_dict() for phase, moved in result.shake_ups.items()}
    files["shake_up.json"] = as_json(moves)
    if result.groups:
        files[GROUPS] = as_json([table.model_dump(mode="json") for table in result.groups])
    if render is not None:
        files[PAGE] = render(result).encode()
    return files


def report_files(
    challenge: str, lines: Sequence[str], cards: Mapping[str, bytes], result: Result, **more: Any
) -> dict[str, bytes]:
    """Return all files of a report but the manifest.

    Args:
        challenge: Id of the challenge.
        lines: Its extract of the event log.
        cards: Content of each card by digest.
        result: What follows from them.
        **more: ``render``, see :func:`result_files`.
    """
    files = {EVENTS: "".join(lines).encode(), READ_ME: read_me(challenge)}
    files |= {card_name(digest): content for digest, content in cards.items()}
    return files | result_files(result, **more)


def read_me(challenge: str) -> bytes:
    """Return the file that says what the others are."""
    return _READ_ME.format(challenge).encode()


def card_name(digest: str) -> str:
    """Return the name of a card's file."""
    return f"cards/{digest}.json"


def manifest(tables: Tables, challenge: str, head: Link, files: Mapping[str, bytes]) -> bytes:
    """Return the manifest: what the report is of, and the digest of each file."""
    row = course.challenge_row(tables, challenge)
    sets = [
        {name: found[name] for name in ("id", "cause", "reason", "card_digest", "code_digest")}
        | {"labels": json.loads(found["labels"])}
        for found in course.score_sets(tables, challenge)
    ]
    content = {
        "schema": SCHEMA,
        "challenge": challenge,
        "version": row["version"],
        "unit": row["unit"],
        "opened_at": row["opened_at"],
        "head": {"seq": head.seq, "hash": head.hash},
        "score_sets": sets,
        "versions": {name: importlib.metadata.version(name) for name in _SHOWN},
        "files": {name: of_bytes(files[name]) for name in sorted(files)},
    }
    return as_json(content)


def as_json(value: Any) -> bytes:
    """Return a JSON value as the bytes a report holds."""
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


_READ_ME = """# Report of the challenge {}

`report.html` is for reading; `boards/` holds the board of each phase, `shake_up.json` who moved
between the public and the private board, `groups.json` scores within centres and subgroups that are
large enough to be shown. `events.jsonl` is the part of the event log all of it follows from: every
submission's score sheet, its score on the bootstrap resamples, and everything done by hand.

Compute it again, on any machine:

    workbench challenge verify FOLDER

and compare the digest that prints with the one the organiser announced. With the labels and the
submitted files at hand, `--labels DIR --files DIR` computes the scores themselves again.

Scores on resamples, together with a submission, say much about the labels it was judged by: take
the labels of this challenge as known from now on.
"""
