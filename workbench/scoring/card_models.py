"""The part of a challenge card that says whether and how models are submitted."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from workbench.scoring.card_parts import Name, Section

Package = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.+!-]+$")
]


class ModelLimits(Section):
    """What one run of a model may use."""

    wall_s: float = Field(default=600.0, gt=0, le=604_800, description="seconds, start to end")
    cpu_s: int = Field(default=1200, ge=1, description="seconds of CPU, each process")
    memory_mb: int = Field(default=4096, ge=16, description="with its scratch files, in MiB")
    pids: int = Field(default=64, ge=1, description="processes and threads at a time")
    cpus: int = Field(default=1, ge=1, description="threads numeric libraries are told to use")
    file_mb: int = Field(default=256, ge=1, description="each file it writes, in MiB")
    output_mb: int = Field(default=64, ge=1, description="all it leaves, in MiB")
    output_files: int = Field(default=100, ge=1, description="files and folders it leaves")
    tmp_mb: int = Field(default=1024, ge=1, description="scratch folder, in MiB")
    open_files: int = Field(default=256, ge=16, description="each process")
    log_kb: int = Field(default=64, ge=1, description="kept of what it prints, in KiB")
    archive_mb: int = Field(default=100, ge=1, description="the archive as sent, in MiB")
    unpacked_mb: int = Field(default=1024, ge=1, description="the archive unpacked, in MiB")
    files: int = Field(default=2000, ge=1, description="files in the archive")


class Streaming(Section):
    """A model is called day by day on what was known by then: it cannot look ahead.

    Inputs are one table of measurements and one of cases; both name series and day.
    """

    measurements: Name = Field(default="measurements.csv", description="one row a measurement")
    cases: Name = Field(default="cases.csv", description="one row a case: key, series, day")
    series: Name = Field(default="series", description="column: the device, the person")
    day: Name = Field(default="day", description="column: a whole number or an ISO date")


class ModelRules(Section):
    """Whether models are taken, and what holds and feeds them.

    Inputs of a split lie in a folder of its name below the organiser's ``--inputs``; those of the
    sample lie beside the card. No input folder ever holds labels.
    """

    accepted: bool = False
    tier: Literal["namespaces", "sealed"] = Field(
        default="sealed", description="lowest sandbox tier a model is run under"
    )
    python: str = Field(
        default="", pattern=r"^(3\.\d+)?$", description="of the environment; any where empty"
    )
    packages: list[Package] = Field(default=[], description="environment: name==version each")
    sample_inputs: str = Field(
        default="", description="folder beside the card with the inputs of the sample's cases"
    )
    streaming: Streaming | None = Field(
        default=None, description="day by day over standard input; a folder at once where absent"
    )
    gpu: bool = Field(default=False, description="the organiser's machine passes a GPU through")
    limits: ModelLimits = ModelLimits()
