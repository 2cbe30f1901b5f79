"""Where a participant's verb acts: at the store of this machine, or at a server elsewhere."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from workbench.cli.output import say
from workbench.cli.store_options import open_here, sender, who_reads, who_sent
from workbench.errors import UsageError

if TYPE_CHECKING:
    from workbench.remote import Desk
    from workbench.remote.server_desk import ServerDesk

SERVER = click.option(
    "--server",
    metavar="URL",
    help="A challenge server in the place of a store; that of `workbench login` by default.  "
    "[env: WORKBENCH_SERVER]",
)

_SAID = "workbench.server"
"""Under which name a command keeps the server it has said."""


@contextlib.contextmanager
def desk_at(
    server: str | None,
    place: str | None,
    challenge: str | None,
    team: str | None,
    *,
    asks: Literal["sends", "sent", "reads"] = "reads",
    labels: Path | None = None,
) -> Iterator[Desk]:
    """Give the desk that is meant.

    That is, in this order: the server or the store named on the command line, the one in the
    environment, the store where a team is named, the server of the last login, the default store.

    Args:
        server: ``--server``.
        place: ``--store``.
        challenge: Of the team.
        team: ``--team``, at the store itself.
        asks: Whether somebody sends (a team), asks for what was sent, or reads.
        labels: What may score at the store.

    Raises:
        UsageError: Two places, or a team for a server.
    """
    url = server_meant(server, place, team)
    if url is not None:
        yield server_desk(url)
        return
    from workbench.challenge.submissions.worker_labels import worker_labels
    from workbench.remote import LocalDesk

    with open_here(place) as store:
        if asks == "sends":
            principal = sender(store, str(challenge), team)
        else:
            principal = (who_sent if asks == "sent" else who_reads)(store, challenge, team)
        yield LocalDesk(store, principal, worker_labels(store, labels))


def server_meant(server: str | None, place: str | None, team: str | None) -> str | None:
    """Return the URL of the server that is meant; None for a store."""
    source = click.get_current_context().get_parameter_source("place")
    typed = source is click.core.ParameterSource.COMMANDLINE
    if server is not None and (typed or team is not None):
        other = "--store" if typed else "--team"
        remedy = "a server knows the team by its token: workbench login URL"
        raise UsageError(f"--server and {other} do not go together", remedy=remedy)
    if server is None and not typed and team is None:
        server = os.environ.get("WORKBENCH_SERVER") or None
        if server is None and place is None:
            from workbench.remote.credentials import default_server

            server = default_server()
            context = click.get_current_context()
            if server is not None and context.meta.get(_SAID) != server:
                say(f"# {server} (workbench login)")
                context.meta[_SAID] = server
    return server


def server_desk(url: str) -> ServerDesk:
    """Return the desk at a server, with the token of the environment or of the login.

    Where nobody named the server, the environment's token may be meant for another place: then the
    one of the login is shown, and no other.
    """
    from workbench.remote.credentials import token_for
    from workbench.remote.http import Http
    from workbench.remote.origin import read_origin
    from workbench.remote.server_desk import ServerDesk

    origin = read_origin(url)
    kept = token_for(str(origin))
    named = click.get_current_context().params.get("server") or os.environ.get("WORKBENCH_SERVER")
    token = (os.environ.get("WORKBENCH_TOKEN") if named else None) or kept
    return ServerDesk(Http(origin, token), signed_in=token is not None)
