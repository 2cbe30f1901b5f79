"""Teams and their members."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from workbench.challenge.store.challenges import challenge_row
from workbench.challenge.store.events import MemberAdded, TeamCreated
from workbench.challenge.store.names import check_name, name_key
from workbench.challenge.store.tables import member, team
from workbench.challenge.store.transaction import Transaction
from workbench.errors import UsageError


@dataclass(frozen=True)
class Team:
    """A team: its id, its name as typed, and since when it takes part."""

    team: str
    name: str
    since: str


def teams_of(connection: Connection, challenge_id: str) -> list[Team]:
    """Return the teams of a challenge, in the order they joined."""
    columns = select(team.c.id, team.c.name, team.c.created_at)
    rows = connection.execute(columns.where(team.c.challenge == challenge_id).order_by(team.c.seq))
    return [Team(*row) for row in rows]


def create_team(transaction: Transaction, challenge_id: str, name: str) -> str:
    """Add a team to a challenge.

    Args:
        transaction: Of the store.
        challenge_id: The challenge; a team belongs to one.
        name: Shown on boards, kept as typed; better no person's name.

    Returns:
        The team's id, ``t-000007``.

    Raises:
        UsageError: No such challenge, a name that cannot be shown, or one that is taken, also in
            another spelling.
    """
    challenge_row(transaction.connection, challenge_id)
    key = name_key(check_name(name))
    same = select(team.c.name).where(team.c.challenge == challenge_id, team.c.name_key == key)
    taken = transaction.execute(same).scalar()
    if taken is not None:
        raise UsageError(f"the team name is taken, as '{taken}'", where=name, remedy="type another")
    new = transaction.new_id("t")
    transaction.append(TeamCreated(team=new, name=name, name_key=key), challenge=challenge_id)
    return new


def add_member(
    transaction: Transaction, team_id: str, *, contact: str | None = None, main: bool = False
) -> str:
    """Add a person to a team.

    Args:
        transaction: Of the store.
        team_id: The team.
        contact: How to reach the person; kept beside the events, and erased on request.
        main: Whether the person speaks for the team.

    Returns:
        The member's id, ``m-000008``.
    """
    new = transaction.new_id("m")
    challenge_id = challenge_of(transaction, team_id)
    payload = MemberAdded(member=new, team=team_id, role="contact" if main else "member")
    transaction.append(payload, challenge=challenge_id, secret={"contact": contact})
    return new


def erase_contact(transaction: Transaction, member_id: str) -> None:
    """Forget who a member is. The member's number stays: history is not rewritten."""
    transaction.set_secret(member.name, member_id, contact=None)


def erase_contacts(transaction: Transaction, team_id: str) -> int:
    """Forget who all members of a team are; return how many could be reached until now."""
    known = select(member.c.id).where(member.c.team == team_id, member.c.contact.is_not(None))
    found = transaction.execute(known).scalars().all()
    for one in found:
        erase_contact(transaction, one)
    return len(found)


def challenge_of(transaction: Transaction, team_id: str) -> str:
    """Return the challenge a team belongs to.

    Raises:
        UsageError: There is no such team.
    """
    found = transaction.execute(select(team.c.challenge).where(team.c.id == team_id)).scalar()
    if found is None:
        raise UsageError(f"there is no team '{team_id}'")
    return str(found)
