"""``workbench login``: keep the token for a challenge server."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from workbench.cli.output import print_json, say
from workbench.cli.store_options import JSON
from workbench.cli.verbs import Verb
from workbench.errors import UsageError


@click.command(
    "login",
    cls=Verb,
    examples=("workbench login http://127.0.0.1:8000 --forget",),
)
@click.argument("url")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, allow_dash=True),
    help="File that holds the token; - for standard input.  [default: asks]",
)
@click.option("--forget", is_flag=True, help="Forget the token of this server.")
@JSON
def command(url: str, token_file: Path | None, forget: bool, as_json: bool) -> None:
    """Sign in at a challenge server.

    The server is asked whether the token holds; then it is kept in credentials.json under
    WORKBENCH_HOME, which only you can read, and this server is meant where neither --server nor
    --store is given. A token is never typed on the command line, where others could see it.
    """
    from workbench.remote import credentials
    from workbench.remote.http import Http
    from workbench.remote.origin import read_origin
    from workbench.remote.server_desk import ServerDesk

    origin = read_origin(url)
    if forget:
        known = credentials.forget(str(origin))
        say(f"{'forgotten' if known else 'there was no token for'}: {origin}")
        return
    token = _token(token_file)
    principal = ServerDesk(Http(origin, token), signed_in=True).principal
    where = credentials.remember(str(origin), token)
    if as_json:
        who = {"scope": principal.scope, "team": principal.team, "challenge": principal.challenge}
        print_json({"server": str(origin)} | who)
        return
    of = f" of {principal.challenge}" if principal.challenge else ""
    print(f"{origin}: {principal.scope} {principal.team or ''}{of}".replace("  ", " "))
    say(f"The token is kept in {where}.")


def _token(file: Path | None) -> str:
    """Return the token from a file, from standard input, or as it is typed, unseen."""
    if file is None and sys.stdin.isatty():
        text = str(click.prompt("Token", hide_input=True, err=True))
    elif file is None:
        raise UsageError("where is the token?", remedy="--token-file FILE, or - for standard input")
    elif str(file) == "-":
        text = sys.stdin.readline()
    else:
        from workbench.scoring.files import read_file

        text = read_file(file, 10_000).decode("utf-8", "replace")
    token = text.strip()
    if not token.startswith("wb_") or not token.isascii() or len(token.split()) != 1:
        raise UsageError("that is no token", remedy="it begins with wb_; ask the organiser")
    return token
