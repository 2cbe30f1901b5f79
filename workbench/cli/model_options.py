"""Options of the verbs that run submitted models, and what they run them with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from workbench.challenge.store import Store
    from workbench.challenge.submissions import Labels

_INPUTS, _ENVIRONMENT = "WORKBENCH_INPUTS", "WORKBENCH_ENVIRONMENT"
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
INPUTS = click.option(
    "--inputs",
    type=_FOLDER,
    envvar=_INPUTS,
    help="Folder of the inputs models are run on, one folder a split.  [env: WORKBENCH_INPUTS]",
)
ENVIRONMENT = click.option(
    "--environment",
    type=_FOLDER,
    envvar=_ENVIRONMENT,
    help="Python environment of models; this one by default.  [env: WORKBENCH_ENVIRONMENT]",
)
DEVICES = click.option(
    "--device",
    "devices",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Device file models may use, such as /dev/nvidia0; none by default.",
)


def worker_labels(
    store: Store,
    labels: Path | None,
    inputs: Path | None = None,
    environment: Path | None = None,
    devices: tuple[Path, ...] = (),
) -> Labels:
    """Return what a worker scores with: labels and, where inputs are named, models.

    Args:
        store: The store, which no model may reach.
        labels: Folder of the hidden labels, which no model may reach either.
        inputs: Folder of the inputs; the variable WORKBENCH_INPUTS where not given.
        environment: Of models; the variable WORKBENCH_ENVIRONMENT, else this program's own.
        devices: Of a GPU.
    """
    from workbench.challenge.models import Models, Place
    from workbench.challenge.submissions import Labels
    from workbench.sandbox import Bubblewrap, interpreter_of, this_interpreter

    inputs = inputs or _named(_INPUTS)
    if inputs is None:
        return Labels(labels)
    environment = environment or _named(_ENVIRONMENT)
    python = interpreter_of(environment) if environment else this_interpreter()
    secret = [labels] if labels else []
    if store.place.is_file:
        secret.append(store.place.name.parent)
    place = Place(python, Bubblewrap(), devices, tuple(secret))
    return Labels(labels, Models(inputs, place))


def _named(variable: str) -> Path | None:
    """Return the folder a variable names."""
    value = os.environ.get(variable)
    return Path(value) if value else None
