"""A phase ended before its date, a score set aside or replaced: by whom, why, and what follows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from workbench.challenge.standings import board, close_challenge, verify_report
from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.permission import Principal
from workbench.challenge.store.tables import member
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import Refusal, submit, work
from workbench.challenge.submissions.corrections import end_phase, override
from workbench.cli.main import main
from workbench.errors import UsageError

from .world import World, answer

BOSS = Principal("boss", "organiser")


def sent(world: World, shift: float = 0.0, team: int = 0) -> str:
    found = submit(world.store, world.teams[team], "demo", answer(shift), filename="a.csv")
    list(work(world.store, world.worker, idle_s=None))
    return found.id


def test_an_ended_phase_takes_no_file_and_says_since_when(world: World, clock: SetClock) -> None:
    end_phase(world.store, BOSS, "demo", "open", "labels leaked")
    with pytest.raises(Refusal) as refused:
        submit(world.store, world.team, "demo", answer(), filename="a.csv", phase="open")
    (problem,) = refused.value.problems
    assert problem.code == "phase-closed"
    assert "2026-03-01" in problem.message


def test_the_end_is_an_event_with_author_and_reason_on_the_board(world: World) -> None:
    sent(world)
    end_phase(world.store, BOSS, "demo", "open", "labels leaked")
    (change,) = board(world.store, "demo", "open").document.changes
    assert (change.kind, change.subject, change.author) == ("phase-ended", "open", "boss")
    assert change.reason == "labels leaked"
    assert verify(world.store).problems == []


def test_labels_stay_guarded_while_another_phase_uses_them(world: World, clock: SetClock) -> None:
    sent(world)
    end_phase(world.store, BOSS, "demo", "open", "done")
    assert board(world.store, "demo", "open").document.guarded  # 'late' has the same split
    clock.put(datetime(2026, 4, 2, tzinfo=UTC))
    end_phase(world.store, BOSS, "demo", "late", "done")
    assert not board(world.store, "demo", "open").document.guarded
    before = datetime(2026, 4, 1, tzinfo=UTC)
    assert board(world.store, "demo", "open", as_of=before).document.guarded


def test_what_waits_at_the_end_is_scored(world: World) -> None:
    submit(world.store, world.team, "demo", answer(), filename="a.csv")
    end_phase(world.store, BOSS, "demo", "open", "done")
    list(work(world.store, world.worker, idle_s=None))
    assert len(board(world.store, "demo", "open", viewer=BOSS).document.ranked) == 1


def test_all_phases_ended_the_challenge_closes_before_its_dates(
    world: World, clock: SetClock, tmp_path: Path
) -> None:
    clock.put(datetime(2026, 4, 2, tzinfo=UTC))
    content = answer(splits=("public", "private"))
    submit(world.store, world.team, "demo", content, filename="a.csv")
    list(work(world.store, world.worker, idle_s=None))
    clock.put(datetime(2026, 5, 1, 1, tzinfo=UTC))
    with pytest.raises(UsageError, match="end-phase"):
        close_challenge(world.store, "demo", world.worker, BOSS, tmp_path / "report")
    end_phase(world.store, BOSS, "demo", "final", "all agree")
    close_challenge(world.store, "demo", world.worker, BOSS, tmp_path / "report")
    assert verify_report(tmp_path / "report").problems == []
    assert len(board(world.store, "demo", "final").document.ranked) == 1


@pytest.mark.parametrize(
    ("phase", "says"),
    [
        ("opne", "did you mean 'open'"),
        ("late", "to come, not open"),
        ("trial", "closed, not open"),
    ],
)
def test_only_an_open_phase_ends(world: World, phase: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        end_phase(world.store, BOSS, "demo", phase, "why not")


def test_only_an_organiser_corrects(world: World) -> None:
    submission = sent(world)
    with pytest.raises(UsageError, match="not yours"):
        end_phase(world.store, world.team, "demo", "open", "mine")
    with pytest.raises(UsageError, match="not yours"):
        override(world.store, world.team, submission, 0.0, "mine")


def test_another_value_ranks_and_the_score_stays_in_the_log(world: World) -> None:
    first, second = sent(world, 0.0), sent(world, 0.2, team=1)
    before = board(world.store, "demo", "open", viewer=BOSS).document.ranked
    override(world.store, BOSS, before[1].submission or "", 0.01, "case 3 was mislabelled")
    after = board(world.store, "demo", "open", viewer=BOSS).document
    assert [row.team for row in after.ranked] == [row.team for row in before[::-1]]
    assert after.ranked[0].score == 0.01
    assert after.changes[0].reason == "case 3 was mislabelled"
    kinds = [event.kind for event in world.store.events(challenge="demo")]
    assert kinds.count("submission-scored") == 2
    assert {first, second} == {row.submission for row in after.ranked}


@pytest.mark.parametrize("value", [3.0, -0.1, float("nan"), float("inf")])
def test_a_value_outside_the_metric_is_refused(world: World, value: float) -> None:
    submission = sent(world)
    with pytest.raises(UsageError, match="lies between"):
        override(world.store, BOSS, submission, value, "a try")


def test_what_has_no_score_is_not_overridden(world: World) -> None:
    found = submit(world.store, world.team, "demo", answer(), filename="a.csv")
    with pytest.raises(UsageError, match="no score"):
        override(world.store, BOSS, found.id, 0.5, "a try")
    with pytest.raises(UsageError, match="s-999999"):
        override(world.store, BOSS, "s-999999", 0.5, "a try")


def test_verbs_say_what_they_did(
    world: World, place: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.challenge.store.store_at.SystemClock", lambda: world.store.clock)
    submission, where = sent(world), ["--store", place, "--reason", "a slip"]
    assert main(["challenge", "override", submission, *where]) == 2
    assert "--set-aside" in capsys.readouterr().err
    assert main(["challenge", "override", submission, "--set-aside", *where]) == 0
    assert main(["challenge", "end-phase", "demo", "open", *where]) == 0
    assert "is closed" in capsys.readouterr().out
    assert main(["challenge", "phases", "demo", "--store", place, "--json"]) == 0
    rows = {row["phase"]: row for row in json.loads(capsys.readouterr().out)}
    ended = world.store.clock.now().strftime("%Y-%m-%d %H:%M UTC")
    assert (rows["open"]["state"], rows["open"]["closes"]) == ("closed", ended)
    assert main(["challenge", "end-phase", "demo", "open", *where]) == 2


def test_a_team_sees_what_was_done_by_hand(
    world: World, place: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.challenge.store.store_at.SystemClock", lambda: world.store.clock)
    submission, asked = sent(world), ["--store", place, "--challenge", "demo", "--team", "Équipe 1"]

    def read(*verb: str) -> str:
        assert main([*verb, *asked]) == 0
        return capsys.readouterr().out

    assert "set aside" not in read("submissions") + read("why", submission)
    override(world.store, BOSS, submission, None, "used the private labels")
    assert "set aside" in read("submissions")
    assert "set aside by boss" in read("why", submission)
    assert "used the private labels" in read("why", submission)
    override(world.store, BOSS, submission, 0.123456, "mislabelled")
    told = json.loads(read("why", submission, "--json"))["override"]
    assert (told["value"], told["set_aside"]) == (0.123, False)  # the digits of the card
    assert "score set" in read("submissions") and "0.123456" not in read("why", submission)


def test_json_says_what_was_recorded(
    world: World, place: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.challenge.store.store_at.SystemClock", lambda: world.store.clock)
    submission = sent(world)
    rest = ["--store", place, "--reason", "a slip", "--json"]
    assert main(["challenge", "override", submission, "--value", "0.25", *rest]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["submission"], told["phase"], told["value"]) == (submission, "open", 0.25)
    assert told["reason"] == "a slip" and told["score_set"]
    assert main(["challenge", "end-phase", "demo", "open", *rest]) == 0
    told = json.loads(capsys.readouterr().out)
    ended = datetime.fromisoformat(told.pop("closed_at"))
    assert told == {"challenge": "demo", "phase": "open", "reason": "a slip"}
    assert abs(ended - world.store.clock.now()) < timedelta(seconds=1)


def test_a_refusal_names_the_moment_of_the_end_and_not_the_date_of_the_card(
    world: World, clock: SetClock
) -> None:
    clock.forward(minutes=7)
    ended = clock.now().strftime("%Y-%m-%d %H:%M UTC")
    end_phase(world.store, BOSS, "demo", "open", "labels leaked")
    clock.forward(hours=3)
    with pytest.raises(Refusal) as named:
        submit(world.store, world.team, "demo", answer(), filename="a.csv", phase="open")
    assert f"closed at {ended}" in named.value.problems[0].message
    clock.put(datetime(2100, 1, 1, tzinfo=UTC))
    with pytest.raises(Refusal) as unnamed:
        submit(world.store, world.team, "demo", answer(), filename="a.csv")
    (problem,) = unnamed.value.problems
    assert problem.code == "no-open-phase"
    assert "closed at" in problem.remedy and "UTC" in problem.remedy


def test_a_contact_is_erased_on_request(
    world: World, place: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.challenge.store.store_at.SystemClock", lambda: world.store.clock)
    where = ["--store", place]
    added = ["challenge", "team", "add", "demo", "Team 3", "--contact", "ann@example.org"]
    assert main([*added, *where]) == 0
    for count in (1, 0):  # asked again there is nothing left
        capsys.readouterr()
        assert main(["challenge", "team", "erase-contact", "demo", "Team 3", *where]) == 0
        assert f"{count} contact(s) erased" in capsys.readouterr().out
    with world.store.reading() as connection:
        assert connection.execute(select(member.c.contact)).scalars().all() == [None]
    assert verify(world.store).problems == []
    assert main(["challenge", "team", "erase-contact", "demo", "Team 9", *where]) == 4
