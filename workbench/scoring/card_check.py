"""Loads a challenge card and lists everything that is wrong with it, with file and line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from workbench import registry
from workbench.config.yaml_lines import KeyPath, line_of, read_with_lines
from workbench.errors import Problem, UsageError, did_you_mean
from workbench.scoring.answer_kinds import KINDS
from workbench.scoring.answer_kinds.base import Found
from workbench.scoring.card import Challenge
from workbench.scoring.card_answer import SECTIONS
from workbench.scoring.card_answer_rules import answer_rule_problems
from workbench.scoring.card_mended import known_keys, mended
from workbench.scoring.card_rules import course_problems


def load_challenge(name_or_path: str | Path) -> Challenge:
    """Return the challenge of that name, or the one of a card file or its folder.

    Raises:
        UsageError: No such challenge (close names are suggested), or its card is wrong; all
            problems are listed with file and line.
    """
    path = Path(name_or_path)
    if path.is_dir():
        path = path / "challenge.yaml"
    elif path.suffix not in (".yaml", ".yml"):
        path = registry.get("challenge", str(name_or_path)).card_path
    content, lines = read_with_lines(path)
    return parse_challenge(content, path, lines)


def parse_challenge(
    content: dict[str, Any], path: Path, lines: dict[KeyPath, int] | None = None
) -> Challenge:
    """Return a checked challenge from the content of a card.

    Args:
        content: The card as a mapping.
        path: Where it comes from, for errors and for the files it names.
        lines: Line of each key, where known.

    Raises:
        UsageError: All problems at once.
    """
    places = lines or {}
    absent = list(_absent_keys(content))
    try:
        challenge = Challenge.model_validate(content)
    except ValidationError as error:
        found = [*absent, *(_schema_problem(details, content) for details in error.errors())]
        found += _problems_beside(content, found)
    else:
        found = absent or list(_rule_problems(challenge))
        if not found:
            return challenge.within(path.parent)
    problems = [
        Problem(code, message, f"{path}:{line_of(places, key)}, {_dotted(key)}", remedy)
        for key, code, message, remedy in found
    ]
    raise UsageError(
        f"the challenge card has {len(problems)} problem{'s' if len(problems) > 1 else ''}",
        where=str(path),
        problems=problems,
        remedy="mend the card; docs/scoring.md says what each key means",
    )


def _problems_beside(content: dict[str, Any], found: list[Found]) -> list[Found]:
    """List what the rules say of the rest of a card that has mistyped or missing keys."""
    put_right = mended(content, found)
    if put_right is None:
        return []
    challenge, unknown = put_right
    return [one for one in _rule_problems(challenge) if one[0] not in unknown]


def _absent_keys(content: dict[str, Any]) -> Iterator[Found]:
    """Name the keys that must stand on a card for its kind of answer, and do not."""
    answer = content.get("answer")
    named = answer.get("kind") if isinstance(answer, dict) else None
    kind = KINDS.get(str(named or "classes"))
    for key in kind.card_keys if kind else ():
        if key not in content:
            message = f"required key '{key}' is missing"
            yield (key,), "missing-key", message, _near_key((key,), content)


def _schema_problem(details: Any, content: dict[str, Any]) -> Found:
    """Turn one of pydantic's errors into a problem with a hint."""
    key: KeyPath = tuple(details["loc"])
    if key[:1] == ("answer",) and len(key) > 1:
        key = ("answer", *key[2:])  # pydantic names the kind between the two
    if details["type"] == "extra_forbidden":
        hint = did_you_mean(str(key[-1]), known_keys(key[:-1]))
        return key, "unknown-key", f"unknown key '{key[-1]}'", hint
    if details["type"] == "missing":
        near = _near_key(key, content)
        return key, "missing-key", f"required key '{key[-1]}' is missing", near
    if details["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return _unknown_kind(content["answer"])
    if key == ("schema_version",) and type(details["input"]) is int and details["input"] > 2:
        message = f"the card is of schema {details['input']}, this workbench reads 1 and 2"
        return key, "newer-card", message, "update the workbench"
    got = repr(details["input"])
    message = f"{details['msg'].lower()}, got {got if len(got) < 60 else got[:57] + '...'}"
    return key, "wrong-value", message, ""


def _unknown_kind(answer: Any) -> Found:
    """Name a kind of answer that there is not, or one that is not said."""
    known = ", ".join(SECTIONS)
    if not isinstance(answer, dict) or "kind" not in answer:
        return ("answer",), "missing-key", "required key 'kind' is missing", f"one of {known}"
    kind = str(answer["kind"])
    message = f"there is no kind of answer '{kind[:40]}'"
    return ("answer", "kind"), "unknown-kind", message, did_you_mean(kind, SECTIONS) or known


def _near_key(key: KeyPath, content: Any) -> str:
    """Suggest the written key that was probably meant."""
    for step in key[:-1]:
        content = content[step]
    return did_you_mean(str(key[-1]), content) if isinstance(content, dict) else ""


def _rule_problems(challenge: Challenge) -> Iterator[Found]:
    """List what the types alone cannot see."""
    if len(set(challenge.classes)) < len(challenge.classes):
        yield ("classes",), "duplicate-class", "two classes have the same name", ""
        return
    yield from answer_rule_problems(challenge)
    yield from course_problems(challenge)


def _dotted(key: KeyPath) -> str:
    """Write a key as ``metrics[2].name``.

    >>> _dotted(("metrics", 2, "name"))
    'metrics[2].name'
    """
    text = ""
    for step in key:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text
