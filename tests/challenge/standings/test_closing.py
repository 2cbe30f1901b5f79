"""Close, publish, prove: once, the same again, every change found; rescoring keeps what was."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from workbench.challenge.standings import (
    board,
    close_challenge,
    rescore,
    verify_report,
)
from workbench.challenge.standings.finals import score_finals
from workbench.challenge.store import Store, open_store
from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.files import get_file
from workbench.challenge.store.permission import Principal
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import Refusal, submit, work
from workbench.challenge.submissions.corrections import override
from workbench.digests import of_bytes
from workbench.errors import HostError, UsageError
from workbench.report.standings import page_of_result
from workbench.scoring import parse_challenge

from ..submissions.world import CARD, World, answer, make_world, truth  # noqa: TID252

BOSS = Principal("boss", "organiser")


def make(
    store: Store, clock: SetClock, place: Path, changes: dict[str, Any] | None = None
) -> tuple[World, SetClock]:
    world = make_world(store, place, changes)
    for i, team in enumerate(world.teams):
        content = answer(0.01 * i, splits=("public",))
        submit(world.store, team, "demo", content, filename="a.csv")
    clock.put(datetime(2026, 4, 2, tzinfo=UTC))
    for i, team in enumerate(world.teams):
        content = answer(0.05 - 0.02 * i, splits=("public", "private"))
        submit(world.store, team, "demo", content, filename="b.csv")
    list(work(world.store, world.worker, idle_s=None))
    return world, clock


@pytest.fixture
def world(store: Store, clock: SetClock, tmp_path: Path) -> tuple[World, SetClock]:
    """An open challenge with two teams in two phases, on each database in turn."""
    return make(store, clock, tmp_path)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report; tests take copies."""
    place = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_AUDIT_HEADS", str(place / "heads"))
        clock = SetClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
        found, _ = make(open_store(place / "store", clock=clock), clock, place)
        clock.put(datetime(2026, 6, 1, tzinfo=UTC))
        close(found, place / "report")
        with found.store.reading() as connection:
            (place / "files").mkdir()
            for event in found.store.events():
                if event.kind == "submission-received":
                    content = get_file(connection, event.payload["digest"])
                    (place / "files" / f"{event.seq}.csv").write_bytes(content)
        shutil.copy(found.folder / "labels.csv", found.labels / "labels.csv")
        found.store.close()
    return place


@pytest.fixture
def report(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published / "report", tmp_path / "copy"))


def close(found: World, folder: Path) -> Any:
    return close_challenge(found.store, "demo", found.worker, BOSS, folder, render=page_of_result)


def kinds(found: World) -> list[str]:
    return [event.kind for event in found.store.events()]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def codes(folder: Path, **options: Any) -> list[tuple[str, str]]:
    found = verify_report(folder, render=page_of_result, **options)
    return [(problem.code, problem.where) for problem in found.problems]


def test_the_final_is_scored_once_on_the_private_split(world: Any) -> None:
    found, clock = world
    assert score_finals(found.store, "demo", found.worker, BOSS) == []
    clock.put(datetime(2026, 6, 1, tzinfo=UTC))
    assert score_finals(found.store, "demo", found.worker, BOSS) == ["final"]
    assert score_finals(found.store, "demo", found.worker, BOSS) == []
    (event,) = [e for e in found.store.events() if e.kind == "phase-scored"]
    last = [s["id"] for s in _sent(found, "late")]
    assert sorted(event.payload["submissions"]) == sorted(last)
    final = board(found.store, "demo", "final").document
    assert len(final.ranked) == 2 and final.split == "private"
    assert board(found.store, "demo").document.phase == "final"


def _sent(found: World, phase: str) -> list[dict[str, Any]]:
    sent = [e.payload for e in found.store.events() if e.kind == "submission-received"]
    return [{"id": p["submission"], **p} for p in sent if p["phase"] == phase]


