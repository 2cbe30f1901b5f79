"""``workbench challenge work``: score what waits."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType

import click

from workbench.cli.model_options import (
    BACKEND,
    DEVICES,
    ENVIRONMENT,
    IMAGE,
    INPUTS,
    SCRATCH,
)
from workbench.cli.output import print_json, results_only, say
from workbench.cli.store_options import JSON, LABELS, STORE, open_here
from workbench.cli.verbs import Verb
from workbench.errors import HostError, WorkbenchError


@click.command(
    "work",
    cls=Verb,
    examples=("workbench challenge work --once",),
)
@click.option("--once", is_flag=True, help="Score what waits now, then end.")
@click.option("--again", metavar="ID", help="First put a submission that was given up back.")
@click.option("--challenge", help="Only this challenge's; those of the whole store by default.")
@LABELS
@INPUTS
@ENVIRONMENT
@DEVICES
@BACKEND
@IMAGE
@SCRATCH
@STORE
@JSON
def command(
    once: bool,
    again: str | None,
    challenge: str | None,
    labels: Path | None,
    inputs: Path | None,
    environment: Path | None,
    devices: tuple[Path, ...],
    backend: str,
    image: str,
    scratch: Path | None,
    place: str | None,
    as_json: bool,
) -> int:
    """Score submissions, in the order they came.

    Several workers may run, on one machine or, with a database, on many. A worker that is killed
    loses nothing: another takes its submission up. The first Ctrl-C or SIGTERM ends it after the
    submission it is at. Submitted models wait for a worker that has --inputs; they are run in a
    sandbox, never below the tier the card asks for (docs/model_submissions.md).
    """
    from workbench.challenge.store.challenges import check_known
    from workbench.challenge.submissions import organiser_here, score_again, work
    from workbench.challenge.submissions.worker_labels import worker_labels

    told: list[WorkbenchError] = []

    def tell(error: WorkbenchError) -> None:
        told.append(error)
        say(f"Cannot score: {error.render()}")

    found = []
    with open_here(place) as store, results_only(), _stop_signals() as stopped:
        if challenge is not None:
            check_known(store, challenge)
        if again is not None:
            say(f"{score_again(store, organiser_here(), again)} job(s) put back")
        jobs = work(
            store,
            worker_labels(
                store, labels, inputs, environment, devices, backend, image=image, scratch=scratch
            ),
            stop=lambda: bool(stopped),
            idle_s=None if once else 1.0,
            challenge=challenge,
            told=tell,
        )
        for done in jobs:
            found.append(asdict(done))
            say(f"{done.submission}, phase {done.phase}: {done.outcome}")
            if done.detail:
                say(done.detail)
    if as_json:
        print_json(found)
    else:
        print(f"{len(found)} job{'s' * (len(found) != 1)} done")
    return HostError.exit_code if once and told else 0


@contextmanager
def _stop_signals() -> Iterator[list[int]]:
    """Note the first signal to stop; let the second one end the process. Undone at the end."""
    stopped: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        stopped.append(number)
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
