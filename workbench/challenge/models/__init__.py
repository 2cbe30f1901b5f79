"""Submitted models: packed, checked, tried on the sample, run on hidden inputs, never trusted."""

from workbench.challenge.models.archive_check import ArchiveReport, check_archive
from workbench.challenge.models.dry_run import DryRun, dry_run
from workbench.challenge.models.hosting import Models
from workbench.challenge.models.manifest import FILE, Manifest
from workbench.challenge.models.packing import pack
from workbench.challenge.models.runner import ModelRun, Place, place_here, require_ready, run_model

__all__ = [
    "FILE",
    "ArchiveReport",
    "DryRun",
    "Manifest",
    "ModelRun",
    "Models",
    "Place",
    "check_archive",
    "dry_run",
    "pack",
    "place_here",
    "require_ready",
    "run_model",
]
