"""Checks a composed configuration as a whole: nothing missing, in range, known, typed, allowed."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, cast

from omegaconf import DictConfig, OmegaConf

from workbench import registry
from workbench.config.messages import explained
from workbench.config.options import all_options, unknown_option
from workbench.config.params import params_of, params_problems
from workbench.config.schema import RunSettings
from workbench.config.targets import target_problems
from workbench.errors import Problem, UsageError, did_you_mean

CONTENT: tuple[registry.Kind, ...] = ("use_case", "model", "challenge")
# A challenge whose card names no use case takes the answers of every one.
ANY = "any"


def completed(config: DictConfig) -> DictConfig:
    """Return the configuration resolved, with every setting of the content filled in, read-only.

    Baselines that are the model itself are left out: it cannot be compared with itself.

    Raises:
        UsageError: With every problem there is.
    """
    problems = missing_problems(OmegaConf.to_container(config))
    if problems:
        raise UsageError("settings are missing", problems=problems)
    with explained():
        OmegaConf.resolve(config)
    problems = rule_problems(config) + content_problems(config) + target_problems(config)
    if problems:
        raise UsageError("the configuration is wrong", problems=problems)
    for kind in ("use_case", "model"):
        config[kind].params = _typed_params(kind, config)
    own = str(config.model.name).replace("-", "_")
    config.baselines = [name for name in config.baselines if name.replace("-", "_") != own]
    OmegaConf.set_readonly(config, True)
    return config


def missing_problems(values: Any, where: str = "") -> list[Problem]:
    """Return a problem for each value that is still ``???``."""
    if values == "???":
        message = "a value is needed and has no default"
        return [Problem("missing-value", message, where, f"give {where}=VALUE")]
    if not isinstance(values, dict):
        return []
    inner = [(f"{where}.{key}".lstrip("."), value) for key, value in values.items()]
    return [problem for path, value in inner for problem in missing_problems(value, path)]


def rule_problems(config: Any, kind: Any = RunSettings, prefix: str = "") -> list[Problem]:
    """Return the settings whose value is outside the range or the words the schema allows."""
    problems = []
    for field in dataclasses.fields(kind):
        value, where = config[field.name], f"{prefix}{field.name}"
        if OmegaConf.is_dict(value) and dataclasses.is_dataclass(OmegaConf.get_type(value)):
            problems += rule_problems(value, OmegaConf.get_type(value), f"{where}.")
        elif field.metadata and value is not None:
            expected = _expected(value, **field.metadata)
            if expected:
                problems.append(
                    Problem("out-of-range", f"{value!r} is not allowed; {expected}", where)
                )
    return problems


def content_problems(config: DictConfig) -> list[Problem]:
    """Return what the content's own cards object to: unknown names, params, baselines."""
    problems = []
    for kind in CONTENT:
        try:
            registry.get(kind, config[kind].name)
            if kind != "challenge":
                problems += _params_problems(kind, config)
        except UsageError as error:
            found = Problem("bad-content", error.message, f"{kind}.name", f"see: {error.remedy}")
            problems += error.problems or [found]
    problems = problems or _fit_problems(config)
    models = all_options()["model"]
    for name in config.baselines:
        if name not in models:
            found = unknown_option("model", str(name), models)
            problems.append(dataclasses.replace(found, where="baselines"))
    return problems


def _fit_problems(config: DictConfig) -> list[Problem]:
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


def _params_problems(kind: registry.Kind, config: DictConfig) -> list[Problem]:
    """Check ``params`` against the dataclass the card names."""
    settings, where = config[kind], f"{kind}.params"
    if "params" not in registry.get(kind, settings.name).card:
        return [
            Problem("unknown-key", f"{kind} '{settings.name}' has no settings", f"{where}.{key}")
            for key in settings.params
        ]
    return params_problems(settings.params, registry.load(kind, settings.name, "params"), where)


def _typed_params(kind: registry.Kind, config: DictConfig) -> dict[str, Any]:
    """Return all settings of the content, defaults included, as plain values."""
    settings = config[kind]
    if "params" not in registry.get(kind, settings.name).card:
        return {}
    typed = params_of(settings.params, registry.load(kind, settings.name, "params"))
    return cast(
        dict[str, Any], OmegaConf.to_container(OmegaConf.structured(typed), enum_to_str=True)
    )


def _expected(
    value: Any,
    choices: tuple[str, ...] = (),
    low: float | None = None,
    above: float | None = None,
    high: float | None = None,
    below: float | None = None,
) -> str:
    """Return what was expected of a value, or nothing when it is right.

    >>> _expected(0, low=1), _expected(3, low=1), _expected("gpu", choices=("cuda", "mps"))
    ('expected at least 1', '', "expected 'cuda' or 'mps'")
    """
    if choices:
        word, colon, number = value.partition(":")
        if word in choices and (not colon or number.isdigit()):
            return ""
        words = "expected " + " or ".join(repr(choice) for choice in choices)
        return f"{words}; {did_you_mean(value, choices)}".rstrip("; ")
    broken = []
    if low is not None and not value >= low:
        broken.append(f"at least {low:g}")
    if above is not None and not value > above:
        broken.append(f"more than {above:g}")
    if high is not None and not value <= high:
        broken.append(f"at most {high:g}")
    if below is not None and not value < below:
        broken.append(f"less than {below:g}")
    if not broken and isinstance(value, float) and math.isinf(value):
        broken.append("a finite number")
    return f"expected {' and '.join(broken)}" if broken else ""
