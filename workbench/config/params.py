"""Settings of one use case or model, typed by the dataclass its card names.

The root schema cannot know them: ``params`` is open there. Without the content's own dataclass
``params.window_days=abc`` would pass and fail hours later.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import ConfigAttributeError, ConfigKeyError, OmegaConfBaseException

from workbench.config.messages import closest, first_line, names_of
from workbench.errors import Problem, UsageError

T = TypeVar("T")
Leaf = tuple[tuple[str, ...], Any]


def params_of(params: DictConfig | Mapping[str, Any], kind: type[T], where: str = "params") -> T:
    """Return ``params`` as an instance of the content's own dataclass.

    Args:
        params: What the configuration gives; settings it leaves out keep their default.
        kind: Dataclass with a type, and mostly a default, for each setting.
        where: Path to name in messages, such as ``model.params``.

    Raises:
        UsageError: A key is unknown, a value has the wrong type, a needed one is missing, or the
            dataclass itself refuses the values (by ``UsageError`` or ``ValueError``).

    Examples:
        >>> from dataclasses import dataclass
        >>> @dataclass
        ... class Windows:
        ...     window_days: int = 30
        >>> params_of({"window_days": 7}, Windows)
        Windows(window_days=7)
        >>> params_of({"window_day": 7}, Windows)
        Traceback (most recent call last):
        ...
        workbench.errors.UsageError: the settings are wrong
          - params.window_day: no setting 'window_day'; did you mean 'window_days'? [unknown-key]
    """
    problems = params_problems(params, kind, where)
    if problems:
        raise UsageError("the settings are wrong", problems=problems)
    merged = OmegaConf.merge(_defaults(kind), _plain(params))
    return cast(T, OmegaConf.to_object(merged))


def params_problems(
    params: DictConfig | Mapping[str, Any], kind: type[Any], where: str
) -> list[Problem]:
    """Return everything wrong with ``params``; see :func:`params_of`."""
    merged: Any = _defaults(kind)
    problems = []
    for path, value in _leaves(_plain(params)):
        try:
            merged = OmegaConf.merge(merged, _nested(path, value))
        except OmegaConfBaseException as error:
            problems.append(_explain(".".join(path), error, kind, where))
    problems += [
        Problem("missing-value", "a value is needed and has no default", f"{where}.{key}")
        for key in sorted(OmegaConf.missing_keys(merged))
    ]
    if not problems:
        try:
            OmegaConf.to_object(merged)
        except UsageError as error:
            found = Problem("out-of-range", error.message, error.where or where, error.remedy)
            problems += error.problems or [found]
        except ValueError as error:
            problems.append(Problem("out-of-range", first_line(error), where))
    return problems


def _defaults(kind: type[Any]) -> DictConfig:
    """Return a dataclass's defaults, writable even where the dataclass is frozen."""
    defaults = OmegaConf.structured(kind)
    waiting = [defaults]
    while waiting:
        node = waiting.pop()
        OmegaConf.set_readonly(node, None)
        if isinstance(node, DictConfig) and not (node._is_missing() or node._is_none()):
            waiting += [
                node._get_node(name) for name in node if OmegaConf.is_config(node._get_node(name))
            ]
    return cast(DictConfig, defaults)


def _explain(key: str, error: OmegaConfBaseException, kind: type[Any], where: str) -> Problem:
    """Say whether a key is unknown or its value of the wrong type."""
    if not isinstance(error, ConfigKeyError | ConfigAttributeError):
        return Problem("wrong-type", first_line(error), f"{where}.{key}")
    known = names_of(kind)
    hint = closest(key, known) or f"known: {', '.join(known) or 'none'}"
    return Problem("unknown-key", f"no setting '{key}'; {hint}", f"{where}.{key}")


def _plain(params: DictConfig | Mapping[str, Any]) -> dict[str, Any]:
    """Return ``params`` as plain dictionaries; a missing value stays ``???``."""
    config = params if isinstance(params, DictConfig) else OmegaConf.create(dict(params))
    plain = OmegaConf.to_container(config, resolve=True)
    return cast(dict[str, Any], plain)


def _leaves(params: Mapping[str, Any], path: tuple[str, ...] = ()) -> list[Leaf]:
    """Return the settings given, each with its path: one by one, to find all mistakes."""
    leaves: list[Leaf] = []
    for name, value in params.items():
        here = (*path, str(name))
        if isinstance(value, Mapping) and value:
            leaves += _leaves(value, here)
        else:
            leaves.append((here, value))
    return leaves


def _nested(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Return ``value`` under nested keys.

    >>> _nested(("a", "b"), 1)
    {'a': {'b': 1}}
    """
    for name in reversed(path[1:]):
        value = {name: value}
    return {path[0]: value}
