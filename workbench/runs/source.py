"""Where a run's data comes from: a data card on disk, or the use case's own generator."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench import data, digests, registry
from workbench.errors import DataError
from workbench.runs import facts
from workbench.runs.planning import Plan, build_use_case
from workbench.runs.progress import Steps

if TYPE_CHECKING:
    from workbench.data.door import OpenedData

SYNTHETIC = "synthetic"


def open_source(plan: Plan, purpose: str, steps: Steps) -> OpenedData:
    """Open the data a configuration names, synthesizing it first where it says so.

    A synthetic set is kept under ``paths.data``, named by generator parameters, seed and code, so
    that it is written once and never mistaken for another.

    Raises:
        DataError: The source does not exist or breaks its card.
    """
    source = str(plan.config.use_case.source)
    if source != SYNTHETIC:
        person = str(plan.config.use_case.person) or None
        return data.open(source, purpose, config_digest=plan.config_digest, person=person)
    folder = synthetic_folder(plan)
    seed, limit = int(plan.config.use_case.seed), plan.config.validation.quick_cases
    card = plan.use_case.synthesize(folder, seed, limit, steps.progress)
    return data.open(card, purpose, config_digest=plan.config_digest)


def synthetic_folder(plan: Plan) -> Path:
    """Return the folder of the synthetic data set a configuration asks for."""
    name = str(plan.config.use_case.name)
    made_by = [
        plan.use_case.synthesis_digest(),
        int(plan.config.use_case.seed),
        plan.config.validation.quick_cases,
        facts.code_digest(registry.get("use_case", name).folder),
    ]
    return Path(plan.config.paths.data) / f"{name}-{digests.of_json(made_by)[:10]}"


def synthesize(
    name: str, out: Path | str, seed: int = 0, params: Mapping[str, Any] | None = None
) -> Path:
    """Write a use case's synthetic data set with known truth.

    Args:
        name: Name of the use case.
        out: Folder to write; a data set begun there with the same settings is finished.
        seed: Seed of the generator. For a challenge's hidden split the organiser keeps it secret.
        params: Parameters of the use case that differ from their defaults.

    Returns:
        Path of the data card.

    Raises:
        UsageError: The use case is unknown, cannot synthesize, or a parameter is mistyped.
        DataError: The folder holds something else, or cannot be written.
    """
    use_case = build_use_case(name, dict(params or {}))
    folder = Path(out)
    if folder.is_file():
        raise DataError("a file is in the way", where=str(folder), remedy="choose another --out")
    with Steps() as steps:
        return Path(use_case.synthesize(folder, seed, progress=steps.progress))
