"""The files everybody may read that a store keeps: card, cases, public labels, sample inputs."""

from __future__ import annotations

import json
from typing import NamedTuple

from sqlalchemy import Connection, select

from workbench.challenge.store.challenges import challenge_row
from workbench.challenge.store.files import get_file
from workbench.challenge.store.tables import file, setting
from workbench.challenge.submissions.cards import SAMPLE_INPUTS, card_of
from workbench.challenge.submissions.refusals import not_found

CARD, INPUTS = "challenge.json", "inputs/"
"""Name of the card, and what names of the sample's inputs begin with."""
_ENDINGS = {"cases": ".json", "labels": ".csv"}


class KeptFile(NamedTuple):
    """A file everybody may read: its name, the sha256 and number of its bytes."""

    name: str
    digest: str
    size: int


def kept_files(connection: Connection, challenge: str) -> list[KeptFile]:
    """Return the public files of a challenge, by name.

    Labels are among them only for splits that are not hidden, whatever the store may hold, and
    lists of cases only where the pack makes them public too. Inputs are those of the sample.

    Raises:
        Refusal: ``unknown-challenge``.
    """
    card = card_of(connection, challenge)
    open_ = [name for name, split in card.splits.items() if not split.hidden]
    listed = [name for name, split in card.splits.items() if split.keys or not split.hidden]
    wanted = {f"cases.{name}": name for name in listed} | {f"labels.{n}": n for n in open_}
    rows = connection.execute(
        select(setting.c.name, setting.c.value).where(setting.c.challenge == challenge)
    )
    named = {CARD: challenge_row(connection, challenge).card_digest}
    for name, value in rows:
        if name == SAMPLE_INPUTS:
            named |= {f"{INPUTS}{name}": digest for name, digest in json.loads(value).items()}
        elif name in wanted:
            kind = name.partition(".")[0]
            named[f"{kind}/{wanted[name]}{_ENDINGS[kind]}"] = json.loads(value)
    sizes = dict(
        tuple(row)
        for row in connection.execute(
            select(file.c.digest, file.c.size).where(file.c.digest.in_(set(named.values())))
        )
    )
    found = [KeptFile(n, digest, sizes[digest]) for n, digest in named.items() if digest in sizes]
    return sorted(found)


def kept_file(connection: Connection, challenge: str, digest: str) -> bytes:
    """Return a public file of a challenge by its sha256.

    Raises:
        Refusal: ``unknown-challenge``, ``not-found``: it is none of the public files.
    """
    if all(digest != known.digest for known in kept_files(connection, challenge)):
        raise not_found(digest)
    return get_file(connection, digest)
