"""``workbench challenge token``: what a team sends with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import click

from workbench.cli.output import print_json, print_table, say
from workbench.cli.store_options import JSON, STORE, open_here
from workbench.cli.verbs import Verb, VerbGroup
from workbench.cli.which_tokens import prefixes_meant, team_meant
from workbench.errors import UsageError

if TYPE_CHECKING:
    from workbench.challenge.store.events import Scope
    from workbench.challenge.store.tokens import IssuedToken


@click.group(
    "token",
    cls=VerbGroup,
    examples=(
        'workbench challenge token issue --challenge tissue-lesions --team "Team 1"',
        "workbench challenge token list --challenge tissue-lesions",
    ),
)
def command() -> None:
    """Give out tokens, list them, or end them."""


@command.command(
    "issue",
    cls=Verb,
    examples=(
        'workbench challenge token issue --challenge tissue-lesions --team "Team 1"',
        "workbench challenge token issue --challenge tissue-lesions --scope worker",
    ),
)
@click.option("--challenge", help="Id of the challenge.")
@click.option("--whole-store", is_flag=True, help="For all challenges: organiser or worker.")
@click.option("--team", help="Name or id of the team, for a participant.")
@click.option(
    "--scope",
    type=click.Choice(["participant", "organiser", "worker"]),
    default="participant",
    show_default=True,
    help="What it allows.",
)
@click.option(
    "--expires",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="When it ends, in UTC; by default when it is revoked.",
)
@STORE
@JSON
def issue(
    challenge: str | None,
    whole_store: bool,
    team: str | None,
    scope: str,
    expires: datetime | None,
    place: str | None,
    as_json: bool,
) -> None:
    """Give out a token. It is shown once and kept nowhere.

    It holds in one challenge. With --whole-store an organiser's token also opens challenges at a
    server.
    """
    from workbench.challenge.store.challenges import challenge_row
    from workbench.challenge.store.tokens import issue_token
    from workbench.challenge.submissions import team_here

    if (challenge is None) is not whole_store or (team is not None and whole_store):
        remedy = "--challenge ID, or --whole-store for an organiser or a worker"
        raise UsageError("where does the token hold?", remedy=remedy)
    ends = expires.replace(tzinfo=UTC) if expires is not None else None
    with open_here(place) as store:
        named = team_here(store, str(challenge), team).team if team is not None else None
        with store.writing() as transaction:
            if challenge is not None:
                challenge_row(transaction.connection, challenge)
            issued = issue_token(
                transaction,
                cast("Scope", scope),
                team=named,
                challenge=None if named else challenge,
                expires=ends,
            )
    _print(issued, as_json)


@command.command(
    "list", cls=Verb, examples=("workbench challenge token list --challenge tissue-lesions",)
)
@click.option("--challenge", help="Only the tokens of this challenge.")
@STORE
@JSON
def list_tokens(challenge: str | None, place: str | None, as_json: bool) -> None:
    """List tokens by their public prefix, with team and state."""
    from workbench.challenge.submissions import tokens_told

    with open_here(place) as store:
        rows = tokens_told(store, challenge)
    if as_json:
        print_json(rows)
    else:
        print_table(rows)


@command.command(
    "rotate",
    cls=Verb,
    examples=(
        'workbench challenge token rotate --challenge trial-round --team "Team 1" --reason leaked',
    ),
)
@click.argument("prefix", required=False)
@click.option("--challenge", help="The challenge of --team.")
@click.option("--team", help="Name or id of a team that has one token.")
@click.option("--reason", required=True, help="Why; kept in the event log.")
@STORE
@JSON
def rotate(
    prefix: str | None,
    challenge: str | None,
    team: str | None,
    reason: str,
    place: str | None,
    as_json: bool,
) -> None:
    """End a token and give out one like it.

    The new one has the same rights and the same end; both happen at one moment. PREFIX: the part of
    a token between the underscores; or name --challenge and --team.
    """
    from workbench.challenge.store.tokens import rotate_token

    with open_here(place) as store:
        named = team_meant(store, prefix, challenge, team)
        with store.writing() as transaction:
            found = prefixes_meant(transaction, prefix, named)
            if len(found) != 1:
                has = f"{len(found)} tokens: {', '.join(found)}" if found else "no token"
                raise UsageError(f"the team has {has}", remedy="workbench challenge token list")
            issued = rotate_token(transaction, found[0], reason)
    _print(issued, as_json)


@command.command(
    "revoke",
    cls=Verb,
    examples=(
        'workbench challenge token revoke --challenge tissue-lesions --team "Team 1" --reason left',
    ),
)
@click.argument("prefix", required=False)
@click.option("--challenge", help="The challenge of --team.")
@click.option("--team", help="Name or id of a team: end all its tokens.")
@click.option("--reason", required=True, help="Why; kept in the event log.")
@STORE
def revoke(
    prefix: str | None, challenge: str | None, team: str | None, reason: str, place: str | None
) -> None:
    """End a token, or all tokens of a team.

    PREFIX: the part of a token between the underscores; or name --challenge and --team.
    """
    from workbench.challenge.store.tokens import revoke_token

    with open_here(place) as store:
        named = team_meant(store, prefix, challenge, team)
        with store.writing() as transaction:
            ended = prefixes_meant(transaction, prefix, named)
            for each in ended:
                revoke_token(transaction, each, reason)
    print(f"revoked: {', '.join(ended) or 'there was none'}")


def _print(issued: IssuedToken, as_json: bool) -> None:
    """Print a new token, alone on stdout, and what to do with it."""
    if as_json:
        print_json({"prefix": issued.prefix, "token": issued.text})
        return
    print(issued.text)
    say("Shown once, and kept nowhere. Its holder puts it into the environment: WORKBENCH_TOKEN.")
    say(f"To end it: workbench challenge token revoke {issued.prefix} --reason TEXT")
