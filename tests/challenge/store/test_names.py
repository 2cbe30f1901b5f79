"""Team names: kept as typed, unique in every spelling, harmless where they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from workbench.challenge.store.names import LONGEST, check_name, name_key
from workbench.challenge.store.rebuild import rebuild
from workbench.challenge.store.tables import member
from workbench.challenge.store.teams import add_member, create_team, erase_contact
from workbench.challenge.store.verify import verify
from workbench.errors import UsageError
from workbench.storage import csv_cell, file_name

from .opened import Opened

AWKWARD = [
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "Ünï çødé 団",
    "a:b",
]


@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_name_is_kept_as_typed(opened: Opened, name: str) -> None:
    with opened.store.writing() as transaction:
        team = create_team(transaction, opened.challenge, name)
    assert rebuild(opened.store)["team"][(team,)]["name"] == name
    assert verify(opened.store).problems == []


@pytest.mark.parametrize(
    "same", ["équipe 1", "ÉQUIPE 1", "E\u0301quipe  1", "Équipe １", "Équіpe 1", "Equipe 1"]
)
def test_a_name_is_taken_in_every_spelling(opened: Opened, same: str) -> None:
    with opened.store.writing() as transaction:
        if same == "Equipe 1":  # an accent is a letter of its own
            create_team(transaction, opened.challenge, same)
        else:
            with pytest.raises(UsageError, match="taken, as 'Équipe 1'"):
                create_team(transaction, opened.challenge, same)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "empty"),
        ("   ", "empty"),
        (" a", "starts or ends"),
        ("a" * (LONGEST + 1), "at most 60"),
        ("ﷺ" * LONGEST, "written out"),
        ("a\nb", "U\\+000A"),
        ("a\u202eb", "U\\+202E"),
        ("a\u200bb", "U\\+200B"),
        ("a\u3164b", "U\\+3164"),
        ("\u2800", "U\\+2800"),
        ("a\ufe0f", "U\\+FE0F"),
        ("a\u034fb", "U\\+034F"),
        ("a" + "\u0301" * 4, "U\\+0301"),
        ("a\x00", "U\\+0000"),
        ("a\ud800", "U\\+D800"),
    ],
)
def test_a_name_that_cannot_be_shown_is_refused(name: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        check_name(name)
    assert str(caught.value).isascii()  # the refusal itself can be printed


def test_an_unknown_challenge_is_named_with_its_neighbour(opened: Opened) -> None:
    with opened.store.writing() as transaction, pytest.raises(UsageError, match="did you mean"):
        create_team(transaction, "tissue-lesion", "x")


@given(st.text(max_size=80))
def test_the_key_of_a_key_is_itself(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_no_cell_is_a_formula_and_no_file_name_a_path(name: str) -> None:
    assert not str(csv_cell(name)).lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert str(csv_cell(name)).endswith(name)
    assert "/" not in file_name(name) and not file_name(name).startswith(".")


def test_numbers_stay_numbers() -> None:
    assert csv_cell(-0.25) == -0.25


def test_who_a_member_is_stands_beside_the_events_and_can_be_erased(opened: Opened) -> None:
    store = opened.store
    with store.writing() as transaction:
        new = add_member(transaction, opened.team, contact="ann@example.org", main=True)
    with store.reading() as connection:
        assert connection.scalar(select(member.c.contact)) == "ann@example.org"
    assert not [event for event in store.events() if "ann@" in str(event)]
    with store.writing() as transaction:
        erase_contact(transaction, new)
    with store.reading() as connection:
        assert connection.scalar(select(member.c.contact)) is None
    assert verify(store).problems == []
