"""A card whose keys are put right in thought, so that the rest of it is checked in the same go."""

from __future__ import annotations

import copy
import difflib
import inspect
import typing
from typing import Any

from pydantic import BaseModel, ValidationError

from workbench.config.yaml_lines import KeyPath
from workbench.scoring.answer_kinds.base import Found
from workbench.scoring.card import Challenge
from workbench.scoring.card_answer import SECTIONS

_STAND_INS: dict[KeyPath, Any] = {
    ("unit",): "a unit that is not named",
    ("missing_value_policy",): "reject",
    ("intervals", "resamples"): 1000,
    ("intervals", "level"): 0.95,
    ("intervals", "seed"): 0,
}
"""What may be assumed of these keys: no rule but their own depends on them."""


def mended(content: dict[str, Any], found: list[Found]) -> tuple[Challenge, set[KeyPath]] | None:
    """Return the card as it was probably meant, and the places of which nothing is known.

    Args:
        content: The card as a mapping; it stays as it is.
        found: What its types found wrong.

    Returns:
        None where too little is known to say anything of the rest.
    """
    content = copy.deepcopy(content)
    unknown: set[KeyPath] = set()
    for key, code, *_ in sorted(found, key=lambda one: one[1] != "unknown-key"):
        parent, name = _inside(content, key[:-1]), key[-1]
        if not isinstance(parent, dict):
            return None
        if code == "unknown-key":
            _rename(parent, key)
        elif code == "missing-key" and name in parent:
            pass  # it was mistyped
        elif key in _STAND_INS:
            unknown.add(key)
            parent[name] = _STAND_INS[key]
        elif code == "wrong-value" and key[0] == "disclosure":
            del parent[name]  # its defaults protect
        else:
            return None
    try:
        return Challenge.model_validate(content), unknown
    except ValidationError:
        return None


def _rename(parent: dict[Any, Any], key: KeyPath) -> None:
    """Give a mistyped key's value to the key that is closest, where that is not written."""
    value = parent.pop(key[-1])
    options = [name for name in known_keys(key[:-1]) if name not in parent]
    for near in difflib.get_close_matches(str(key[-1]), options, n=1, cutoff=0.6):
        parent[near] = value


def _inside(content: Any, key: KeyPath) -> Any:
    """Return what stands at a place of a card."""
    for step in key:
        content = content[step]
    return content


def known_keys(key: KeyPath) -> list[str]:
    """Return the keys the card knows at a place; of an answer those of every kind."""
    if key == ("answer",):
        return list(dict.fromkeys(name for part in SECTIONS.values() for name in part.model_fields))
    model: type[BaseModel] = Challenge
    for step in key:
        if isinstance(step, str):
            inner = _model_in(model.model_fields[step].annotation)
            if inner is None:
                return []
            model = inner
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model inside a type such as ``list[Model]`` or ``Model | None``."""
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(argument) for argument in typing.get_args(annotation))
    return next((model for model in inner if model is not None), None)