def test_a_report_is_identical_elsewhere_and_the_scores_too(published: Path, report: Path) -> None:
    proof = verify_report(
        report,
        render=page_of_result,
        labels=published / "labels",
        files=published / "files",
    )
    assert proof.problems == [] and proof.notes == []
    assert "6 scores from labels and submitted files" in proof.checked
    assert verify_report(report, announced=proof.digest).problems == []
    shake_up = json.loads((report / "shake_up.json").read_text())["final"]
    assert {move["name"] for move in shake_up["moves"]} == {"Équipe 1", "Team 2"}
    assert {"report.html", "events.jsonl", "boards/final.csv"} <= set(contents(report))


def test_the_report_names_no_token_and_no_member(published: Path, report: Path) -> None:
    text = (report / "events.jsonl").read_text()
    assert "token-issued" not in text and "member-added" not in text


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def restate(folder: Path) -> None:
    """Write the digests of a forger who also changed the manifest."""
    stated = json.loads((folder / "manifest.json").read_text())
    files = {name: of_bytes((folder / name).read_bytes()) for name in stated["files"]}
    text = json.dumps(stated | {"files": files}, indent=2, sort_keys=True, ensure_ascii=False)
    (folder / "manifest.json").write_text(f"{text}\n", encoding="utf-8")


def test_a_changed_board_is_found_down_to_the_value(report: Path) -> None:
    _edit(report / "boards/final.json", '"rank": 1,', '"rank": 2,')
    assert ("file-changed", "boards/final.json") in codes(report)
    restate(report)
    found = codes(report)
    assert [code for code, _ in found] == ["differs"]
    assert found[0][1].startswith("boards/final.json, rows[") and found[0][1].endswith("].rank")


@pytest.mark.parametrize("name", ["boards/late.csv", "report.html", "shake_up.json"])
def test_every_file_that_follows_is_made_again(report: Path, name: str) -> None:
    _edit(report / name, "Team 2", "Team 3")
    restate(report)
    assert [(code, where.split(",")[0]) for code, where in codes(report)] == [("differs", name)]


def test_a_changed_score_in_the_log_is_found(report: Path) -> None:
    path = report / "events.jsonl"
    _edit(path, '\\"n_cases\\":12', '\\"n_cases\\":13')
    restate(report)
    assert codes(report)[0][0] == "altered"


def test_a_removed_a_reordered_and_a_cut_record_are_found(report: Path) -> None:
    path = report / "events.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    for changed, expected in (
        (lines[:5] + lines[6:], "broken-chain"),
        ([*lines[:5], lines[6], lines[5], *lines[7:]], "broken-chain"),
        (lines[:-1], "cut"),
        ([line.replace('{"seq":3,', '{"seq":4,') for line in lines], "altered"),
    ):
        path.write_text("".join(changed))
        restate(report)
        assert expected in {code for code, _ in codes(report)}


def test_files_missing_added_and_linked_are_found(report: Path, tmp_path: Path) -> None:
    (report / "README.md").unlink()
    (report / "more.txt").write_text("x")
    kept = (report / "shake_up.json").rename(tmp_path / "elsewhere.json")
    (report / "shake_up.json").symlink_to(kept)
    found = codes(report)
    assert ("file-missing", "README.md") in found and ("file-added", "more.txt") in found
    assert ("file-changed", "shake_up.json") in found


def test_another_card_and_another_report_are_found(report: Path) -> None:
    (card,) = (report / "cards").iterdir()
    _edit(card, '"ties":"min"' if '"ties":"min"' in card.read_text() else '"seed":7', '"seed":8')
    restate(report)
    assert codes(report)[-1][0] == "not-computable"
    assert ("other-report", "manifest.json") in codes(report, announced="0" * 64)


def test_other_labels_are_not_taken(published: Path, report: Path, tmp_path: Path) -> None:
    labels = Path(shutil.copytree(published / "labels", tmp_path / "labels"))
    (labels / "private.csv").write_text(truth("private", 1))
    proof = verify_report(report, labels=labels, files=published / "files")
    assert sum("not those that were sealed" in note for note in proof.notes) == 2


