"""What a model is given and what it must leave: the same in a dry run and on hidden inputs.

A model of a challenge that is not streaming is called once::

    python predict.py /input /output

``/input`` holds the inputs of the cases, read-only, never a label; ``/model`` the model's own
folder, read-only, where it starts; ``/output`` and ``/tmp`` are empty and of limited size. It
writes ``/output/predictions.csv`` (or ``.parquet``), a table as a team would send it, and ends with
exit code 0. Other files in ``/output`` are left unread.

A model of a streaming challenge is called once without arguments and talks in lines of JSON over
standard input and output; see :mod:`workbench.challenge.models.streaming`. What it prints for
people goes to standard error.
"""

from __future__ import annotations

from pathlib import Path

from workbench.challenge.models.manifest import Manifest
from workbench.sandbox import OUTPUT, Interpreter, Limits, Task
from workbench.scoring.card_models import ModelRules

INPUT, MODEL = "/input", "/model"
PREDICTIONS = ("predictions.csv", "predictions.parquet")


def limits_of(rules: ModelRules) -> Limits:
    """Return what a run may use, as the card says."""
    names = Limits.__dataclass_fields__
    return Limits(**{name: getattr(rules.limits, name) for name in names})


def task_of(
    manifest: Manifest,
    rules: ModelRules,
    *,
    model: Path,
    inputs: Path | None,
    python: Interpreter,
    devices: tuple[Path, ...] = (),
) -> Task:
    """Return the run of a model.

    Args:
        manifest: Of the model.
        rules: Of the challenge.
        model: Folder of the unpacked model.
        inputs: Folder of the inputs; None for a streaming model, which is sent them.
        python: The challenge's environment.
        devices: Device files of a GPU that the host passes through.
    """
    called = [str(python.program), *manifest.call]
    reads = {MODEL: model, **python.reads}
    if inputs is not None:
        called += [INPUT, OUTPUT]
        reads[INPUT] = inputs
    return Task(
        command=tuple(called),
        reads=reads,
        limits=limits_of(rules),
        devices=devices,
        folder=MODEL,
    )
