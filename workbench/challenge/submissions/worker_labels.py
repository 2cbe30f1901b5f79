"""What a worker scores with: labels and, where inputs are named, submitted models."""

from __future__ import annotations

import os
from pathlib import Path

from workbench.challenge.models import Models, Place
from workbench.challenge.store import Store
from workbench.challenge.submissions.labels import Labels
from workbench.errors import UsageError
from workbench.sandbox import Backend, Bubblewrap, interpreter_of, this_interpreter

INPUTS, ENVIRONMENT = "WORKBENCH_INPUTS", "WORKBENCH_ENVIRONMENT"


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
    inputs = inputs or _named(INPUTS)
    if inputs is None:
        return Labels(labels)
    environment = environment or _named(ENVIRONMENT)
    python = interpreter_of(environment) if environment else this_interpreter()
    secret = [labels] if labels else []
    if store.place.is_file:
        secret.append(store.place.name.parent)
    sealing = _backend(backend, image, scratch)
    place = Place(python, sealing, devices, tuple(secret), scratch)
    return Labels(labels, Models(inputs, place))


def _backend(name: str, image: str, scratch: Path | None) -> Backend:
    """Return what seals models off."""
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
