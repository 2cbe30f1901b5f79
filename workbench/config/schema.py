"""The settings of a run: which exist, of which type, in which range, with which default.

``configs/train.yaml`` and the option files of the groups give values; a key or a type that is not
written here is refused. What belongs to one use case or one model alone lives in its ``params``,
typed by the content's own dataclass (card key ``params: module:Dataclass``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from omegaconf import MISSING

T = TypeVar("T")


def setting(
    default: T,
    *,
    choices: tuple[str, ...] = (),
    low: float | None = None,
    above: float | None = None,
    high: float | None = None,
    below: float | None = None,
) -> T:
    """Return a dataclass field with the range its value must lie in.

    Args:
        default: Value when nothing is said; ``MISSING`` when the user must say it.
        choices: The allowed words, when the setting is one of a few; a number may follow after a
            colon, as in ``cuda:1``.
        low: Smallest allowed value.
        above: Bound the value must exceed.
        high: Largest allowed value.
        below: Bound the value must stay under.
    """
    rules = {"choices": choices, "low": low, "above": above, "high": high, "below": below}
    kept: T = field(
        default=default, metadata={k: v for k, v in rules.items() if v not in ((), None)}
    )
    return kept


@dataclass
class UseCaseSettings:
    """The clinical question and its data.

    Attributes:
        name: A folder of ``use_cases/``; hyphens and underscores are the same.
        source: ``synthetic``, or the path of a data folder or data card.
        person: Column that names the person, where the source is a CSV without a card: opt-outs
            need it.
        seed: Seed of the synthetic data; apart from the run's, so that seeds share their data.
        baselines: Models its runs are shown beside, where ``baselines`` says nothing else.
        params: Settings of this use case alone.
    """

    name: str = MISSING
    source: str = "synthetic"
    person: str = ""
    seed: int = setting(0, low=0, high=2**32 - 1)
    baselines: list[str] = field(default_factory=list)
    params: dict[str, Any] = field(default_factory=dict)


@dataclass
class ModelSettings:
    """The method.

    Attributes:
        name: A folder of ``models/``; hyphens and underscores are the same.
        params: Settings of this model alone.
    """

    name: str = MISSING
    params: dict[str, Any] = field(default_factory=dict)


@dataclass
class ValidationSettings:
    """How the model is judged: person-wise, stratified cross-validation.

    Attributes:
        folds: Parts the persons are split into; each is predicted by a model that never saw it.
        repeats: How often the whole is repeated with another split.
        quick_cases: Use at most this many cases (a trial run), or null for all.
    """

    folds: int = setting(5, low=2)
    repeats: int = setting(1, low=1)
    quick_cases: int | None = setting(None, low=4)


@dataclass
class TrainerSettings:
    """How a network is fitted; models that are not fitted by gradient ignore most of it.

    Attributes:
        device: Where to compute, such as ``cuda:1``; ``auto`` takes the GPU when there is one.
        precision: Number format; ``auto`` is bf16 or fp16 mixed on a GPU, 32 bit on a CPU.
        max_epochs: Most passes over the training cases.
        patience: Epochs without a better validation loss before stopping.
        batch_size: Cases in one step.
        learning_rate: Step size of the optimiser.
        weight_decay: Decoupled weight decay of the optimiser.
        accumulate: Steps whose gradients are summed before one update.
        compile: Compile the network with ``torch.compile``.
        channels_last: Lay images out channels-last (faster on tensor cores).
        strategy: ``auto`` for one device, ``ddp`` for several.
        devices: Devices on each node.
        nodes: Machines.
        workers: Processes that load data beside the main one.
        resume: Go on from the last checkpoint of an interrupted fit.
        validation_fraction: Share of the training persons kept for early stopping.
    """

    device: str = setting("auto", choices=("auto", "cpu", "cuda", "mps"))
    precision: str = setting("auto", choices=("auto", "32", "16-mixed", "bf16-mixed"))
    max_epochs: int = setting(60, low=1)
    patience: int = setting(15, low=1)
    batch_size: int = setting(8, low=1)
    learning_rate: float = setting(1e-3, above=0)
    weight_decay: float = setting(1e-4, low=0)
    accumulate: int = setting(1, low=1)
    compile: bool = False
    channels_last: bool = True
    strategy: str = setting("auto", choices=("auto", "ddp"))
    devices: int = setting(1, low=1)
    nodes: int = setting(1, low=1)
    workers: int = setting(0, low=0)
    resume: bool = True
    validation_fraction: float = setting(0.2, above=0, below=1)


@dataclass
class ChallengeSettings:
    """How answers are judged.

    Attributes:
        name: A challenge of ``challenges/``; hyphens and underscores are the same.
        resamples: Bootstrap resamples behind each interval; null takes the challenge's own.
        level: Coverage of the intervals; null takes the challenge's own.
    """

    name: str = MISSING
    resamples: int | None = setting(None, low=100)
    level: float | None = setting(None, above=0, below=1)


@dataclass
class TrackingSettings:
    """Where the run is recorded.

    Attributes:
        backend: ``mlflow``, ``jsonl`` (a file) or ``none``.
        uri: MLflow store.
        experiment: Name the runs are collected under.
    """

    backend: str = setting("mlflow", choices=("mlflow", "jsonl", "none"))
    uri: str = "sqlite:///${paths.runs}/mlflow.db"
    experiment: str = "workbench"


@dataclass
class PathSettings:
    """Folders, relative to where the command is run.

    Attributes:
        runs: Results, one folder each.
        data: Data sets, the synthetic ones among them.
        cache: Tiles and features, reused while their inputs are the same.
    """

    runs: str = "runs"
    data: str = "data"
    cache: str = "cache"


@dataclass
class RunSettings:
    """Everything a training run is told.

    Attributes:
        seed: One number all randomness starts from.
        use_case: The question and its data.
        model: The method.
        baselines: Options of the group ``model`` trained on the same folds and shown beside.
        validation: How the model is judged.
        trainer: How it is fitted.
        challenge: How answers are scored.
        tracking: Where the run is recorded.
        paths: Folders.
    """

    seed: int = setting(0, low=0, high=2**32 - 1)
    use_case: UseCaseSettings = field(default_factory=UseCaseSettings)
    model: ModelSettings = field(default_factory=ModelSettings)
    baselines: list[str] = field(default_factory=list)
    validation: ValidationSettings = field(default_factory=ValidationSettings)
    trainer: TrainerSettings = field(default_factory=TrainerSettings)
    challenge: ChallengeSettings = field(default_factory=ChallengeSettings)
    tracking: TrackingSettings = field(default_factory=TrackingSettings)
    paths: PathSettings = field(default_factory=PathSettings)
