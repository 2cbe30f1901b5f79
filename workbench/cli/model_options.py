"""Options of the verbs that run submitted models, and what they run them with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.errors import UsageError

if TYPE_CHECKING:
    from workbench.challenge.store import Store
    from workbench.challenge.submissions import Labels
    from workbench.sandbox import Backend

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
BACKEND = click.option(
    "--backend",
    type=click.Choice(["bubblewrap", "podman", "docker", "slurm"]),
    default="bubblewrap",
    show_default=True,
    help="What seals models off.",
)
IMAGE = click.option("--image", default="", help="Image of a container; docker needs one.")
SCRATCH = click.option(
    "--scratch", type=_FOLDER, help="Where models are unpacked; SLURM needs a shared folder."
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
    backend: str = "bubblewrap",
    image: str = "",
    scratch: Path | None = None,
) -> Labels:
    """Return what a worker scores with: labels and, where inputs are named, models.

    Args:
        store: The store, which no model may reach.
        labels: Folder of the hidden labels, which no model may reach either.
        inputs: Folder of the inputs; the variable WORKBENCH_INPUTS where not given.
        environment: Of models; the variable WORKBENCH_ENVIRONMENT, else this program's own.
        devices: Of a GPU.
        backend: Name of what seals models off.
        image: Of a container.
        scratch: Where models are unpacked.

    Raises:
        UsageError: The backend lacks what it needs.
    """
    from workbench.challenge.models import Models, Place
    from workbench.challenge.submissions import Labels
    from workbench.sandbox import interpreter_of, this_interpreter

    inputs = inputs or _named(_INPUTS)
    if inputs is None:
        return Labels(labels)
    environment = environment or _named(_ENVIRONMENT)
    python = interpreter_of(environment) if environment else this_interpreter()
    secret = [labels] if labels else []
    if store.place.is_file:
        secret.append(store.place.name.parent)
    sealing = _backend(backend, image, scratch)
    place = Place(python, sealing, devices, tuple(secret), scratch)
    return Labels(labels, Models(inputs, place))


def _backend(name: str, image: str, scratch: Path | None) -> Backend:
    """Return what seals models off."""
    from workbench.sandbox import Bubblewrap

    if name == "slurm":
        from workbench.sandbox.slurm import Slurm

        if scratch is None:
            raise UsageError("nodes need a folder they share", remedy="--scratch DIR")
        return Slurm(scratch)
    if name == "bubblewrap":
        return Bubblewrap()
    from workbench.sandbox.podman import Podman

    if name == "docker" and not image:
        raise UsageError("docker runs images only", remedy="--image NAME")
    return Podman(name, image)


def _named(variable: str) -> Path | None:
    """Return the folder a variable names."""
    value = os.environ.get(variable)
    return Path(value) if value else None
