"""Tokens: shown once, kept as a hash, ended by time or revocation, never in a log or a repr."""

from workbench.challenge.store.permission import Principal
from workbench.challenge.store.tokens import authenticate, issue_token

from .opened import Opened


def who(opened: Opened, text: str) -> Principal:
    now = opened.store.now()
    with opened.store.reading() as connection:
        return authenticate(connection, text, now)


def test_a_token_says_whose_it_is(opened: Opened) -> None:
    with opened.store.writing() as transaction:
        issued = issue_token(transaction, "participant", team=opened.team)
    assert who(opened, issued.text) == Principal(
        opened.team, "participant", team=opened.team, challenge=opened.challenge
    )
