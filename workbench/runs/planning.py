"""What a run will do, decided and checked before any work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from workbench import config as configuration
from workbench import digests, registry
from workbench.learning.model import TrainerSettings
from workbench.runs import facts
from workbench.runs.answers import RunAnswer, answer_of
from workbench.scoring import Challenge, load_challenge


@dataclass(frozen=True)
class Candidate:
    """A model that takes part in a run: the run's own model, or a baseline shown beside it."""

    name: str
    params: Mapping[str, Any]
    baseline: bool

    def build(self) -> Any:
        """Return a new, unfitted model."""
        return registry.load("model", self.name)(dict(self.params))


@dataclass(frozen=True)
class Plan:
    """A checked configuration with everything it names resolved.

    Attributes:
        config: The composed configuration.
        use_case: The use case, built with its typed parameters.
        candidates: The run's model first, then its baselines.
        challenge: How answers are judged.
        answer: What a run does for the kind of answer the challenge asks for.
        trainer: Settings of the fit loop.
        config_digest: Digest of the configuration without paths and tracking.
        code_digest: Digest of the library and the content used.
    """

    config: DictConfig
    use_case: Any
    candidates: tuple[Candidate, ...]
    challenge: Challenge
    answer: RunAnswer
    trainer: TrainerSettings
    config_digest: str
    code_digest: str

    @property
    def name(self) -> str:
        """Use case and model, for people."""
        return f"{self.config.use_case.name}-{self.candidates[0].name}"

    def folder(self, data_digest: str) -> Path:
        """Return the run folder: named by content, so the same run is found again."""
        digest = self.digest(data_digest)
        return Path(self.config.paths.runs) / f"{self.name}-{digest[:10]}"

    def digest(self, data_digest: str) -> str:
        """Return the digest of configuration, data and code: what makes a run this run."""
        return digests.of_json([self.config_digest, data_digest, self.code_digest])


def make_plan(config: DictConfig) -> Plan:
    """Resolve every name of a composed configuration.

    Raises:
        UsageError: A use case, model or challenge is unknown, or their settings do not fit.
    """
    use_case = build_use_case(config.use_case.name, config.use_case.params)
    candidates = (_candidate(config.model), *_baselines(config))
    challenge = load_challenge(config.challenge.name)
    folders = [registry.get("use_case", config.use_case.name).folder]
    folders += [registry.get("model", candidate.name).folder for candidate in candidates]
    folders += [registry.get("challenge", config.challenge.name).folder]
    return Plan(
        config=config,
        use_case=use_case,
        candidates=candidates,
        challenge=challenge,
        answer=answer_of(challenge),
        trainer=TrainerSettings.from_config(plain(config.trainer)),
        config_digest=configuration.digest(config),
        code_digest=facts.code_digest(*folders),
    )


def plan(config: DictConfig) -> dict[str, Any]:
    """Return what ``--dry-run`` prints: the resolved configuration and what it names."""
    made = make_plan(config)
    return {
        "run": made.name,
        "use_case": registry.get("use_case", config.use_case.name).title,
        "source": str(config.use_case.source),
        "models": [candidate.name for candidate in made.candidates],
        "challenge": f"{made.challenge.id} {made.challenge.version}",
        "runs_folder": str(config.paths.runs),
        "config_digest": made.config_digest,
        "config": plain(config),
    }


def build_use_case(name: str, params: Any) -> Any:
    """Return a use case built with its own typed parameters.

    Raises:
        UsageError: The use case is unknown or a parameter is mistyped.
    """
    kind = registry.load("use_case", name, "params")
    return registry.load("use_case", name)(configuration.params_of(params, kind))


def _candidate(option: Any, *, baseline: bool = False) -> Candidate:
    """Return the candidate an option of the ``model`` group describes."""
    registry.get("model", option.name)
    return Candidate(str(option.name), plain(option.params), baseline)


def _baselines(config: DictConfig) -> list[Candidate]:
    """Return the baselines of a run, each composed from its own model option."""
    options = [configuration.with_model(config, name).model for name in config.baselines]
    return [_candidate(option, baseline=True) for option in options]


def plain(node: Any) -> dict[str, Any]:
    """Return a configuration node, resolved, as a plain dictionary."""
    value: Any = OmegaConf.to_container(node, resolve=True) if OmegaConf.is_config(node) else node
    return dict(value or {})
