"""Files that are not what they seem, names that would be commands, opinions on both sides."""

import os
import threading
from pathlib import Path

import pytest
from sqlalchemy import func

from workbench.challenge.store.tables import challenge, file
from workbench.challenge.store.teams import create_team
from workbench.challenge.submissions import (
    Refusal,
    WorkRules,
    entries,
    entry,
    for_participant,
    organiser_here,
    sent_file,
    submit,
    withdraw,
    work_once,
)
from workbench.challenge.submissions.intake import kept_name
from workbench.cli.main import main
from workbench.errors import DataError, HostError, UsageError
from workbench.scoring import check_report
from workbench.scoring.files import read_file
from workbench.storage import csv_cell

from .world import World, answer

# What is asked there does not depend on the database.
on_sqlite = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\evil.csv", "evil.csv"),
        ("=HYPERLINK(1).csv", "HYPERLINK_1_.csv"),
        ("-rf", "rf"),
        ("a\u202ecsv.exe\n", "a_csv.exe_"),
        ("\x00", "_"),
        ("", "_"),
        ("é" * 400, "_" * 120),
        ("@SUM(A1)", "SUM_A1_"),
    ],
)
@on_sqlite
def test_a_file_name_is_made_harmless(world: World, typed: str, kept: str) -> None:
    sent = submit(world.store, world.team, "demo", answer(), filename=typed)
    assert sent.filename == kept == kept_name(kept) and csv_cell(kept) == kept
    assert sent_file(world.store, world.team, sent.id)[0] == kept


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "../../etc", "<script>alert(1)</script>"])
@on_sqlite
def test_a_team_name_that_looks_like_a_command_does_nothing(world: World, name: str) -> None:
    with world.store.writing("organiser") as transaction:
        team = create_team(transaction, "demo", name)
    shown = csv_cell(name)
    assert isinstance(shown, str) and not shown.startswith("=")
    assert team.startswith("t-")


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    (tmp_path / "loop").symlink_to("loop")
    for name in ("pipe", "link", "loop", ".", "absent", "/dev/zero"):
        with pytest.raises(DataError):
            read_file(tmp_path / name)


def test_a_file_that_is_swapped_after_it_was_read_is_sent_as_it_was_read(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(answer())

    def swapped(*given: object) -> object:
        path.unlink()
        path.symlink_to("/etc/passwd")
        return check_report(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("workbench.challenge.submissions.intake.check_report", swapped)
    place = str(world.store.place.name.parent)
    if not world.store.place.is_file:
        place = world.store.place.url.render_as_string(hide_password=False)
    monkeypatch.setattr("workbench.challenge.store.store_at.SystemClock", lambda: world.store.clock)
    command = ["submit", str(path), "--challenge", "demo", "--team", "Team 2", "--store", place]
    assert main(command) == 0
    assert path.is_symlink()
    assert sent_file(world.store, world.teams[1], "last") == ("a.csv", answer())


def test_a_file_that_was_changed_in_the_store_is_not_scored(world: World) -> None:

    sent = submit(world.store, world.team, "demo", answer(), filename="a.csv")
    with world.store.writing("mallory") as transaction:
        changed = file.update().where(file.c.digest == sent.digest)
        transaction.execute(changed.values(bytes=answer(0.1)))
    done = work_once(world.store, world.worker, rules=WorkRules(attempts=1))
    assert done is not None and done.outcome == "failed" and "were changed" in done.detail
    assert "changed" not in entry(world.store, world.team, sent.id).reason


def test_a_card_that_was_changed_in_the_store_decides_nothing(world: World) -> None:
    """Limits, dates, digits and metrics are read from it all the time, not only by a check."""
    with world.store.writing("mallory") as transaction:
        row = challenge.c.card
        changed = challenge.update().values(card=func.replace(row, '"per_day":5', '"per_day":50'))
        transaction.execute(changed)
    with pytest.raises(DataError, match="the card was changed in the store"):
        submit(world.store, world.team, "demo", answer(), filename="a.csv")


def test_of_two_who_withdraw_at_once_one_succeeds(world: World) -> None:
    sent = submit(world.store, world.team, "demo", answer(), filename="a.csv").id
    ends: list[str] = []

    def act(who: object) -> None:
        try:
            ends.append(withdraw(world.store, who, sent, "wrong").state)  # type: ignore[arg-type]
        except Refusal as refusal:
            ends.append(refusal.code)

    threads = [threading.Thread(target=act, args=(who,)) for who in (world.team, organiser_here())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["withdrawn", "withdrawn-before"]
    assert [e.kind for e in world.store.events()].count("submission-withdrawn") == 1
    assert len(entries(world.store, world.team)) == 1


@pytest.mark.parametrize(
    ("reason", "says"),
    [("", "empty"), (" ", "empty"), ("x" * 2001, "2001"), ("a\0b", "U+0000"), ("\ud800", "U+D800"),
     ("left\n1  Team 1  0.999", "U+000A"), ("\x1b[2J", "U+001B"), ("a\u202eb", "U+202E")],
    ids=range(8),
)  # fmt: skip
@on_sqlite
def test_a_reason_writes_no_line_on_the_board(world: World, reason: str, says: str) -> None:
    sent = submit(world.store, world.team, "demo", answer(), filename="a.csv").id
    with pytest.raises(UsageError, match="the reason") as caught:
        withdraw(world.store, world.team, sent, reason)
    assert says in caught.value.render()
    assert caught.value.render().encode() and entry(world.store, world.team).state == "queued"


def test_what_goes_wrong_on_the_host_is_told_without_its_details(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: list[Exception] = []

    def told(content: bytes) -> str:
        try:
            submit(world.store, world.team, "demo", content, filename="a.csv")
        except Exception as error:
            raised.append(error)
        return for_participant(raised[-1]).render()

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device", "/srv/heads/x.json")

    def broken(*_: object) -> None:
        raise KeyError("/srv/labels/public.csv")

    with monkeypatch.context() as failing:
        failing.setattr("workbench.challenge.store.engine.file_lock", no_room)
        said = [told(answer())]
    assert "counts once" in said[0]
    with monkeypatch.context() as failing:
        failing.setattr("workbench.challenge.submissions.intake.put_file", broken)
        said.append(told(answer(0.1)))
    said += [
        for_participant(HostError("row 7 is class 3", where="/srv/labels.csv")).render(),
        for_participant(DataError("no room", where="/srv/store", remedy="df /srv")).render(),
    ]
    assert [type(error) for error in raised] == [OSError, KeyError]
    assert all("/srv" in str(error) for error in raised)
    assert not any("/srv" in text or "class 3" in text for text in said)
    assert "missing-column" in told(b"x") == raised[-1].render()  # type: ignore[attr-defined]
