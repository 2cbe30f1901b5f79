"""The published environment: whether a Python has what a challenge's card lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from workbench.errors import HostError, Problem
from workbench.sandbox import Interpreter
from workbench.scoring.card_models import ModelRules


def differences(python: Interpreter, rules: ModelRules) -> list[str]:
    """Return where an environment differs from the card's list, in words; empty where it fits."""
    found = []
    libraries = list(_libraries(python))
    versions = [library.name.removeprefix("python") for library in libraries]
    if rules.python and rules.python not in versions:
        found.append(f"Python {rules.python} is listed, {', '.join(versions) or 'none'} found")
    installed = {k: v for library in libraries for k, v in _installed(library).items()}
    for package in rules.packages:
        name, _, version = package.partition("==")
        has = installed.get(_plain(name))
        if has != version:
            found.append(f"{name} {version} is listed, {has or 'none'} found")
    return found


def require_environment(python: Interpreter, rules: ModelRules) -> None:
    """End with an error where an environment is not the one the card publishes.

    Raises:
        HostError: It differs.
    """
    found = differences(python, rules)
    if found:
        raise HostError(
            "the environment for models is not the one the card lists",
            where=str(python.program.parent.parent),
            problems=[Problem("environment", text) for text in found],
            remedy="install what the card lists, or name the environment (--environment DIR)",
        )


def _libraries(python: Interpreter) -> Iterator[Path]:
    """Yield the ``lib/python3.x`` folders of the environment itself."""
    lib = python.program.parent.parent / "lib"
    return (p for p in sorted(lib.glob("python3.*")) if re.fullmatch(r"python3\.\d+", p.name))


def _installed(library: Path) -> dict[str, str]:
    """Return the version of each installed package, from the names of its metadata folders."""
    folders = (library / "site-packages").glob("*.dist-info")
    names = [folder.name.removesuffix(".dist-info") for folder in folders]
    return {_plain(name): version for name, _, version in (n.rpartition("-") for n in names)}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
