"""A finished run, opened again: its configuration, its use case and its fitted model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from workbench import registry
from workbench.errors import UsageError
from workbench.learning import devices
from workbench.runs.answers import RunAnswer, answer_of
from workbench.runs.folder import RunFolder
from workbench.runs.planning import build_use_case
from workbench.scoring import Challenge, load_challenge


@dataclass(frozen=True)
class SavedRun:
    """What a finished run needs to answer for new cases.

    Attributes:
        folder: The run folder, checked against its manifest.
        config: The resolved configuration.
        use_case: The use case with the run's parameters.
        model: The model fitted on all of the run's cases.
        challenge: How answers are judged.
        answer: What a run does for the kind of answer the challenge asks for.
    """

    folder: RunFolder
    config: DictConfig
    use_case: Any
    model: Any
    challenge: Challenge
    answer: RunAnswer

    @property
    def person(self) -> str | None:
        """Column that names the person in a CSV without a card, where the run said so."""
        return str(self.config.use_case.get("person") or "") or None

    @property
    def config_digest(self) -> str:
        """Digest of the run's configuration, for the audit line."""
        return str(self.folder.read_json("run.json")["digests"]["config"])


def open_run(path: Path | str, *, mpp: float | None = None, device: str = "auto") -> SavedRun:
    """Open a finished run for prediction.

    Args:
        path: The run folder.
        mpp: Microns per pixel the user states for slides that do not say it themselves.
        device: Where to compute.

    Raises:
        DataError: The folder is absent, or an artefact was changed.
        UsageError: Not a finished run, or the use case takes no ``mpp``.
    """
    folder = RunFolder.existing(path)
    config = OmegaConf.create(folder.read_text("config.yaml"))
    assert isinstance(config, DictConfig)
    params = OmegaConf.to_container(config.use_case.params, resolve=True)
    assert isinstance(params, dict)
    if mpp is not None:
        if "mpp" not in params:
            raise UsageError(f"use case '{config.use_case.name}' takes no --mpp", where="--mpp")
        params["mpp"] = mpp
    model = registry.load("model", config.model.name)
    challenge = load_challenge(config.challenge.name)
    return SavedRun(
        folder=folder,
        config=config,
        use_case=build_use_case(config.use_case.name, params),
        model=model.load(folder.model, device=devices.pick_device(device)),
        challenge=challenge,
        answer=answer_of(challenge),
    )
