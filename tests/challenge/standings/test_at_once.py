"""Rescoring and closing while others send, score, rescore and close."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from workbench.challenge.standings import (
    board,
    close_challenge,
    rescore,
    rescore_plan,
    rescoring,
    verify_report,
)
from workbench.challenge.standings import closing as closing_module
from workbench.challenge.standings.finals import score_finals
from workbench.challenge.store import Store
from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.permission import Principal
from workbench.challenge.store.tables import file
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import (
    Labels,
    open_challenge,
    score_again,
    submit,
    work,
    work_once,
)
from workbench.challenge.submissions.backlog import unfinished
from workbench.challenge.submissions.cards import kept_list
from workbench.challenge.submissions.queue import enqueue
from workbench.errors import HostError, UsageError, WorkbenchError
from workbench.report.standings import page_of_result
from workbench.scoring import load_challenge, parse_challenge

from ..submissions.world import World, answer, truth, write_pack  # noqa: TID252
from .test_closing import BOSS, close, contents, kinds, make

BOTH = ("public", "private")
OVER = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def world(store: Store, clock: SetClock, tmp_path: Path) -> tuple[World, SetClock]:
    """An open challenge with two teams in two phases, on each database in turn."""
    return make(store, clock, tmp_path)


def leave_out(found: World, split: str, person: str) -> None:
    """Take a person's cases out of the labels."""
    path = found.labels / f"{split}.csv"
    kept = [line for line in path.read_text().splitlines() if person not in line]
    path.write_text("\n".join([*kept, ""]))


def halved(found: World, version: str = "2.0.0") -> Any:
    """Return a card with another metric."""
    metrics = [{"name": "brier", "params": {"form": "half"}, "primary": True}]
    content = yaml.safe_load((found.folder / "challenge.yaml").read_text())
    return parse_challenge(content | {"version": version, "metrics": metrics}, Path("new.yaml"))


def send(found: World, shift: float, team: int = 0) -> str:
    who = found.teams[team]
    return submit(found.store, who, "demo", answer(shift, splits=BOTH), filename="n.csv").id


def left(found: World) -> int:
    with found.store.reading() as connection:
        return unfinished(connection, "demo")


def opt_out(found: World, cause: str = "opt-out") -> Any:
    return rescore(found.store, "demo", found.worker, BOSS, cause=cause, reason="one person")


def test_an_opt_out_while_submissions_wait_scores_them_by_the_new_labels(world: Any) -> None:
    found, _ = world
    waits = send(found, 0.03)
    leave_out(found, "public", "p-public-3")
    done = opt_out(found)
    assert done.problems == [] and left(found) == 0
    document = board(found.store, "demo", "late").document
    assert (document.score_set, document.n_cases) == (done.score_set, 10)
    assert waits in {row.submission for row in document.rows}
    assert not [name for name in kinds(found) if name == "settings-changed"][6:]
    assert verify(found.store).problems == []


def test_a_second_opt_out_overtakes_a_set_that_was_left_half_done(world: Any) -> None:
    found, clock = world
    leave_out(found, "public", "p-public-3")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rescoring, "_work", lambda *_: [])  # killed once the set is open
        opt_out(found)
    assert left(found) == 4
    leave_out(found, "public", "p-public-4")
    done = opt_out(found)
    assert done.problems == [] and left(found) == 0
    assert board(found.store, "demo", "late").document.n_cases == 8
    clock.put(OVER)
    assert score_finals(found.store, "demo", found.worker, BOSS) == ["final"]
    assert verify(found.store).problems == []


