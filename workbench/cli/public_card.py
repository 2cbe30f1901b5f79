"""The challenge a model is tried for: from its folder, from here, or from where it is sent to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.cli.desk_options import desk_at, server_meant
from workbench.cli.output import say
from workbench.cli.progress import sending
from workbench.errors import DataError, UsageError

if TYPE_CHECKING:
    from workbench.scoring import Challenge


def card_to_try(
    challenge: str, server: str | None, place: str | None, team: str | None, *, sends: bool
) -> Challenge:
    """Return a challenge in a folder with its public sample.

    That is, in this order: the folder that is named; what the server gives that is named, or that
    the model is sent to; a challenge known here; what the server of the login or the store gives.

    Args:
        challenge: Its id or folder.
        server: ``--server``.
        place: ``--store``.
        team: ``--team``.
        sends: Whether the model is sent once it was tried.

    Raises:
        UsageError: No such challenge, or no inputs of its sample.
        DataError: There is no store, or a file is not the one of its digest.
    """
    from workbench.scoring import load_challenge

    named = server is not None or "WORKBENCH_SERVER" in os.environ
    if Path(challenge).is_file() or Path(challenge, "challenge.yaml").is_file():
        return load_challenge(challenge)
    if (sends or named) and server_meant(server, place, team) is not None:
        return _fetched(challenge, server, place, team)
    try:
        return load_challenge(challenge)
    except UsageError as error:
        unknown = error
    try:
        return _fetched(challenge, server, place, team)
    except DataError:
        if server_meant(server, place, team) is not None:
            raise
        raise unknown from None


def _fetched(challenge: str, server: str | None, place: str | None, team: str | None) -> Challenge:
    """Return a challenge as a server or a store gives it to everybody; say where it is kept."""
    from workbench.remote.public_card import public_card

    with desk_at(server, place, challenge, team) as desk:
        card = public_card(desk, challenge, sending)
    say(f"card and sample of {card.id} {card.version}: {card.folder}")
    return card
