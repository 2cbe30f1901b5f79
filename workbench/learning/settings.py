"""What a fit is told: trainer settings, the run's context, and how parameters become typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from workbench.errors import Problem, UsageError, did_you_mean

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")


@dataclass(frozen=True)
class TrainerSettings:
    """How networks are trained; the run-time mirror of the configuration's ``trainer``.

    Attributes:
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1``, ``mps``.
        precision: ``auto``, ``fp32``, ``fp16``, ``bf16``.
        max_epochs: Passes over the training cases, at most.
        patience: Epochs without a lower validation loss before stopping.
        batch_size: Cases in a batch, on each device.
        learning_rate: Step size of AdamW.
        weight_decay: Decoupled weight decay of AdamW.
        accumulate: Batches summed before a step.
        compile: Whether to compile the network with ``torch.compile``.
        channels_last: Whether 4-D inputs use the channels-last memory layout.
        strategy: ``auto`` (one process) or ``ddp``.
        devices: Processes on each node.
        nodes: Machines.
        workers: Loader processes; 0 loads in the training process.
        resume: Whether to go on from a checkpoint of the same fit.
        validation_fraction: Share of training persons held out for early stopping, [0, 1).
    """

    device: str = "auto"
    precision: str = "auto"
    max_epochs: int = 60
    patience: int = 15
    batch_size: int = 8
    learning_rate: float = 1e-3
    weight_decay: float = 1e-4
    accumulate: int = 1
    compile: bool = False
    channels_last: bool = True
    strategy: str = "auto"
    devices: int = 1
    nodes: int = 1
    workers: int = 0
    resume: bool = True
    validation_fraction: float = 0.2

    def __post_init__(self) -> None:
        counts = ("max_epochs", "patience", "batch_size", "accumulate", "devices", "nodes")
        problems = [
            Problem(
                "out-of-range", f"{name} is {getattr(self, name)}, expected 1 or more", "trainer"
            )
            for name in counts
            if getattr(self, name) < 1
        ]
        if self.learning_rate <= 0 or self.weight_decay < 0 or self.workers < 0:
            text = "learning_rate must be above 0, weight_decay and workers 0 or more"
            problems.append(Problem("out-of-range", text, "trainer"))
        if not 0 <= self.validation_fraction < 1:
            text = f"validation_fraction is {self.validation_fraction}, expected 0 to below 1"
            problems.append(Problem("out-of-range", text, "trainer"))
        if problems:
            raise UsageError("the trainer settings cannot be used", problems=problems)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Build the settings from the configuration's ``trainer`` section.

        Raises:
            UsageError: A key is unknown or a value is out of range.
        """
        return typed(cls, config, where="trainer")


def _no_log(values: dict[str, float], step: int) -> None:
    """Drop the values: nobody follows this fit."""


@dataclass
class FitContext:
    """What surrounds one fit.

    Attributes:
        folder: Where checkpoints and ``history.csv`` go.
        seed: Of this fit.
        trainer: How to train.
        log: Called with (values, epoch) after every epoch.
        progress: A rich progress to show the epochs in, or None.
        title: What the progress calls this fit.
    """

    folder: Path
    seed: int = 0
    trainer: TrainerSettings = field(default_factory=TrainerSettings)
    log: Callable[[dict[str, float], int], None] = _no_log
    progress: Progress | None = None
    title: str = "training"


def typed(kind: type[T], params: Mapping[str, Any] | None, *, where: str) -> T:
    """Build a parameter dataclass from a mapping.

    Args:
        kind: A dataclass.
        params: Values by name; absent ones take their default.
        where: What the parameters belong to, for the message.

    Raises:
        UsageError: Names every unknown key, with the closest known one.
    """
    given = dict(params or {})
    known = [f.name for f in fields(kind)]  # type: ignore[arg-type]
    problems = [
        Problem("unknown-key", f"no parameter '{key}'", where, did_you_mean(key, known))
        for key in given
        if key not in known
    ]
    if problems:
        raise UsageError(f"{where} knows {', '.join(known) or 'no parameter'}", problems=problems)
    return kind(**given)