def test_closing_twice_gives_the_same_report_and_one_event(world: Any, tmp_path: Path) -> None:
    found, clock = world
    with pytest.raises(UsageError, match="not over yet in demo: phases 'late', 'final'"):
        close(found, tmp_path / "early")
    clock.put(datetime(2026, 6, 1, tzinfo=UTC))
    one = close(found, tmp_path / "one")
    clock.forward(days=3)
    two = close(found, tmp_path / "two")
    assert (one.again, two.again, one.digest) == (False, True, two.digest)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert kinds(found).count("closed") == kinds(found).count("published") == 1
    assert not verify(found.store).problems
    with pytest.raises(Refusal):
        submit(found.store, found.team, "demo", answer(0.002), filename="late.csv")
    with pytest.raises(UsageError, match="its report is final"):
        rescore(found.store, "demo", found.worker, BOSS, cause="card", reason="x")


def test_two_organisers_at_once_close_once(world: Any, tmp_path: Path) -> None:
    found, clock = world
    clock.put(datetime(2026, 6, 1, tzinfo=UTC))
    results: list[Any] = []

    def run(number: int) -> None:
        try:
            results.append(close(found, tmp_path / str(number)).digest)
        except Exception as error:  # reported by the assertion below
            results.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 3 and len(set(map(str, results))) == 1, results
    names = kinds(found)
    assert names.count("closed") == names.count("phase-scored") == 1
    assert not verify(found.store).problems
    assert contents(tmp_path / "0") == contents(tmp_path / "1") == contents(tmp_path / "2")


def test_only_organisers_close_and_no_other_folder_is_replaced(world: Any, tmp_path: Path) -> None:
    found, clock = world
    clock.put(datetime(2026, 6, 1, tzinfo=UTC))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="not empty"):
        close(found, tmp_path / "mine")
    with pytest.raises(UsageError, match="not yours"):
        close_challenge(found.store, "demo", found.worker, found.team, tmp_path / "no")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"
    assert "closed" not in kinds(found)


def test_nothing_is_closed_while_a_score_is_missing(world: Any, tmp_path: Path) -> None:
    found, clock = world
    clock.put(datetime(2026, 6, 1, tzinfo=UTC))
    (found.labels / "private.csv").write_text(truth("private", 1))
    with pytest.raises(HostError, match="not those that were sealed"):
        close(found, tmp_path / "report")
    assert "closed" not in kinds(found) and not (tmp_path / "report").exists()


def new_card(found: World, **changes: Any) -> Any:
    content = yaml.safe_load((found.folder / "challenge.yaml").read_text()) | changes
    return parse_challenge(content, Path("new.yaml"))


def test_a_dry_run_says_what_rescoring_does_and_writes_nothing(world: Any) -> None:
    found, _ = world
    metrics = [{"name": "brier", "params": {"form": "half"}, "primary": True}]
    card = new_card(found, version="2.0.0", metrics=metrics)
    before, head = board(found.store, "demo", "late").document, found.store.head()
    options = {"cause": "card", "reason": "brier halved", "card": card}
    tried = rescore(found.store, "demo", found.worker, BOSS, **options, dry_run_only=True)
    assert tried.score_set is None and found.store.head() == head
    done = rescore(found.store, "demo", found.worker, BOSS, **options)
    assert done.problems == [] and (done.scored, done.changed) == (4, 4)
    assert replace(tried, score_set=done.score_set) == done
    after = board(found.store, "demo", "late").document
    assert (after.version, after.score_set) == ("2.0.0", done.score_set)
    assert after.rows[-1].score == pytest.approx(before.rows[-1].score / 2, abs=1e-3)
    old = board(found.store, "demo", "late", score_set=done.before).document
    assert old.rows == before.rows
    assert after.changes[-1].reason == "card: brier halved"
    assert not verify(found.store).problems


def test_a_new_card_does_not_end_a_phase_that_takes_files(world: Any) -> None:
    found, _ = world
    late = {**CARD["phases"][2], "closes": "2026-04-01T12:00:00Z"}  # over: all scores would show
    phases = [*CARD["phases"][:2], late, CARD["phases"][3]]
    card = new_card(found, version="2.0.0", phases=phases)
    with pytest.raises(UsageError, match="of the phases late"):
        rescore(found.store, "demo", found.worker, BOSS, cause="card", reason="x", card=card)
    hidden = [{**phase, "show": []} for phase in CARD["phases"]]
    card = new_card(found, version="2.0.0", phases=hidden)
    rescore(found.store, "demo", found.worker, BOSS, cause="card", reason="x", card=card)


