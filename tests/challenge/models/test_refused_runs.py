"""Where a model is not run, or what it left is not used; nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from workbench.challenge.models import Models, place_here
from workbench.challenge.store import tables
from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import (
    Labels,
    entry,
    submit,
    work_once,
)
from workbench.errors import HostError
from workbench.sandbox import Bubblewrap, Probe, probe

from ..submissions.world import answer  # noqa: TID252
from .hosted import Hosted
from .sent import done_of, send


def test_without_inputs_a_model_waits_and_files_are_scored(hosted: Hosted) -> None:
    sent = send(hosted)
    world = hosted.world
    submit(world.store, world.teams[1], "demo", answer(), filename="a.csv")
    without = Labels(world.labels)
    done = work_once(world.store, without)
    assert done is not None and done.outcome == "scored" and done.submission != sent
    with pytest.raises(HostError, match="models of demo wait"):
        work_once(world.store, without)
    assert entry(world.store, world.team, sent).state == "queued"
    assert done_of(hosted).outcome == "scored"


def test_below_the_required_tier_nothing_is_run(hosted: Hosted) -> None:
    sent = send(hosted)
    lower = replace(place_here(), backend=Bubblewrap(counted=False))
    worker = Labels(hosted.world.labels, Models(hosted.folder / "inputs", lower))
    with pytest.raises(HostError, match="'sealed' is required, 'namespaces' is in force"):
        work_once(hosted.store, worker)
    assert entry(hosted.store, hosted.world.team, sent).state == "queued"
    with hosted.store.reading() as connection:
        assert connection.execute(select(tables.model_run)).all() == []


def test_answers_of_a_model_that_was_held_too_low_are_not_used(hosted: Hosted) -> None:
    """A node of a cluster may hold less than the one that was asked before."""

    class Promising(Bubblewrap):
        def probe(self) -> Probe:
            return probe()

    lower = replace(place_here(), backend=Promising(counted=False))
    worker = Labels(hosted.world.labels, Models(hosted.folder / "inputs", lower))
    send(hosted)
    done = work_once(hosted.store, worker)
    assert done is not None and done.outcome == "put-back"
    assert "held by tier 'namespaces', 'sealed' is required" in done.detail


@pytest.mark.parametrize("trouble", ["labels inside", "named like labels", "closed", "absent"])
def test_inputs_that_would_give_labels_away_stop_the_runner(
    hosted: Hosted, trouble: str, tmp_path: Path
) -> None:
    inputs, secret = hosted.folder / "inputs", hosted.world.labels
    if trouble == "labels inside":
        secret = inputs / "public" / "kept"
        secret.mkdir()
    elif trouble == "named like labels":
        (inputs / "public" / "deep").mkdir()
        (inputs / "public" / "deep" / "public.csv").write_text("case,label\n")
    elif trouble == "closed":
        (inputs / "public").chmod(0o700)
    else:
        inputs = tmp_path / "nowhere"
    worker = Labels(hosted.world.labels, Models(inputs, place_here(secret=(secret,))))
    send(hosted)
    with pytest.raises(HostError):
        work_once(hosted.store, worker)


def test_a_card_that_takes_no_models_refuses_them(hosted: Hosted, tmp_path: Path) -> None:
    from workbench.challenge.models import check_archive

    card = hosted.world.card
    closed = card.model_copy(update={"models": card.models.model_copy(update={"accepted": False})})
    report = check_archive(hosted.archive(), closed)
    assert [problem.code for problem in report.problems] == ["models-not-taken"]


def test_a_worker_that_dies_while_a_model_runs_loses_nothing(
    hosted: Hosted, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = send(hosted)
    with monkeypatch.context() as patch:
        patch.setattr(Models, "run", _die)
        with pytest.raises(KeyboardInterrupt):
            work_once(hosted.store, hosted.worker)
    assert work_once(hosted.store, hosted.worker) is None  # leased for as long as a run may take
    clock.forward(seconds=60 + 5)
    assert work_once(hosted.store, hosted.worker) is None
    clock.forward(seconds=61)
    done = done_of(hosted)
    assert (done.submission, done.outcome) == (sent, "scored")
    assert verify(hosted.store).problems == []


def _die(*arguments: object) -> None:
    raise KeyboardInterrupt
