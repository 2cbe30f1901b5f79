"""Loads a challenge card and lists everything that is wrong with it, with file and line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from workbench import metrics, registry
from workbench.errors import Problem, UsageError, did_you_mean
from workbench.scoring.answer_kinds import KINDS, kind_of
from workbench.scoring.answer_kinds.base import Found
from workbench.scoring.card import Challenge
from workbench.scoring.card_answer import SECTIONS
from workbench.scoring.card_mended import known_keys, mended
from workbench.scoring.card_rules import course_problems
from workbench.scoring.yaml_lines import KeyPath, line_of, read_with_lines


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
    if key[0] == "answer" and len(key) > 1:
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
    yield from _kind_problems(challenge)
    yield from _column_problems(challenge)
    yield from _policy_problems(challenge)
    yield from kind_of(challenge).card_problems(challenge)
    yield from _metric_problems(challenge)
    yield from course_problems(challenge)


def _kind_problems(challenge: Challenge) -> Iterator[Found]:
    """Refuse keys of another kind of answer, and columns that mean two things."""
    kind = kind_of(challenge)
    others = {key for other in KINDS.values() for key in other.card_keys} - set(kind.card_keys)
    wrong: list[KeyPath] = [(key,) for key in others if key in challenge.model_fields_set]
    if kind.name != "classes":
        inside = challenge.submission.model_fields_set & {"forms", "sum_tolerance"}
        wrong += [("submission", key) for key in inside]
    for key in sorted(wrong, key=str):
        message = f"'{key[-1]}' is of answers that are classes, the card asks for {kind.name}"
        yield key, "other-kind", message, "leave it out"
    taken = {challenge.key, challenge.unit}
    for column in kind.label_columns(challenge):
        if column.name in taken:
            message = f"the {column.role} column is also the key or unit column"
            if column.name not in (challenge.key, challenge.unit):
                message = f"the {column.role} column is also another column of the answer"
            yield column.place, "same-column", message, ""
        taken.add(column.name)


def _column_problems(challenge: Challenge) -> Iterator[Found]:
    """Check that column names are distinct and aliases name each column once."""
    kind = kind_of(challenge)
    names = kind.columns(challenge)
    what = "a class" if kind.name == "classes" else "a column of the answer"
    if challenge.key in names:
        yield ("key",), "same-column", f"'{challenge.key}' is the key and {what}", "rename one"
    for place, alias in enumerate(challenge.submission.aliases):
        if sorted(alias.columns.values()) != sorted(names):
            where: KeyPath = ("submission", "aliases", place, "columns")
            message = f"an alias names each {what.split()[1]} once: {', '.join(names)}"
            yield where, "incomplete-alias", message, ""


def _policy_problems(challenge: Challenge) -> Iterator[Found]:
    """Check the policy for missing answers and its values."""
    kind, policy = kind_of(challenge), challenge.missing_value_policy
    where: KeyPath = ("missing_value_policy",)
    if policy not in kind.policies:
        message = f"'{policy}' has no meaning for {kind.name}"
        yield where, "wrong-policy", message, f"write {' or '.join(kind.policies)}"
    if (policy == "impute") != (challenge.impute is not None):
        message = "'impute' gives a probability a class, with the policy 'impute' and only then"
        if kind.name != "classes":
            message = "'impute' gives a number a column, with the policy 'impute' and only then"
        yield where, "impute-values", message, ""
    elif challenge.impute is not None:
        names = kind.columns(challenge)
        if set(challenge.impute) != set(names):
            what = "class" if kind.name == "classes" else f"of {', '.join(names)}"
            yield ("impute",), "impute-values", f"'impute' must name each {what} once", ""
        elif found := kind.impute_problem(challenge.impute, challenge):
            yield ("impute",), "impute-values", found, ""


def _metric_problems(challenge: Challenge) -> Iterator[Found]:
    """Check that each metric exists, takes its parameters, and exactly one is primary."""
    labels: list[str] = []
    kind = kind_of(challenge)
    for place, entry in enumerate(challenge.metrics):
        where: KeyPath = ("metrics", place, "name")
        try:
            needs = metrics.kind_of(entry.name).needs
            if needs not in kind.needs:
                message = f"'{entry.name}' judges {needs}, a challenge asks for {kind.asks}"
                yield where, "metric-needs", message, "workbench list metrics"
                continue
            metric = challenge.metric(entry)
        except UsageError as error:
            yield where, "wrong-metric", error.message, error.remedy
            continue
        labels.append(metric.label)
        for found in kind.metric_problems(metric, entry.primary, challenge):
            yield where, found.code, found.message, found.remedy
    for label in sorted({label for label in labels if labels.count(label) > 1}):
        yield ("metrics",), "duplicate-metric", f"'{label}' stands twice", ""
    for place, entry in enumerate(challenge.metrics):
        if (
            entry.primary
            and entry.name in metrics.names()
            and (metrics.kind_of(entry.name).direction == "target")
        ):
            message = f"'{entry.name}' is right at one value and cannot rank"
            yield ("metrics", place, "primary"), "not-rankable", message, ""
    primaries = sum(entry.primary for entry in challenge.metrics)
    if primaries != 1:
        message = f"exactly one metric is 'primary: true', got {primaries}"
        yield ("metrics",), "one-primary", message, ""


def _dotted(key: KeyPath) -> str:
    """Write a key as ``metrics[2].name``.

    >>> _dotted(("metrics", 2, "name"))
    'metrics[2].name'
    """
    text = ""
    for step in key:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text
