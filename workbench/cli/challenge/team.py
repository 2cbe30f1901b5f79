"""``workbench challenge team``: who takes part."""

from __future__ import annotations

from dataclasses import asdict

import click

from workbench.cli.output import print_json, print_table, say
from workbench.cli.store_options import JSON, STORE, open_here
from workbench.cli.verbs import Verb, VerbGroup


@click.group(
    "team",
    cls=VerbGroup,
    examples=(
        'workbench challenge team add tissue-lesions "Les pathologistes"',
        "workbench challenge team list tissue-lesions",
    ),
)
def command() -> None:
    """Add teams to a challenge, or list them."""


@command.command(
    "add", cls=Verb, examples=('workbench challenge team add tissue-lesions "Équipe 7"',)
)
@click.argument("challenge")
@click.argument("name")
@click.option("--contact", help="How to reach the team; kept apart, and erased on request.")
@STORE
@JSON
def add(challenge: str, name: str, contact: str | None, place: str | None, as_json: bool) -> None:
    """Add a team.

    Its name is shown on boards, so better no person's name.
    """
    from workbench.challenge.store.teams import add_member, create_team

    with open_here(place) as store, store.writing() as transaction:
        team = create_team(transaction, challenge, name)
        if contact is not None:
            add_member(transaction, team, contact=contact, main=True)
    if as_json:
        print_json({"team": team, "name": name, "challenge": challenge})
        return
    print(f"{team}  {name}")
    say(f"Next: workbench challenge token issue --challenge {challenge} --team {team}")


@command.command("list", cls=Verb, examples=("workbench challenge team list tissue-lesions",))
@click.argument("challenge")
@STORE
@JSON
def list_teams(challenge: str, place: str | None, as_json: bool) -> None:
    """List the teams of a challenge."""
    from workbench.challenge.store.challenges import challenge_row
    from workbench.challenge.store.teams import teams_of

    with open_here(place) as store, store.reading() as connection:
        challenge_row(connection, challenge)
        rows = [asdict(found) for found in teams_of(connection, challenge)]
    if as_json:
        print_json(rows)
    else:
        print_table(rows)


@command.command(
    "erase-contact",
    cls=Verb,
    examples=('workbench challenge team erase-contact tissue-lesions "Team 1"',),
)
@click.argument("challenge")
@click.argument("team")
@STORE
@JSON
def erase_contact(challenge: str, team: str, place: str | None, as_json: bool) -> None:
    """Forget how to reach a team.

    Its members keep their numbers: history is not rewritten.
    """
    from workbench.challenge.store.teams import erase_contacts
    from workbench.challenge.submissions import team_here

    with open_here(place) as store:
        found = str(team_here(store, challenge, team).team)
        with store.writing() as transaction:
            count = erase_contacts(transaction, found)
    if as_json:
        print_json({"team": found, "erased": count})
    else:
        print(f"{found}: {count} contact(s) erased")
