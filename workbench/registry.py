"""Finds use cases, models and challenges by name, without importing them.

A piece of content is a folder with a card (``use_case.yaml``, ``model.yaml`` or
``challenge.yaml``). The card is read as data; its ``entry`` (``module:Name`` relative to the
folder) is imported only when asked for. Duplicate names across roots and unreadable cards are
errors that name the files.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from workbench.content import missing_roots, roots
from workbench.errors import Problem, UsageError, did_you_mean

Kind = Literal["use_case", "model", "challenge"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_FOLDERS: dict[Kind, str] = {"use_case": "use_cases", "model": "models", "challenge": "challenges"}


@dataclass(frozen=True)
class Entry:
    """One piece of content: its name, kind, folder, root and card (as read, unchecked)."""

    kind: Kind
    name: str
    folder: Path
    root: Path
    card: dict[str, Any]

    @property
    def card_path(self) -> Path:
        """Path of the card file."""
        return self.folder / f"{self.kind}.yaml"

    @property
    def title(self) -> str:
        """One line that says what it is (the English one where there are several)."""
        title = self.card.get("title", "")
        return str(title.get("en", "")) if isinstance(title, dict) else str(title)


def entries(kind: Kind) -> dict[str, Entry]:
    """Return all content of one kind by name, sorted.

    Raises:
        UsageError: A card cannot be read, or one name is used by two folders (both are named).
    """
    import yaml

    found: dict[str, Entry] = {}
    problems = [
        Problem("missing-root", "WORKBENCH_PATH names a folder that does not exist", str(root))
        for root in missing_roots()
    ]
    for root in roots():
        for path in sorted((root / _FOLDERS[kind]).glob(f"*/{kind}.yaml")):
            try:
                card = yaml.safe_load(path.read_text(encoding="utf-8"))
            except (yaml.YAMLError, OSError, UnicodeDecodeError) as error:
                problems.append(Problem("unreadable-card", " ".join(str(error).split()), str(path)))
                continue
            if not isinstance(card, dict):
                problems.append(Problem("unreadable-card", "a card is a YAML mapping", str(path)))
                continue
            name = str(card.get("id" if kind == "challenge" else "name") or path.parent.name)
            if name in found:
                message = f"{kind} '{name}' is defined twice, also in {found[name].card_path}"
                problems.append(Problem("duplicate-name", message, str(path), "rename one"))
                continue
            found[name] = Entry(kind, name, path.parent, root, card)
    if problems:
        raise UsageError(f"the {kind} folders cannot be listed", problems=problems)
    return dict(sorted(found.items()))


def get(kind: Kind, name: str) -> Entry:
    """Return one piece of content by name; hyphens and underscores are the same.

    Raises:
        UsageError: There is none of that name; close names are suggested.
    """
    found = entries(kind)
    same = {known.replace("-", "_"): entry for known, entry in found.items()}
    entry = same.get(str(name).replace("-", "_"))
    if entry is None:
        hint = did_you_mean(name, found) or f"known: {', '.join(found) or 'none'}"
        raise UsageError(
            f"no {kind} named '{name}'; {hint}", remedy=f"workbench list {_FOLDERS[kind]}"
        )
    return entry


def load(kind: Kind, name: str, key: str = "entry") -> Any:
    """Import and return what the card's ``entry`` (or another key, such as ``params``) names.

    Raises:
        UsageError: The card has no such key, what it names does not exist, or a package is missing.
    """
    entry = get(kind, name)
    module_name, _, attribute = str(entry.card.get(key, "")).partition(":")
    if not module_name or not attribute:
        raise UsageError(f"the card has no '{key}: module:Name'", where=str(entry.card_path))
    dotted = f"workbench.content.{_FOLDERS[kind]}.{entry.folder.name}.{module_name}"
    try:
        return getattr(importlib.import_module(dotted), attribute)
    except ModuleNotFoundError as error:
        raise _missing_module(entry, dotted, error) from error
    except AttributeError as error:
        raise UsageError(f"{dotted} has no '{attribute}'", where=str(entry.card_path)) from error


def _missing_module(entry: Entry, dotted: str, error: ModuleNotFoundError) -> UsageError:
    """Say whether the content's own module or an optional package is missing."""
    if error.name and dotted.startswith(error.name):
        return UsageError(f"there is no module {dotted}", where=str(entry.card_path))
    extras = ",".join(entry.card.get("extras", [])) or "train"
    return UsageError(
        f"{entry.kind} '{entry.name}' needs the package '{error.name}', which is not installed",
        where=str(entry.card_path),
        remedy=f"pip install 'clinical-ai-workbench[{extras}]'",
    )
