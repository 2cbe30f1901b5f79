"""Closed and wrong phases, unknown teams, tokens that hold no longer: each with its code."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.permission import PUBLIC, Principal
from workbench.challenge.store.teams import create_team
from workbench.challenge.store.tokens import issue_token, revoke_token
from workbench.challenge.submissions import (
    Refusal,
    entries,
    entry,
    holder,
    organiser_here,
    quota,
    reader,
    sent_file,
    submit,
    team_here,
    withdraw,
    work,
    work_once,
)
from workbench.errors import DataError
from workbench.scoring import check_report

from .world import World, answer


def refusal(call: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call()
    assert caught.value.exit_code == 4
    assert all(p.message and p.remedy for p in caught.value.problems)
    return caught.value


def send(world: World, phase: str | None = None, content: bytes = answer()) -> str:
    return submit(world.store, world.team, "demo", content, filename="a.csv", phase=phase).id


@pytest.mark.parametrize(
    ("phase", "code"),
    [
        ("trial", "phase-closed"),
        ("late", "phase-not-open"),
        ("final", "phase-takes-no-files"),
        ("opne", "unknown-phase"),
    ],
)
def test_a_phase_that_takes_no_file_now(world: World, phase: str, code: str) -> None:
    before = world.store.head()
    assert refusal(lambda: send(world, phase)).code == code
    assert world.store.head() == before


def test_phases_open_and_close_by_the_stores_clock(world: World, clock: SetClock) -> None:
    ends = datetime(2026, 4, 1, tzinfo=UTC)
    clock.put(ends - timedelta(microseconds=1))
    send(world)
    clock.put(ends)
    assert refusal(lambda: send(world, "open")).code == "phase-closed"
    both = answer(splits=("public", "private"))
    late = submit(world.store, world.team, "demo", both, filename="a.csv")
    assert late.phase == "late"
    kinds = [(e.kind, e.payload.get("phase")) for e in world.store.events() if "phase-" in e.kind]
    assert kinds == [
        ("phase-opened", "trial"),
        ("phase-closed", "trial"),
        ("phase-opened", "open"),
        ("phase-closed", "open"),
        ("phase-opened", "late"),
    ]
    clock.put(datetime(2027, 1, 1, tzinfo=UTC))
    assert refusal(lambda: send(world)).code == "no-open-phase"
    clock.put(ends - timedelta(days=1))  # set back, to send to the phase that has closed
    with pytest.raises(DataError, match="set back"):
        send(world, "open", answer(0.001))


def test_a_phase_that_closes_while_a_file_is_checked(
    world: World, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*given: object) -> object:
        clock.put(datetime(2026, 4, 1, tzinfo=UTC))
        return check_report(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("workbench.challenge.submissions.intake.check_report", slow)
    assert refusal(lambda: send(world)).code == "phase-closed"
    assert entries(world.store, world.team) == []


def test_unknown_challenges_and_teams(world: World) -> None:
    call = refusal(lambda: submit(world.store, world.team, "dmeo", answer(), filename="a.csv"))
    assert call.code == "unknown-challenge" and "demo" in call.render()
    assert refusal(lambda: team_here(world.store, "demo", "Nobody")).code == "unknown-team"
    assert team_here(world.store, "demo", " équipe  1 ").team == world.team.team
    for who in (
        PUBLIC,
        organiser_here(),
        Principal("t", "participant", team="t-000000", challenge="other"),
        Principal("w", "worker", challenge="demo"),
    ):
        with pytest.raises(Refusal) as caught:
            submit(world.store, who, "demo", answer(), filename="a.csv")
        assert caught.value.code == "not-yours"


def test_a_token_that_is_unknown_revoked_or_over_sends_and_reads_nothing(
    world: World, clock: SetClock
) -> None:
    sent = send(world)
    with world.store.writing("organiser") as transaction:
        team = world.team.team
        good = issue_token(transaction, "participant", team=team)
        brief = issue_token(
            transaction, "participant", team=team, expires=clock.now() + timedelta(hours=1)
        )
        ended = issue_token(transaction, "participant", team=team)
        other = issue_token(transaction, "participant", team=world.teams[1].team)
    with world.store.writing("organiser") as transaction:
        revoke_token(transaction, ended.prefix, "left")
    clock.forward(hours=2)
    assert holder(world.store, good.text) == world.team
    absent = refusal(lambda: entry(world.store, world.team, "s-999999")).render()
    for text, says in ((brief.text, "ended"), (ended.text, "revoked"), ("wb_x_y", "unknown")):
        told = refusal(partial(holder, world.store, text))
        assert told.code == "token-refused" and says in told.render()
        assert text not in told.render()
    reads = (entry, sent_file, partial(withdraw, reason="mine"))
    digest = entry(world.store, world.team, sent).digest
    for given in (brief.text, ended.text, "wb_x_y", "", None, other.text):
        who = reader(world.store, given)
        for named in (sent, digest):
            for read in reads:
                told = refusal(partial(read, world.store, who, submission_id=named))
                assert told.render() == absent.replace("s-999999", named)
        assert entries(world.store, who) == []
    assert refusal(lambda: quota(world.store, PUBLIC, "demo")).code == "not-found"


def test_a_team_gets_its_file_back_by_id_and_by_digest(world: World) -> None:
    sent = send(world)
    digest = entry(world.store, world.team).digest
    for named in (sent, digest, "last"):
        assert sent_file(world.store, world.team, named) == ("a.csv", answer())
    assert sent_file(world.store, organiser_here(), sent) == ("a.csv", answer())


def test_a_withdrawal_has_author_and_reason_and_happens_once(world: World) -> None:
    sent = send(world)
    found = withdraw(world.store, world.team, sent, "wrong file")
    assert (found.state, found.reason) == ("withdrawn", "wrong file")
    event = list(world.store.events())[-1]
    assert (event.kind, event.actor) == ("submission-withdrawn", world.team.team)
    again = refusal(lambda: withdraw(world.store, organiser_here(), sent, "again"))
    assert again.code == "withdrawn-before"
    assert work_once(world.store, world.worker) is None


def test_a_token_that_is_revoked_during_the_check_sends_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.store.writing("organiser") as transaction:
        token = issue_token(transaction, "participant", team=world.team.team)
    who = holder(world.store, token.text)
    sent = submit(world.store, who, "demo", answer(), filename="a.csv").id

    def slow(*given: object) -> object:
        with world.store.writing("organiser") as transaction:
            revoke_token(transaction, token.prefix, "left")
        return check_report(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("workbench.challenge.submissions.intake.check_report", slow)
    again = partial(submit, world.store, who, "demo", answer(0.001), filename="a.csv")
    assert refusal(again).code == "token-refused"
    assert refusal(lambda: withdraw(world.store, who, sent, "mine")).code == "token-refused"
    assert [(e.id, e.state) for e in entries(world.store, world.team)] == [(sent, "queued")]


def test_who_has_seen_all_scores_does_not_choose_among_them(world: World, clock: SetClock) -> None:
    first, second = send(world), send(world, content=answer(0.05))
    list(work(world.store, world.worker, idle_s=None))
    clock.put(datetime(2026, 4, 1, tzinfo=UTC) - timedelta(seconds=1))
    assert withdraw(world.store, world.team, first, "not meant").state == "withdrawn"
    clock.forward(seconds=1)
    told = refusal(lambda: withdraw(world.store, world.team, second, "the first was better"))
    assert told.code == "phase-closed"
    assert withdraw(world.store, organiser_here(), second, "asked for").state == "withdrawn"


def test_a_team_that_calls_itself_by_another_ones_id_is_not_taken_for_it(world: World) -> None:
    with world.store.writing("organiser") as transaction:
        other = f"t-{int(transaction.new_id('t')[2:]) + 1:06d}"
        create_team(transaction, "demo", other)
        assert create_team(transaction, "demo", "Later") == other
    found = team_here(world.store, "demo", other)
    assert found.team == other == team_here(world.store, "demo", "Later").team
