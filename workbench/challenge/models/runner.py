"""Runs a model on the inputs of one split, sealed off, and takes its table of predictions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.challenge.models.archive_check import check_archive
from workbench.challenge.models.contract import PREDICTIONS, task_of
from workbench.challenge.models.guard import require_apart, require_readable
from workbench.challenge.models.manifest import Manifest
from workbench.challenge.models.scratch import scratch_folder
from workbench.challenge.models.streaming import Days, days_of
from workbench.challenge.models.unpacking import unpack
from workbench.errors import HostError
from workbench.sandbox import (
    ENDINGS,
    Backend,
    Bubblewrap,
    Interpreter,
    Outcome,
    require,
    this_interpreter,
    tier_named,
)
from workbench.scoring import Challenge

NO_TABLE = "no-predictions"
_WORDS = ENDINGS | {NO_TABLE: "it left no single predictions.csv or predictions.parquet"}


@dataclass(frozen=True)
class ModelRun:
    """What came of running a model.

    Attributes:
        code: ``ok``, an ending of :mod:`workbench.sandbox.outcome`, or ``no-predictions``.
        outcome: Of the sandbox: its log and details are for the host, on the public sample also for
            the participant.
        predictions: The table as the model wrote it; None where there is none.
        streaming: Whether it was called day by day.
    """

    code: str
    outcome: Outcome
    predictions: bytes | None
    streaming: bool

    @property
    def public(self) -> str:
        """What came of it in words that carry no more than class, time and memory in steps."""
        return f"{_WORDS[self.code]} (time: {self.outcome.time}; memory: {self.outcome.memory})"


@dataclass(frozen=True)
class Place:
    """Where and with what models are run.

    Attributes:
        python: The challenge's environment.
        backend: What seals them off.
        devices: Device files of a GPU, where the organiser passes one through.
        secret: Folders no model may ever reach: labels, the store.
        scratch: Where models are unpacked; the system's folder for such things where not given.
    """

    python: Interpreter
    backend: Backend
    devices: tuple[Path, ...] = ()
    secret: tuple[Path, ...] = ()
    scratch: Path | None = None


def place_here(*, devices: tuple[Path, ...] = (), secret: tuple[Path, ...] = ()) -> Place:
    """Return this machine with the environment of this program."""
    return Place(this_interpreter(), Bubblewrap(), devices, secret)


def run_model(content: bytes, card: Challenge, inputs: Path, place: Place) -> ModelRun:
    """Run a model on inputs.

    Args:
        content: Its archive, as it was sent.
        card: The challenge.
        inputs: Folder with the inputs of one split's cases; never labels.
        place: Where and with what it is run.

    Raises:
        HostError: The tier is too low, the inputs are not at hand, or the sandbox could not be set
            up; what a model left that was run below its tier is not used.
    """
    require_ready(card, place)
    report = check_archive(content, card)
    if report.manifest is None or not report.accepted:
        raise HostError("the archive is not one that was accepted", problems=report.problems)
    require_readable(inputs)
    with scratch_folder(place.scratch) as kept:
        folder = kept / "model"
        folder.mkdir()
        unpack(content, folder)
        called = _at_once if card.models.streaming is None else _day_by_day
        run = called(report.manifest, card, folder, inputs, place)
    if tier_named(run.outcome.tier) < tier_named(card.models.tier):
        raise HostError(
            f"the model was held by tier '{run.outcome.tier}', '{card.models.tier}' is required",
            where=run.outcome.backend,
            remedy="what it left is not used; make every machine that runs models hold the tier",
        )
    return run


def require_ready(card: Challenge, place: Place) -> None:
    """End with an error where this place cannot run the models of a challenge.

    Raises:
        HostError: The tier is too low, or the card asks for a GPU that is not passed through.
    """
    require(place.backend, tier_named(card.models.tier))
    if card.models.gpu and not place.devices:
        remedy = "name its device files (--device /dev/nvidia0 ...)"
        raise HostError(f"{card.id} promises a GPU, none is passed through", remedy=remedy)


def _at_once(
    manifest: Manifest, card: Challenge, folder: Path, inputs: Path, place: Place
) -> ModelRun:
    """Run a model on a folder of inputs."""
    rules = card.models
    devices = place.devices if rules.gpu else ()
    task = task_of(
        manifest, rules, model=folder, inputs=inputs, python=place.python, devices=devices
    )
    require_apart(task.reads, place.secret)
    outcome = place.backend.run(task)
    tables = [outcome.outputs[name] for name in PREDICTIONS if name in outcome.outputs]
    if outcome.ok and len(tables) != 1:
        return ModelRun(NO_TABLE, outcome, None, streaming=False)
    return ModelRun(outcome.ending, outcome, tables[0] if tables else None, streaming=False)


def _day_by_day(
    manifest: Manifest, card: Challenge, folder: Path, inputs: Path, place: Place
) -> ModelRun:
    """Run a model on one day after the other."""
    rules = card.models
    assert rules.streaming is not None
    devices = place.devices if rules.gpu else ()
    task = task_of(manifest, rules, model=folder, inputs=None, python=place.python, devices=devices)
    require_apart(task.reads, place.secret)
    days = Days(days_of(inputs, card, rules.streaming), card.classes)
    outcome = place.backend.run(task, days)
    if outcome.ok and not days.complete:
        return ModelRun("protocol", outcome, None, streaming=True)
    table = days.table(card.key) if outcome.ok else None
    return ModelRun(outcome.ending, outcome, table, streaming=True)