def test_scoring_anew_what_has_not_changed_is_refused(world: Any) -> None:
    found, _ = world
    with pytest.raises(UsageError, match="no score would change"):
        rescore(found.store, "demo", found.worker, BOSS, cause="metric-version", reason="x")
    with pytest.raises(UsageError, match="not yours"):
        rescore(found.store, "demo", found.worker, found.team, cause="card", reason="x")


def test_new_code_makes_a_new_set_for_everybody(world: Any, monkeypatch: Any) -> None:
    found, _ = world
    monkeypatch.setattr("workbench.challenge.standings.rescore_plan.code_digest", lambda: "e" * 64)
    options = {"cause": "metric-version", "reason": "2: ties"}
    done = rescore(found.store, "demo", found.worker, BOSS, **options)
    assert (done.scored, done.changed) == (4, 0)
    assert all(move.ranks == 0 for moved in done.movements.values() for move in moved.moves)
    assert board(found.store, "demo", "late").document.score_set == done.score_set


def test_an_opt_out_opens_a_set_without_the_person_and_the_old_one_stays(
    world: Any, tmp_path: Path
) -> None:
    found, clock = world
    old = board(found.store, "demo", "late").document
    path = found.labels / "public.csv"
    kept = [line for line in path.read_text().splitlines() if "p-public-3" not in line]
    path.write_text("\n".join([*kept, ""]))
    with pytest.raises(HostError, match="not those that were sealed"):
        rescore(found.store, "demo", found.worker, BOSS, cause="card", reason="x")
    done = rescore(found.store, "demo", found.worker, BOSS, cause="opt-out", reason="one person")
    after = board(found.store, "demo", "late").document
    assert (old.n_cases, after.n_cases, after.n_units) == (12, 10, 5)
    assert board(found.store, "demo", "late", score_set=done.before).document.rows == old.rows
    submit(
        found.store, found.team, "demo", answer(0.03, splits=("public", "private")), filename="c"
    )
    assert [d.outcome for d in work(found.store, found.worker, idle_s=None)] == ["scored"]
    clock.put(datetime(2026, 6, 1, tzinfo=UTC))
    close(found, tmp_path / "report")
    assert codes(tmp_path / "report") == []


def test_an_opt_out_that_adds_cases_is_refused(world: Any) -> None:
    found, _ = world
    path = found.labels / "public.csv"
    path.write_text(path.read_text() + "public-12,p-new,yes\n")
    with pytest.raises(HostError, match="not fewer than the 12 before"):
        rescore(found.store, "demo", found.worker, BOSS, cause="opt-out", reason="one person")


def test_two_codes_never_meet_in_one_score_set(
    store: Store, clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(store, tmp_path)
    submit(store, world.team, "demo", answer(0.01), filename="a.csv")
    with monkeypatch.context() as patch:
        patch.setattr("workbench.challenge.submissions.judge.code_digest", lambda: "f" * 64)
        with pytest.raises(HostError, match="ffffffffffff") as refused:
            list(work(store, world.worker, idle_s=None, told=_raised))
        assert "workbench rescore --challenge demo" in refused.value.remedy
    list(work(store, world.worker, idle_s=None))
    assert len(board(store, "demo", "open", viewer=BOSS).document.ranked) == 1


def _raised(error: Exception) -> None:
    raise error


def test_a_rescoring_names_what_it_lifts(
    store: Store, clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, _ = make(store, clock, tmp_path)
    first = board(store, "demo", "late", viewer=BOSS).document.ranked[0].submission or ""
    override(store, BOSS, first, None, "broke a rule")
    rules = {"resamples": 100, "level": 0.95, "seed": 8}
    card = new_card(world, version="1.1.0", intervals=rules)
    given = {"cause": "card", "reason": "another seed", "card": card}
    dry = rescore(store, "demo", world.worker, BOSS, dry_run_only=True, **given)
    done = rescore(store, "demo", world.worker, BOSS, **given)
    assert dry.lifted == done.lifted == [(first, "late")]
    assert first in {row.submission for row in board(store, "demo", "late").document.ranked}
