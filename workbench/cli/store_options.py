"""Options of the verbs that work on a store, and who asks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.errors import UsageError

if TYPE_CHECKING:
    from workbench.challenge.store import Store
    from workbench.challenge.store.permission import Principal

STORE = click.option(
    "--store",
    "place",
    metavar="PLACE",
    envvar="WORKBENCH_STORE",
    help="Folder or database URL; `store` under WORKBENCH_HOME by default.  [env: WORKBENCH_STORE]",
)
LABELS = click.option(
    "--labels",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar="WORKBENCH_LABELS",
    help="Folder of the hidden labels.  [env: WORKBENCH_LABELS]",
)
LABELS_OF_A_SET = click.option(
    "--labels",
    type=click.Path(path_type=Path, exists=True),
    envvar="WORKBENCH_LABELS",
    help="Labels file, or folder of the hidden labels.  [env: WORKBENCH_LABELS]",
)
TEAM = click.option(
    "--team", help="Name or id of the team, at the store itself; else the token WORKBENCH_TOKEN."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def open_here(place: str | None, *, create: bool = False) -> Store:
    """Open the store that was named, or the default one."""
    from workbench.challenge.store import open_store

    return open_store(place, create=create)


def sender(store: Store, challenge: str, team: str | None) -> Principal:
    """Return the team that was named, or that of the token.

    Raises:
        UsageError: Neither was given.
        Refusal: Unknown challenge or team, or a token that is refused.
    """
    from workbench.challenge.submissions import holder, team_here, unknown_is_refused

    if team is not None:
        with unknown_is_refused():
            return team_here(store, challenge, team)
    if token := os.environ.get("WORKBENCH_TOKEN"):
        return holder(store, token)
    raise UsageError(
        "no team: whose submission is it?",
        remedy="name it (--team), or set WORKBENCH_TOKEN to the token the organiser gave you",
    )


def who_reads(store: Store, challenge: str | None, team: str | None) -> Principal:
    """Return the team that was named, the token's holder, or the organiser at the store.

    Raises:
        UsageError: A team without its challenge, or an unknown challenge.
        Refusal: Unknown team.
    """
    from workbench.challenge.submissions import organiser_here, reader, team_here

    if team is not None:
        if challenge is None:
            raise UsageError("a team belongs to a challenge", remedy="name it: --challenge")
        return team_here(store, challenge, team)
    token = os.environ.get("WORKBENCH_TOKEN")
    return reader(store, token) if token else organiser_here()


def who_sent(store: Store, challenge: str | None, team: str | None) -> Principal:
    """Return who asks for submissions, as :func:`who_reads` does.

    Raises:
        UsageError: A team without its challenge.
        Refusal: Unknown challenge or team.
    """
    from workbench.challenge.store.challenges import check_known
    from workbench.challenge.submissions import unknown_is_refused

    with unknown_is_refused():
        if challenge is not None:
            check_known(store, challenge)
        return who_reads(store, challenge, team)
