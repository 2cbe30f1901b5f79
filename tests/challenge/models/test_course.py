"""A challenge with models, to its end: final phase, report, proof, rescore, duplicates."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from workbench.challenge.instruments.duplicates import find_duplicates
from workbench.challenge.standings import board, close_challenge, rescore, verify_report
from workbench.challenge.store import tables
from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.files import get_file
from workbench.challenge.store.lines import Event
from workbench.challenge.store.permission import Principal
from workbench.challenge.store.projection import changes
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import submit, work
from workbench.scoring import parse_challenge

from ..submissions.world import answer, truth  # noqa: TID252
from .hosted import GOOD, HEAD, Hosted

BOSS = Principal("boss", "organiser")
BOTH = ("public", "private")


def send(hosted: Hosted, script: str, team: int) -> str:
    who, content = hosted.world.teams[team], hosted.archive(script)
    return submit(hosted.store, who, "demo", content, filename="m.zip", kind="model").id


def test_models_are_run_on_the_final_split_and_the_report_proves_itself(
    hosted: Hosted, clock: SetClock, tmp_path: Path
) -> None:
    clock.put(datetime(2026, 4, 2, tzinfo=UTC))
    model = send(hosted, GOOD, 0)
    world, both = hosted.world, answer(0.02, splits=BOTH)
    file = submit(world.store, world.teams[1], "demo", both, filename="b.csv").id
    assert [done.outcome for done in work(hosted.store, hosted.worker, idle_s=None)] == [
        "scored",
        "scored",
    ]
    clock.put(datetime(2026, 6, 1, tzinfo=UTC))
    close_challenge(hosted.store, "demo", hosted.worker, BOSS, tmp_path / "report")
    final = board(hosted.store, "demo", "final").document
    assert len(final.ranked) == 2
    with hosted.store.reading() as connection:
        runs = connection.execute(select(tables.model_run)).all()
        assert {(run.submission, run.phase) for run in runs} == {(model, "late"), (model, "final")}
        files = tmp_path / "files"
        files.mkdir()
        (files / "b.csv").write_bytes(both)
        for run in runs:
            (files / f"{run.phase}.csv").write_bytes(get_file(connection, run.predictions))
    (hosted.world.labels / "labels.csv").write_text(truth("sample"))
    proof = verify_report(tmp_path / "report", labels=hosted.world.labels, files=files)
    assert proof.problems == []
    assert "4 scores from labels and submitted files" in proof.checked
    assert file and verify(hosted.store).problems == []


FAILS = HEAD + "if rows[0]['case'].startswith('private'):\n    "


@pytest.mark.parametrize("how", ["raise SystemExit(1)\nwrite()", "write(7)\nelse: write()"])
def test_a_model_that_fails_on_the_final_split_has_no_score_there(
    hosted: Hosted, clock: SetClock, tmp_path: Path, how: str
) -> None:
    clock.put(datetime(2026, 4, 2, tzinfo=UTC))
    send(hosted, GOOD, 0)
    send(hosted, FAILS + how, 1)
    outcomes = [done.outcome for done in work(hosted.store, hosted.worker, idle_s=None)]
    assert outcomes == ["scored", "scored"]
    clock.put(datetime(2026, 6, 1, tzinfo=UTC))
    close_challenge(hosted.store, "demo", hosted.worker, BOSS, tmp_path / "report")
    assert len(board(hosted.store, "demo", "final").document.ranked) == 1
    assert verify_report(tmp_path / "report").problems == []
    assert verify(hosted.store).problems == []
    again = close_challenge(hosted.store, "demo", hosted.worker, BOSS, tmp_path / "again")
    assert again.again


def test_a_rescore_needs_no_second_run(hosted: Hosted) -> None:
    send(hosted, GOOD, 0)
    list(work(hosted.store, hosted.worker, idle_s=None))
    for split in ("public", "private"):
        (hosted.world.labels / f"{split}.csv").write_text(truth(split, 1))
    (hosted.folder / "inputs" / "public" / "cases.csv").write_text("case,feature\n")
    options = {"cause": "labels", "reason": "two labels were wrong"}
    dry = rescore(hosted.store, "demo", hosted.worker, BOSS, dry_run_only=True, **options)
    done = rescore(hosted.store, "demo", hosted.worker, BOSS, **options)
    assert dry.problems == done.problems == []
    with hosted.store.reading() as connection:
        assert len(connection.execute(select(tables.score)).all()) == 2
        events = [event.kind for event in hosted.store.events()]
    assert events.count("model-ran") == 1


def test_a_table_that_a_new_card_refuses_waits_for_the_organiser(
    hosted: Hosted, tmp_path: Path
) -> None:
    send(hosted, GOOD, 0)
    list(work(hosted.store, hosted.worker, idle_s=None))
    column = {"name": "seconds", "low": 0.0, "high": 9.0}
    card = parse_challenge(
        yaml.safe_load((hosted.world.folder / "challenge.yaml").read_text())
        | {"submission": {"forms": ["probabilities"], "columns": [column]}, "version": "2.0.0"},
        hosted.world.folder / "challenge.yaml",
    )
    options = {"cause": "card", "reason": "a further column", "card": card}
    done = rescore(hosted.store, "demo", hosted.worker, BOSS, **options)
    assert len(done.problems) == 1
    with hosted.store.reading() as connection:
        assert len(connection.execute(select(tables.job)).all()) == 1
        assert connection.scalar(select(tables.submission.c.state)) == "scored"
    assert verify(hosted.store).problems == []


def test_a_copy_is_found_whether_it_came_as_model_or_as_file(hosted: Hosted) -> None:
    model = send(hosted, GOOD, 0)
    world = hosted.world
    file = submit(world.store, world.teams[1], "demo", answer(), filename="a.csv").id
    waits = send(hosted, GOOD + "\n", 1)
    done = [d.submission for d in work(hosted.store, hosted.worker, idle_s=None)]
    assert {model, file, waits} == set(done)
    (found,) = find_duplicates(hosted.store, BOSS, "demo", "open")
    assert {one.id for group in found.identical for one in group} >= {model, file}


def test_an_event_of_a_time_before_models_is_of_a_file() -> None:
    names = ("submission", "team", "phase", "digest", "filename", "check_digest")
    payload = dict.fromkeys(names, "x") | {"size": 1}
    event = Event(1, "2026-01-01T00:00:00.000000Z", "t", "submission-received", "demo", payload)
    (change,) = changes(event)
    assert change.values["kind"] == "predictions"
