"""Loads a challenge card and lists everything that is wrong with it, with file and line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from workbench import metrics, registry
from workbench.errors import Problem, UsageError, did_you_mean
from workbench.metrics.cost import checked_cost
from workbench.scoring.card import Challenge
from workbench.scoring.card_mended import known_keys, mended
from workbench.scoring.card_rules import Found, course_problems
from workbench.config.yaml_lines import KeyPath, line_of, read_with_lines


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
    try:
        challenge = Challenge.model_validate(content)
    except ValidationError as error:
        found = [_schema_problem(details, content) for details in error.errors()]
        found += _problems_beside(content, found)
    else:
        found = list(_rule_problems(challenge))
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


def _schema_problem(details: Any, content: dict[str, Any]) -> Found:
    """Turn one of pydantic's errors into a problem with a hint."""
    key: KeyPath = tuple(details["loc"])
    if details["type"] == "extra_forbidden":
        hint = did_you_mean(str(key[-1]), known_keys(key[:-1]))
        return key, "unknown-key", f"unknown key '{key[-1]}'", hint
    if details["type"] == "missing":
        near = _near_key(key, content)
        return key, "missing-key", f"required key '{key[-1]}' is missing", near
    if key == ("schema_version",) and type(details["input"]) is int and details["input"] > 2:
        message = f"the card is of schema {details['input']}, this workbench reads 1 and 2"
        return key, "newer-card", message, "update the workbench"
    got = repr(details["input"])
    message = f"{details['msg'].lower()}, got {got if len(got) < 60 else got[:57] + '...'}"
    return key, "wrong-value", message, ""


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
    if challenge.label in (challenge.key, challenge.unit):
        yield ("label",), "same-column", "the label column is also the key or unit column", ""
    yield from _column_problems(challenge)
    yield from _policy_problems(challenge)
    yield from _metric_problems(challenge)
    yield from course_problems(challenge)


def _column_problems(challenge: Challenge) -> Iterator[Found]:
    """Check that column names are distinct and aliases name each class once."""
    if challenge.key in challenge.classes:
        yield ("key",), "same-column", f"'{challenge.key}' is the key and a class", "rename one"
    for place, alias in enumerate(challenge.submission.aliases):
        if sorted(alias.columns.values()) != sorted(challenge.classes):
            where: KeyPath = ("submission", "aliases", place, "columns")
            message = f"an alias names each class once: {', '.join(challenge.classes)}"
            yield where, "incomplete-alias", message, ""


def _policy_problems(challenge: Challenge) -> Iterator[Found]:
    """Check the values for missing answers and the decision's cost."""
    if (challenge.missing_value_policy == "impute") != (challenge.impute is not None):
        message = "'impute' gives a probability a class, with the policy 'impute' and only then"
        yield ("missing_value_policy",), "impute-values", message, ""
    elif challenge.impute is not None:
        if set(challenge.impute) != set(challenge.classes):
            yield ("impute",), "impute-values", "'impute' must name each class once", ""
        elif abs(sum(challenge.impute.values()) - 1) > 1e-9 or min(challenge.impute.values()) < 0:
            yield ("impute",), "impute-values", "'impute' must be probabilities that sum to 1", ""
    cost = challenge.decision.cost
    if challenge.decision.rule == "expected-cost" and cost is None:
        yield ("decision",), "missing-cost", "the rule 'expected-cost' needs 'cost'", ""
    if cost is not None:
        try:
            checked_cost(cost, len(challenge.classes))
        except UsageError as error:
            yield ("decision", "cost"), "wrong-cost", error.message, ""


def _metric_problems(challenge: Challenge) -> Iterator[Found]:
    """Check that each metric exists, takes its parameters, and exactly one is primary."""
    labels: list[str] = []
    for place, entry in enumerate(challenge.metrics):
        try:
            metric = challenge.metric(entry)
            labels.append(metric.label)
            if metric.needs not in ("labels", "probabilities", "scores"):
                message = f"'{entry.name}' judges {metric.needs}, a challenge asks for classes"
                yield ("metrics", place, "name"), "metric-needs", message, "workbench list metrics"
        except UsageError as error:
            yield ("metrics", place, "name"), "wrong-metric", error.message, error.remedy
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