def test_what_is_sent_while_the_labels_are_read_is_in_the_new_set_too(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = world
    sent: list[str] = []
    check = rescore_plan.check_labels

    def in_between(*given: Any) -> None:
        check(*given)
        sent.append(send(found, 0.03))
        assert work_once(found.store, found.worker) is not None

    monkeypatch.setattr(rescore_plan, "check_labels", in_between)
    options = {"cause": "card", "reason": "halved", "card": halved(found)}
    done = rescore(found.store, "demo", found.worker, BOSS, **options)
    document = board(found.store, "demo", "late").document
    assert document.score_set == done.score_set and done.scored == 5
    assert sent[0] in {row.submission for row in document.rows}
    assert verify(found.store).problems == []


def test_an_opt_out_from_the_private_split_while_nothing_of_it_is_scored(
    world: Any, tmp_path: Path
) -> None:
    found, clock = world
    leave_out(found, "private", "p-private-2")
    done = opt_out(found)
    assert done.score_set is not None and left(found) == 0
    clock.put(OVER)
    close(found, tmp_path / "report")
    assert board(found.store, "demo", "final").document.n_cases == 10


def test_the_report_holds_no_score_from_before_an_opt_out(world: Any, tmp_path: Path) -> None:
    found, clock = world
    leave_out(found, "public", "p-public-3")
    done = opt_out(found)
    options = {"cause": "card", "reason": "halved", "card": halved(found)}
    later = rescore(found.store, "demo", found.worker, BOSS, **options)
    clock.put(OVER)
    before = board(found.store, "demo", "late").document
    close(found, tmp_path / "report")
    text = (tmp_path / "report/events.jsonl").read_text()
    records = [json.loads(line) for line in text.splitlines()]
    sets = {r["payload"]["score_set"] for r in records if r.get("kind") == "submission-scored"}
    assert sets == {done.score_set, later.score_set}
    assert verify_report(tmp_path / "report", render=page_of_result).problems == []
    shown = json.loads((tmp_path / "report/boards/late.json").read_text())
    assert [row["score"] for row in shown["rows"]] == [row.score for row in before.rows]


def test_public_labels_of_who_left_leave_the_store(world: Any) -> None:
    found, _ = world
    with found.store.reading() as connection:
        old = kept_list(connection, "demo", "labels.sample")
    path = found.folder / "labels.csv"
    kept = [line for line in path.read_text().splitlines() if "p-sample-3" not in line]
    path.write_text("\n".join([*kept, ""]))
    card = load_challenge(found.folder)
    rescore(found.store, "demo", found.worker, BOSS, cause="opt-out", reason="left", card=card)
    with found.store.reading() as connection:
        new = kept_list(connection, "demo", "labels.sample")
        files = connection.scalars(select(file.c.bytes)).all()
    assert old and new and b"p-sample-3" in old and b"p-sample-3" not in new
    assert not any(b"p-sample-3," in bytes(content) for content in files)
    assert verify(found.store).problems == []


def test_an_opt_out_names_no_case_the_challenge_did_not_open_with(world: Any) -> None:
    found, _ = world
    leave_out(found, "public", "p-public-3")
    path = found.labels / "public.csv"
    path.write_text(path.read_text() + "public-99,p-new,yes\n")
    with pytest.raises(HostError, match=r"1 cases the challenge did not open with.*'public-99'"):
        opt_out(found)


def test_another_challenge_of_the_store_keeps_nobody_from_closing(
    world: Any, tmp_path: Path
) -> None:
    """Its labels lie elsewhere, under the same names: they are no labels that were changed."""
    found, clock = world
    folder = write_pack(tmp_path / "other", {"id": "other", "title": {"en": "O", "fr": "O"}}, 1)
    other = load_challenge(folder)
    open_challenge(found.store, other, tmp_path / "other/labels", "organiser")
    from workbench.challenge.store.teams import create_team

    with found.store.writing("organiser") as transaction:
        team = create_team(transaction, "other", "Elsewhere")
    who = Principal(team, "participant", team=team, challenge="other")
    submit(found.store, who, "other", answer(splits=BOTH), filename="a.csv")
    before = kinds(found).count("settings-changed")
    send(found, 0.03)
    leave_out(found, "public", "p-public-3")
    assert opt_out(found).problems == []
    clock.put(OVER)
    close(found, tmp_path / "report")
    assert kinds(found).count("settings-changed") == before
    done = list(work(found.store, Labels(tmp_path / "other/labels"), idle_s=None))
    assert [one.outcome for one in done] == ["scored"]


def test_a_score_set_that_is_opened_while_the_report_is_made_is_scored_first(
    world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, clock = world
    clock.put(OVER)
    build, opened = closing_module.build_report, []

    def in_between(*given: Any) -> Any:
        if not opened:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(rescoring, "_work", lambda *_: [])  # the other one is slow
                options = {"cause": "card", "reason": "halved", "card": halved(found)}
                opened.append(rescore(found.store, "demo", found.worker, BOSS, **options))
        return build(*given)

    monkeypatch.setattr(closing_module, "build_report", in_between)
    close(found, tmp_path / "report")
    assert left(found) == 0
    document = board(found.store, "demo", "final").document
    assert document.score_set == opened[0].score_set
    text = (tmp_path / "report/boards/final.json").read_text()
    assert f'"score_set": "{opened[0].score_set}"' in text and "scored anew" not in text


def test_no_score_set_is_opened_once_the_challenge_is_closed(
    world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, clock = world
    clock.put(OVER)
    check = rescore_plan.check_labels

    def in_between(*given: Any) -> None:
        check(*given)
        close(found, tmp_path / "report")

    monkeypatch.setattr(rescore_plan, "check_labels", in_between)
    options = {"cause": "card", "reason": "halved", "card": halved(found)}
    with pytest.raises(WorkbenchError, match="its report is final"):
        rescore(found.store, "demo", found.worker, BOSS, **options)
    assert kinds(found)[-1] == "closed" and left(found) == 0


def test_two_organisers_close_once_however_their_steps_fall(
    world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, clock = world
    clock.put(OVER)
    finish, begun = closing_module._finish_scoring, []

    def in_between(*given: Any) -> None:
        finish(*given)
        if not begun:
            begun.append(True)
            close(found, tmp_path / "first")

    monkeypatch.setattr(closing_module, "_finish_scoring", in_between)
    second = close(found, tmp_path / "second")
    assert second.again and kinds(found).count("closed") == kinds(found).count("published") == 1
    assert contents(tmp_path / "first") == contents(tmp_path / "second")


def test_nothing_of_a_closed_challenge_is_scored_again(world: Any, tmp_path: Path) -> None:
    found, clock = world
    clock.put(OVER)
    close(found, tmp_path / "report")
    sent = next(e.payload["submission"] for e in found.store.events() if "filename" in e.payload)
    with pytest.raises(UsageError, match="its report is final"):
        score_again(found.store, BOSS, sent)


def test_labels_replaced_while_everybody_is_scored_anew_leave_the_old_board(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = world
    before = board(found.store, "demo", "late").document
    labels = (found.labels / "public.csv").read_text()
    begin = rescoring._open

    def in_between(*given: Any) -> str:
        new = begin(*given)
        work_once(found.store, found.worker)
        (found.labels / "public.csv").write_text(truth("public", 1))
        return new

    monkeypatch.setattr(rescoring, "_open", in_between)
    options = {"cause": "card", "reason": "halved", "card": halved(found)}
    with pytest.raises(HostError, match="not those that were sealed"):
        rescore(found.store, "demo", found.worker, BOSS, **options)
    document = board(found.store, "demo", "late").document
    assert (document.score_set, document.rows) == (before.score_set, before.rows)
    assert any("2 to come. Until then" in notice for notice in document.notices)
    (found.labels / "public.csv").write_text(labels)
    assert [one.outcome for one in work(found.store, found.worker, idle_s=None)] == ["scored"] * 3
    assert board(found.store, "demo", "late").document.version == "2.0.0"
    assert verify(found.store).problems == []


def test_labels_between_a_dry_run_and_the_real_run_are_those_that_are_sealed(world: Any) -> None:
    found, _ = world
    leave_out(found, "public", "p-public-3")
    options = {"cause": "opt-out", "reason": "one person"}
    tried = rescore(found.store, "demo", found.worker, BOSS, **options, dry_run_only=True)
    leave_out(found, "public", "p-public-4")
    done = opt_out(found)
    assert tried.scored == done.scored == 4
    assert board(found.store, "demo", "late").document.n_cases == 8


def test_a_job_slipped_into_the_final_changes_nobodys_selection(
    store: Store, clock: SetClock, tmp_path: Path
) -> None:
    """Another file of a team, scored on the private split by hand, is not what was selected."""
    found, _ = make(store, clock, tmp_path, {"selection": "best"})
    other = send(found, 0.2)
    list(work(found.store, found.worker, idle_s=None))
    clock.put(OVER)
    assert work_once(found.store, found.worker) is None  # the phases are settled
    rows = board(found.store, "demo", "late").document.rows
    (kept,) = [row.submission for row in rows if row.team == found.team.team]
    assert kept != other
    with found.store.writing("forger") as transaction:
        current = board(found.store, "demo", "late").document.score_set
        enqueue(transaction, other, "final", str(current))
    close(found, tmp_path / "report")
    rows = board(found.store, "demo", "final").document.rows
    assert [row.submission for row in rows if row.team == found.team.team] == [kept]


def test_a_closed_challenge_cannot_be_rescored(world: Any, tmp_path: Path) -> None:
    found, clock = world
    clock.put(OVER)
    close_challenge(found.store, "demo", found.worker, BOSS, tmp_path / "report")
    with pytest.raises(UsageError, match="its report is final"):
        opt_out(found)
