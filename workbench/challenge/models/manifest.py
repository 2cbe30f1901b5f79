"""``workbench-model.yaml``: what a submitted model says of itself, as typed, checked data.

It is read as plain data and never turned into an object of its own choosing.
"""

from __future__ import annotations

from typing import Annotated, Literal

import yaml
from pydantic import Field, StringConstraints, ValidationError, model_validator

from workbench.errors import Problem
from workbench.scoring.card_models import ModelRules
from workbench.scoring.card_parts import Name, Section

FILE = "workbench-model.yaml"
_MOST_BYTES, _DEEPEST = 64 * 1024, 10
_Script = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_./-]*\.py$", max_length=200)
]
_Module = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$", max_length=200)
]
_PackageName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)
]


class Resources(Section):
    """What a model needs at most; above the challenge's limits it is refused before it is run."""

    wall_s: float | None = Field(default=None, gt=0)
    memory_mb: int | None = Field(default=None, ge=1)
    gpu: bool = False


class Manifest(Section):
    """The manifest of a model: exactly one of ``script`` and ``module``."""

    schema_version: Literal[1]
    name: Name
    script: _Script | None = Field(default=None, description="run as: python SCRIPT INPUT OUTPUT")
    module: _Module | None = Field(default=None, description="run as: python -m MODULE ...")
    python: str = Field(default="", pattern=r"^(3\.\d+)?$", description="any where empty")
    packages: list[_PackageName] = Field(
        default=[], description="asked of the challenge's environment, by name"
    )
    resources: Resources = Resources()
    description: str = Field(default="", max_length=2000)

    @model_validator(mode="after")
    def _one_entry(self) -> Manifest:
        if (self.script is None) == (self.module is None):
            raise ValueError("give exactly one of 'script' and 'module'")
        if self.script and ".." in self.script.split("/"):
            raise ValueError("'script' leads out of the folder")
        return self

    @property
    def call(self) -> list[str]:
        """What follows ``python`` when the model is run."""
        return [self.script] if self.script else ["-m", str(self.module)]


def read_manifest(content: bytes) -> Manifest | list[Problem]:
    """Return the manifest in a file, or every problem of it."""
    try:
        if len(content) > _MOST_BYTES:
            return [_problem(f"it is over {_MOST_BYTES:,} bytes", "")]
        text = content.decode("utf-8")
        odd = _too_clever(text)
        if odd:
            return [_problem(odd, "")]
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        twice = _repeated(node)
        if twice:
            return [_problem(f"the key '{twice}' stands twice", twice)]
        values = yaml.safe_load(text)
    except UnicodeDecodeError:
        return [_problem("it is not UTF-8 text", "")]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return [_problem(f"not valid YAML: {' '.join(str(error).split())[:300]}", "")]
    if not isinstance(values, dict):
        return [_problem("it must hold a YAML mapping", "")]
    try:
        return Manifest.model_validate(values)
    except ValidationError as error:
        return [
            _problem(_message(details), ".".join(str(step) for step in details["loc"]))
            for details in error.errors()
        ]


def rule_problems(manifest: Manifest, rules: ModelRules, files: set[str]) -> list[Problem]:
    """List where a manifest does not fit the challenge or the files beside it."""
    found = []
    if manifest.script is not None and manifest.script not in files:
        found.append(_problem(f"there is no file '{manifest.script}'", "script"))
    if manifest.module is not None and not _module_files(manifest.module) & files:
        found.append(_problem(f"there is no module '{manifest.module}'", "module"))
    if manifest.python and rules.python and manifest.python != rules.python:
        message = f"Python {manifest.python} is asked, the challenge runs {rules.python}"
        found.append(_problem(message, "python"))
    offered = {_plain(package.partition("==")[0]) for package in rules.packages}
    for name in manifest.packages:
        if _plain(name) not in offered:
            remedy = "put its code into the folder, or ask the organiser"
            message = f"'{name}' is not in the challenge's environment"
            found.append(Problem("package-not-offered", message, f"{FILE}, packages", remedy))
    for name in ("wall_s", "memory_mb"):
        asked, most = getattr(manifest.resources, name), getattr(rules.limits, name)
        if asked is not None and asked > most:
            message = f"{asked:g} is asked, the challenge allows {most:g}"
            found.append(Problem("over-limit", message, f"{FILE}, resources.{name}", ""))
    if manifest.resources.gpu and not rules.gpu:
        message = "a GPU is asked, the challenge has none"
        found.append(Problem("over-limit", message, f"{FILE}, resources.gpu", ""))
    return found


def _module_files(module: str) -> set[str]:
    """Return the files a module may be run from."""
    path = module.replace(".", "/")
    return {f"{path}.py", f"{path}/__main__.py"}


def _plain(package: str) -> str:
    return package.lower().replace("_", "-").replace(".", "-")


def _too_clever(text: str) -> str:
    """Return what YAML offers and a manifest does not need; empty where it has none of it.

    The text is read step by step: one that is nested a thousand deep is not read to its end.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            return "it uses a YAML alias (*name): write the value out"
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            return f"it is nested over {_DEEPEST} deep"
    return ""


def _repeated(node: yaml.Node | None) -> str:
    """Return a key that a mapping has twice; empty where there is none."""
    if isinstance(node, yaml.MappingNode):
        names = [str(name.value) for name, _ in node.value]
        twice = next((name for name in names if names.count(name) > 1), "")
        return twice or next((n for _, v in node.value if (n := _repeated(v))), "")
    if isinstance(node, yaml.SequenceNode):
        return next((n for v in node.value if (n := _repeated(v))), "")
    return ""


def _message(details: object) -> str:
    """Return one of pydantic's messages with what was received."""
    assert isinstance(details, dict)
    got = repr(details["input"])
    if details["type"] == "missing":
        return "it is required and missing"
    return f"{details['msg']}, got {got if len(got) < 60 else got[:57] + '...'}"


def _problem(
    message: str, key: str, remedy: str = "docs/model_submissions.md shows one"
) -> Problem:
    return Problem("wrong-manifest", message, f"{FILE}, {key}" if key else FILE, remedy)
