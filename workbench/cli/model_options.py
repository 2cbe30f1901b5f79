"""Options of the verbs that run submitted models."""

from __future__ import annotations

from pathlib import Path

import click

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
