"""What the cards of use case, model and challenge say about a configuration that names them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, cast

from omegaconf import DictConfig, OmegaConf

from workbench import registry
from workbench.config.options import all_options, unknown_option
from workbench.config.params import params_of, params_problems
from workbench.errors import Problem, UsageError

CONTENT: tuple[registry.Kind, ...] = ("use_case", "model", "challenge")
# A challenge whose card names no use case takes the answers of every one.
ANY = "any"
# Kind of answer of a challenge, to the kind of output of the models that give it.
_TAKES = {"classes": "probabilities", "survival": "risk"}


def content_problems(config: DictConfig) -> list[Problem]:
    """Return unknown names, wrong params, unknown baselines, and what does not fit together."""
    problems = []
    for kind in CONTENT:
        try:
            registry.get(kind, config[kind].name)
            if kind != "challenge":
                problems += _params_problems(kind, config)
        except UsageError as error:
            found = Problem("bad-content", error.message, f"{kind}.name", f"see: {error.remedy}")
            problems += error.problems or [found]
    models = all_options()["model"]
    for name in config.baselines:
        if name not in models:
            found = unknown_option("model", str(name), models)
            problems.append(dataclasses.replace(found, where="baselines"))
    return problems or _question_problems(config) + _answer_problems(config)


def typed_params(kind: registry.Kind, config: DictConfig) -> dict[str, Any]:
    """Return all settings of the content, defaults included, as plain values."""
    settings = config[kind]
    if "params" not in registry.get(kind, settings.name).card:
        return {}
    typed = OmegaConf.structured(
        params_of(settings.params, registry.load(kind, settings.name, "params"))
    )
    return cast(dict[str, Any], OmegaConf.to_container(typed, enum_to_str=True))


def _params_problems(kind: registry.Kind, config: DictConfig) -> list[Problem]:
    """Check ``params`` against the dataclass the card names."""
    settings, where = config[kind], f"{kind}.params"
    if "params" not in registry.get(kind, settings.name).card:
        return [
            Problem("unknown-key", f"{kind} '{settings.name}' has no settings", f"{where}.{key}")
            for key in settings.params
        ]
    return params_problems(settings.params, registry.load(kind, settings.name, "params"), where)


def _question_problems(config: DictConfig) -> list[Problem]:
    """Return why use case and challenge do not belong together, by the cards of both.

    A challenge names the use case it asks about; a use case may name a challenge it answers too.
    """
    asked = str(registry.get("challenge", config.challenge.name).card.get("use_case", ANY))
    named = str(config.use_case.name)
    answers = str(registry.get("use_case", named).card.get("challenge", ""))
    pairs = [(asked, named), (answers, str(config.challenge.name))]
    if asked == ANY or any(a.replace("-", "_") == b.replace("-", "_") for a, b in pairs):
        return []
    message = f"challenge '{config.challenge.name}' asks about '{asked}', not about '{named}'"
    remedy = "choose another challenge or use case"
    return [Problem("other-question", message, "challenge.name", remedy)]


def _answer_problems(config: DictConfig) -> list[Problem]:
    """Return the models whose kind of answer the challenge does not take.

    A challenge with classes takes probabilities, one of survival a risk and curves.
    """
    asked = _TAKES.get(_asked(registry.get("challenge", config.challenge.name).card))
    if asked is None:
        return []
    problems = []
    for where, name in [
        ("model.name", config.model.name),
        *(("baselines", b) for b in config.baselines),
    ]:
        outputs = registry.get("model", name).card.get("outputs") or {}
        kind = outputs.get("kind", "probabilities") if isinstance(outputs, dict) else ""
        if kind != asked:
            message = f"model '{name}' answers with {kind}, the challenge asks for {asked}"
            problems.append(Problem("other-answer", message, where, "choose another model"))
    return problems


def _asked(card: Mapping[str, Any]) -> str:
    """Return the kind of answer a challenge's card asks for; empty where it says none."""
    answer = card.get("answer")
    if isinstance(answer, Mapping):
        return str(answer.get("kind", ""))
    return "classes" if "classes" in card else ""
