"""Copies a template under a new name."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from pathlib import Path

from workbench import registry, storage
from workbench.config.options import all_options
from workbench.content import roots
from workbench.errors import UsageError

_SHIPPED = Path(__file__).resolve().parents[1] / "templates"
_CHECKOUT_MARK = "pyproject.toml"
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
CLASSES = "classes"
_KINDS: dict[str, registry.Kind] = {
    "use-case": "use_case",
    "model": "model",
    "challenge": "challenge",
}


@dataclass(frozen=True)
class Made:
    """What was written.

    Attributes:
        root: Content root.
        folder: The new piece of content.
        config: Its configuration option.
        files: Names of the files in the folder.
        next_command: What to type now.
    """

    root: Path
    folder: Path
    config: Path
    files: list[str]
    next_command: str


def create(kind: str, name: str, into: Path | None, answer: str = CLASSES) -> Made:
    """Write a new piece of content and its configuration option.

    Args:
        kind: ``use-case``, ``model`` or ``challenge``.
        name: Its name in snake_case.
        into: Content root; this checkout by default.
        answer: Kind of answer that is asked for, ``classes`` or ``survival``.

    Raises:
        UsageError: The name is no snake_case name or is taken, no root was named, or there is no
            template of this kind for the answer.
        DataError: The root cannot be written.
    """
    group = _KINDS[kind]
    templates = _templates(kind, group, answer)
    check_name(name)
    _check_free(group, name)
    root = _default_root() if into is None else into.expanduser().resolve()
    folder, config = root / f"{group}s" / name, root / "configs" / group / f"{name}.yaml"
    for path in (folder, config):
        if path.exists():
            raise UsageError(
                "something is there already", where=str(path), remedy="choose another name"
            )
    texts = _texts(templates, name)
    option = texts.pop("config.yaml")
    with storage.writing_folder(folder) as aside:
        for file, text in texts.items():
            storage.write_text(aside / file, text)
    storage.write_text(config, option)
    return Made(root, folder, config, sorted(texts), _next_command(group, name, root))


def _templates(kind: str, group: str, answer: str) -> list[Path]:
    """Return the folders of a template: the common one, then what another answer replaces."""
    own = _SHIPPED / f"{group}_{answer}"
    if answer != CLASSES and not own.is_dir():
        raise UsageError(
            f"there is no template of a {kind} for {answer}",
            where="--answer",
            remedy="leave --answer out: a model folder such as models/cox shows what to give",
        )
    return [_SHIPPED / group] if answer == CLASSES else [_SHIPPED / group, own]


def check_name(name: str) -> None:
    """Check that a name can be a folder, a Python package and a configuration option.

    >>> check_name("fall_risk")

    Raises:
        UsageError: It cannot; a name close to it that can is suggested.
    """
    if _NAME.fullmatch(name) and not keyword.iskeyword(name):
        return
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    words = [word for word in re.split(r"[^a-z0-9]+", spaced.lower()) if word]
    better = re.sub(r"^[0-9_]+", "", "_".join(words))
    usable = bool(better) and not keyword.iskeyword(better) and better != name
    raise UsageError(
        f"'{name}' is no snake_case name",
        remedy=f"use {better}" if usable else "use lower-case letters, digits and single _",
    )


def is_joined(root: Path) -> bool:
    """Say whether content in a root is found without setting WORKBENCH_PATH."""
    return root in [known.resolve() for known in roots()]


def _check_free(group: registry.Kind, name: str) -> None:
    """Check that no root has content or an option of this name."""
    same = {known.replace("-", "_"): entry for known, entry in registry.entries(group).items()}
    taken = same[name].folder if name in same else all_options()[group].get(name)
    if taken is not None:
        raise UsageError(
            f"there is a {group} named '{name}' already",
            where=str(taken),
            remedy="choose another name",
        )


def _default_root() -> Path:
    """Return the checkout: an installed package is no place for own content."""
    first = roots()[0]
    if (first / _CHECKOUT_MARK).is_file():
        return first
    raise UsageError(
        "this is an installed workbench, not a checkout: name a folder for your content",
        remedy="--into FOLDER, then export WORKBENCH_PATH=FOLDER",
    )


def _texts(templates: list[Path], name: str) -> dict[str, str]:
    """Return the files of a template by relative path, with the new name filled in."""
    words = name.split("_")
    forms = {
        "template_name": name,
        "template-name": "-".join(words),
        "TemplateName": "".join(word.capitalize() for word in words),
        "Template name": " ".join(words).capitalize(),
    }
    texts = {}
    for folder, path in [(f, path) for f in templates for path in sorted(f.rglob("*"))]:
        if path.is_file() and path.suffix != ".pyc":
            text = path.read_text(encoding="utf-8")
            for placeholder, form in forms.items():
                text = text.replace(placeholder, form)
            texts[path.relative_to(folder).as_posix()] = text
    return texts


def _next_command(group: str, name: str, root: Path) -> str:
    """Return the check of what was made."""
    if group == "challenge":
        return f"workbench validate {root / 'challenges' / name / 'challenge.yaml'}"
    return f"workbench show {group.replace('_', '-')} {name}"
