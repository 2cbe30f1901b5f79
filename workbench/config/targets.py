"""Third-party objects a configuration may name by ``_target_``: only what stands on an allow-list.

A configuration is code. The list is checked on the module of the **resolved object**, not on the
string alone: ``torch.os.system`` begins like an allowed name and is ``os.system``.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from typing import Any

from omegaconf import DictConfig, OmegaConf

from workbench.errors import Problem, UsageError, did_you_mean

ALLOWED = ("torch", "monai", "sklearn", "lightning", "albumentations", "lifelines")
# Functions that build an object. Elsewhere only classes: torch.load or torch.hub.load run code.
FACTORIES = ("monai.networks", "monai.losses", "torch.nn", "torch.optim")
# Classes that load code, fetch from the network or start programs.
REFUSED = (
    "lightning.app",
    "monai.apps",
    "monai.bundle",
    "monai.fl",
    "torch.distributed",
    "torch.hub",
    "torch.jit",
    "torch.multiprocessing",
    "torch.package",
    "torch.utils.cpp_extension",
)


def instantiate_target(node: DictConfig) -> Any:
    """Return the object a node with ``_target_`` describes.

    Raises:
        UsageError: A target, here or further inside, does not exist or is not allowed.
    """
    from hydra.utils import instantiate

    problems = target_problems(node)
    if problems:
        raise UsageError("the target cannot be built", problems=problems)
    return instantiate(node)


def target_problems(config: DictConfig) -> list[Problem]:
    """Return everything wrong with the targets of a configuration: name, permission, arguments."""
    problems = []
    for where, node in _target_nodes(OmegaConf.to_container(config, resolve=True)):
        target = str(node["_target_"])
        try:
            found = resolve(target)
        except UsageError as error:
            problems.append(Problem("bad-target", error.message, f"{where}._target_"))
            continue
        problems += _argument_problems(where, node, found)
    return problems


def resolve(target: str) -> Any:
    """Return the class or factory a dotted name stands for.

    Raises:
        UsageError: It does not exist, or it is not under the allow-list.

    Examples:
        >>> resolve("sklearn.linear_model.LogisticRegression").__name__
        'LogisticRegression'
        >>> resolve("os.system")
        Traceback (most recent call last):
        ...
        workbench.errors.UsageError: 'os.system' is not allowed as a target
        Next: use a class of torch, monai, sklearn, lightning, albumentations, lifelines
    """
    parts = target.split(".")
    # Checked before anything is imported: importing a module runs it.
    if parts[0] not in ALLOWED or any(p.startswith("_") or not p.isidentifier() for p in parts):
        raise _refusal(target)
    found = _import_root(parts[0])
    for depth, name in enumerate(parts[1:], start=1):
        found = _step(found, parts[:depth], name)
    if not _is_allowed(found):
        raise _refusal(target)
    return found


def _import_root(package: str) -> Any:
    """Import an allowed package, or say that it is not installed."""
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        raise UsageError(f"the package '{package}' is not installed") from error


def _step(parent: Any, path: list[str], name: str) -> Any:
    """Return an attribute or sub-module, or raise with the closest names."""
    if hasattr(parent, name):
        return getattr(parent, name)
    dotted = ".".join(path)
    if inspect.ismodule(parent):
        try:
            return importlib.import_module(f"{parent.__name__}.{name}")
        except ModuleNotFoundError:
            pass
    hint = did_you_mean(name, [n for n in dir(parent) if not n.startswith("_")])
    raise UsageError(f"there is no '{name}' in {dotted}; {hint}".rstrip("; "))


def _is_allowed(found: Any) -> bool:
    """Say whether a resolved object is a class, or a factory, of an allowed module."""
    module = getattr(found, "__module__", None)
    if (
        not isinstance(module, str)
        or module.split(".")[0] not in ALLOWED
        or _under(module, REFUSED)
    ):
        return False
    return inspect.isclass(found) or (inspect.isfunction(found) and _under(module, FACTORIES))


def _under(module: str, parents: tuple[str, ...]) -> bool:
    """Say whether a module is one of ``parents`` or lies inside one.

    >>> _under("torch.hubert", ("torch.hub",)), _under("torch.hub.x", ("torch.hub",))
    (False, True)
    """
    return any(module == parent or module.startswith(f"{parent}.") for parent in parents)


def _argument_problems(where: str, node: dict[Any, Any], found: Any) -> list[Problem]:
    """Return the keyword arguments a target does not take."""
    try:
        parameters = inspect.signature(found).parameters
    except (TypeError, ValueError):
        return []
    if any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values()):
        return []
    own = [str(key) for key in node if not str(key).startswith("_")]
    return [
        Problem(
            "unknown-key",
            f"{node['_target_']} takes no '{key}'; "
            f"{did_you_mean(key, parameters) or 'it takes ' + ', '.join(parameters)}",
            f"{where}.{key}",
        )
        for key in own
        if key not in parameters
    ]


def _target_nodes(config: Any, path: str = "") -> Iterator[tuple[str, dict[Any, Any]]]:
    """Yield every mapping with a ``_target_``, with its dotted path."""
    if isinstance(config, dict):
        if "_target_" in config:
            yield path or "target", config
        inner = [(str(key), child) for key, child in config.items()]
    elif isinstance(config, list):
        inner = [(str(index), child) for index, child in enumerate(config)]
    else:
        return
    for name, child in inner:
        yield from _target_nodes(child, f"{path}.{name}".lstrip("."))


def _refusal(target: str) -> UsageError:
    """Return the error of a target outside the allow-list."""
    return UsageError(
        f"'{target}' is not allowed as a target",
        remedy=f"use a class of {', '.join(ALLOWED)}",
    )
