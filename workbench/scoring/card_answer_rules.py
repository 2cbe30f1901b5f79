"""Rules on what a card asks for: its kind of answer, columns, missing answers and metrics."""

from __future__ import annotations

from collections.abc import Iterator

from workbench import metrics
from workbench.config.yaml_lines import KeyPath
from workbench.errors import UsageError
from workbench.scoring.answer_kinds import KINDS, kind_of
from workbench.scoring.answer_kinds.base import Found
from workbench.scoring.card import Challenge


def answer_rule_problems(challenge: Challenge) -> Iterator[Found]:
    """List what is wrong with the parts of a card that say what is asked and how it is judged."""
    yield from _kind_problems(challenge)
    yield from _column_problems(challenge)
    yield from _policy_problems(challenge)
    yield from kind_of(challenge).card_problems(challenge)
    yield from _metric_problems(challenge)


def _kind_problems(challenge: Challenge) -> Iterator[Found]:
    """Refuse keys of another kind of answer, and columns that mean two things."""
    kind = kind_of(challenge)
    others = {key for other in KINDS.values() for key in other.card_keys} - set(kind.card_keys)
    wrong: list[KeyPath] = [(key,) for key in others if key in challenge.model_fields_set]
    inside = {key for other in KINDS.values() for key in other.submission_keys}
    inside -= set(kind.submission_keys)
    wrong += [("submission", k) for k in inside & challenge.submission.model_fields_set]
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
    if challenge.key in names:
        yield (
            ("key",),
            "same-column",
            f"'{challenge.key}' is the key and a {kind.column}",
            "rename one",
        )
    for place, alias in enumerate(challenge.submission.aliases):
        if sorted(alias.columns.values()) != sorted(names):
            where: KeyPath = ("submission", "aliases", place, "columns")
            message = f"an alias names each {kind.column} once: {', '.join(names)}"
            yield where, "incomplete-alias", message, ""


def _policy_problems(challenge: Challenge) -> Iterator[Found]:
    """Check the policy for missing answers and its values."""
    kind, policy = kind_of(challenge), challenge.missing_value_policy
    where: KeyPath = ("missing_value_policy",)
    if policy not in kind.policies:
        message = f"'{policy}' has no meaning for {kind.name}"
        yield where, "wrong-policy", message, f"write {' or '.join(kind.policies)}"
    if (policy == "impute") != (challenge.impute is not None):
        gives = f"a {kind.number} a {kind.column}"
        message = f"'impute' gives {gives}, with the policy 'impute' and only then"
        yield where, "impute-values", message, ""
    elif challenge.impute is not None:
        names = kind.columns(challenge)
        if set(challenge.impute) != set(names):
            message = f"'impute' must name each {kind.column} once"
            yield ("impute",), "impute-values", message, ", ".join(names)
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
                yield where, "metric-needs", message, "docs/metrics.md says what each metric judges"
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
