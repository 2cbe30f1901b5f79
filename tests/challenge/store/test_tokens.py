"""Tokens: shown once, kept as a hash, ended by time or revocation, never in a log or a repr."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from sqlalchemy import select

from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.permission import Principal
from workbench.challenge.store.tables import PROJECTED, event, token
from workbench.challenge.store.tokens import (
    IssuedToken,
    authenticate,
    issue_token,
    revoke_token,
    rotate_token,
)
from workbench.digests import of_bytes
from workbench.errors import UsageError

from .opened import Opened


def who(opened: Opened, text: str) -> Principal:
    now = opened.store.now()
    with opened.store.reading() as connection:
        return authenticate(connection, text, now)


@pytest.fixture
def issued(opened: Opened, clock: SetClock) -> IssuedToken:
    """A participant's token that ends in a day."""
    with opened.store.writing() as transaction:
        ends = clock.now() + timedelta(days=1)
        return issue_token(transaction, "participant", team=opened.team, expires=ends)


def test_a_token_says_whose_it_is(opened: Opened, issued: IssuedToken) -> None:
    expected = Principal(opened.team, "participant", team=opened.team, challenge=opened.challenge)
    assert who(opened, issued.text) == expected


def test_a_token_ends_with_its_time(opened: Opened, issued: IssuedToken, clock: SetClock) -> None:
    clock.forward(hours=23, minutes=59)
    assert who(opened, issued.text).team == opened.team
    clock.forward(minutes=1)
    with pytest.raises(UsageError, match="ended at 2026-03-02T12:00"):
        who(opened, issued.text)


def test_a_revoked_token_is_refused_for_good(opened: Opened, issued: IssuedToken) -> None:
    with opened.store.writing() as transaction:
        revoke_token(transaction, issued.prefix, "lost")
    with pytest.raises(UsageError, match="was revoked"):
        who(opened, issued.text)
    with pytest.raises(UsageError, match="revoked before"), opened.store.writing() as transaction:
        revoke_token(transaction, issued.prefix, "again")


def test_a_rotated_token_has_the_rights_and_the_end_of_the_old(
    opened: Opened, issued: IssuedToken, clock: SetClock
) -> None:
    with opened.store.writing() as transaction:
        new = rotate_token(transaction, issued.prefix)
    assert who(opened, new.text).team == opened.team
    with pytest.raises(UsageError, match="was revoked"):
        who(opened, issued.text)
    clock.forward(days=1)
    with pytest.raises(UsageError, match="ended"):
        who(opened, new.text)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: text + "A",
        lambda text: text.rsplit("_", 1)[0],
        lambda text: text.replace("wb_", "WB_"),
        lambda _: "",
        lambda _: "wb__",
        lambda _: "wb_é\ud800_x",
        lambda _: "wb_' OR 1=1_x",
    ],
)
def test_what_is_not_the_token_is_unknown(
    opened: Opened, issued: IssuedToken, change: object
) -> None:
    with pytest.raises(UsageError) as caught:
        who(opened, change(issued.text))  # type: ignore[operator]
    assert caught.value.message == "the token is unknown"


def test_the_end_of_a_token_is_told_only_to_its_holder(
    opened: Opened, issued: IssuedToken, clock: SetClock
) -> None:
    clock.forward(days=2)
    with pytest.raises(UsageError, match="is unknown"):
        who(opened, f"wb_{issued.prefix}_guess")


def test_the_secret_is_in_no_event_no_table_no_log_and_no_repr(
    opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with opened.store.writing() as transaction:
        issued = issue_token(transaction, "organiser")
    secret = issued.text.split("_", 2)[2]
    assert len(secret) == 43  # 256 bits in base64
    with opened.store.reading() as connection:
        lines = connection.scalars(select(event.c.line)).all()
        rows = [repr(connection.execute(select(table)).all()) for table in PROJECTED.values()]
        kept = connection.scalar(select(token.c.digest).where(token.c.prefix == issued.prefix))
    told = [*lines, *rows, repr(issued), str(issued), repr(opened.store), caplog.text]
    assert not [text for text in told if secret in text]
    assert kept == of_bytes(issued.text.encode())
    assert not [text for text in [*lines, caplog.text] if str(kept) in text]


def test_a_participant_has_a_team_and_others_have_none(opened: Opened, clock: SetClock) -> None:
    with opened.store.writing() as transaction:
        for scope, team in (("participant", None), ("organiser", opened.team)):
            with pytest.raises(UsageError, match=r"needs a team|belongs to no team"):
                issue_token(transaction, scope, team=team)  # type: ignore[arg-type]
        with pytest.raises(UsageError, match="in the future"):
            issue_token(transaction, "organiser", expires=clock.now())
        with pytest.raises(UsageError, match="no team"):
            issue_token(transaction, "participant", team="t-999999")


def test_an_organisers_token_may_hold_in_one_challenge(opened: Opened) -> None:
    with opened.store.writing() as transaction:
        issued = issue_token(transaction, "organiser", challenge=opened.challenge)
    assert who(opened, issued.text).challenge == opened.challenge
