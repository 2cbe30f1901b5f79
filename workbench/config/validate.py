"""Checks a composed configuration as a whole: nothing missing, in range, known, typed, allowed."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from omegaconf import DictConfig, OmegaConf

from workbench.config.content_checks import content_problems, typed_params
from workbench.config.messages import explained
from workbench.config.schema import RunSettings
from workbench.config.targets import target_problems
from workbench.errors import Problem, UsageError, did_you_mean


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
        config[kind].params = typed_params(kind, config)
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
