"""Rules on the course of a challenge: splits, phases, limits, baselines, and the card's version."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from workbench.config.yaml_lines import KeyPath
from workbench.errors import UsageError, did_you_mean
from workbench.metrics import Metric
from workbench.scoring.answer_kinds import kind_of
from workbench.scoring.answer_kinds.base import Found
from workbench.scoring.card import SAMPLE, Challenge
from workbench.scoring.card_model_rules import leads_out, model_problems
from workbench.scoring.card_phases import Phase

SINCE_2 = (
    "rules",
    "data",
    "centre",
    "subgroups",
    "ranking",
    "phases",
    "limits",
    "selection",
    "disclosure",
    "baselines",
    "models",
    "answer",
)
"""Keys that came with ``schema_version: 2``."""


def course_problems(challenge: Challenge) -> Iterator[Found]:
    """List what is wrong with the parts of the card that say when, on what and how often."""
    yield from _version_problems(challenge)
    yield from _label_column_problems(challenge)
    yield from _further_column_problems(challenge)
    yield from _split_problems(challenge)
    yield from _phase_problems(challenge)
    yield from _final_problems(challenge)
    yield from _baseline_problems(challenge)
    yield from model_problems(challenge)


def _version_problems(challenge: Challenge) -> Iterator[Found]:
    """Refuse newer keys in a card that says it is an old one."""
    if challenge.schema_version >= 2:
        return
    newer: list[KeyPath] = [(key,) for key in SINCE_2 if key in challenge.model_fields_set]
    inside = ("columns", "encoding")
    newer += [("submission", k) for k in inside if k in challenge.submission.model_fields_set]
    for key in newer:
        message = f"'{key[-1]}' came with schema 2, the card says {challenge.schema_version}"
        yield key, "newer-key", message, "write schema_version: 2"


def _label_column_problems(challenge: Challenge) -> Iterator[Found]:
    """Check that columns of the labels that are shown apart are not the answer itself."""
    named: list[tuple[KeyPath, str]] = [
        (("subgroups", i), name) for i, name in enumerate(challenge.subgroups)
    ]
    if challenge.centre is not None:
        named.append((("centre",), challenge.centre))
    columns = kind_of(challenge).label_columns(challenge)
    answer = [column.name for column in columns if column.role != "group"]
    for place, name in named:
        if name in (challenge.key, *answer):
            yield place, "same-column", f"'{name}' is the key or label column", "name another"


def _further_column_problems(challenge: Challenge) -> Iterator[Found]:
    """Check that columns asked for beside the answer have names of their own."""
    kind = kind_of(challenge)
    taken = {challenge.key, *([kind.text_column] if kind.text_column else [])}
    for form in kind.forms(challenge):
        taken |= {form.key, *form.values}
    for place, column in enumerate(challenge.submission.columns):
        where: KeyPath = ("submission", "columns", place, "name")
        if column.name in taken:
            yield where, "same-column", f"'{column.name}' means something else already", "rename it"
        taken.add(column.name)


def _split_problems(challenge: Challenge) -> Iterator[Found]:
    """Check ids, places of the labels and seals."""
    seen = {SAMPLE}
    for place, split in enumerate(challenge.data.splits):
        where: KeyPath = ("data", "splits", place)
        if split.id in seen:
            message = f"there is a split '{split.id}' already"
            hint = "the starting kit's labels are the split 'sample'" if split.id == SAMPLE else ""
            yield (*where, "id"), "duplicate-split", message, hint
        seen.add(split.id)
        for key, file in (("labels", split.file), ("keys", split.keys)):
            if leads_out(file):
                message = f"'{file}' leads out of the folder"
                yield (*where, key), "path-outside", message, "name a file inside"


def _phase_problems(challenge: Challenge) -> Iterator[Found]:
    """Check ids, splits and dates of phases, one by one and in pairs."""
    seen: set[str] = set()
    for place, phase in enumerate(challenge.phases):
        where: KeyPath = ("phases", place)
        if phase.id in seen:
            yield (*where, "id"), "duplicate-phase", f"there is a phase '{phase.id}' already", ""
        seen.add(phase.id)
        if phase.split not in challenge.splits:
            known = f"the splits are {', '.join(challenge.splits)}"
            hint = did_you_mean(phase.split, challenge.splits) or known
            yield (*where, "split"), "unknown-split", f"there is no split '{phase.split}'", hint
        if phase.opens >= phase.closes:
            message = f"the phase closes ({_utc(phase, 'closes')}) before or when it opens"
            yield (*where, "closes"), "wrong-dates", message, "let it close after it opens"
        if phase.digits is not None and phase.digits > challenge.disclosure.digits:
            message = f"{phase.digits} digits, 'disclosure' allows {challenge.disclosure.digits}"
            yield (*where, "digits"), "too-many-digits", message, ""
    for (_, first), (place, second) in combinations(enumerate(challenge.phases), 2):
        meet = first.opens < second.closes and second.opens < first.closes
        if first.split == second.split and meet:
            message = f"'{second.id}' overlaps '{first.id}' on the split '{first.split}'"
            remedy = f"open it at or after {_utc(first, 'closes')}, or name another split"
            yield ("phases", place, "opens"), "phases-overlap", message, remedy


def _final_problems(challenge: Challenge) -> Iterator[Found]:
    """Check that what decides the challenge is limited, apart, and takes from a phase before it."""
    by_id = {phase.id: phase for phase in challenge.phases}
    for place, phase in enumerate(challenge.phases):
        where: KeyPath = ("phases", place)
        if phase.takes_from is not None:
            yield from _source_problems(phase, by_id, (*where, "takes_from"))
        if not phase.final:
            continue
        if phase.takes_from is None and challenge.limits_of(phase).total is None:
            message = f"the final phase '{phase.id}' has no limit in total"
            remedy = "set limits.total (1 or 2), or takes_from: <phase>"
            yield (*where, "limits"), "final-without-limit", message, remedy
        others = [other.id for other in challenge.phases if not other.final]
        if any(by_id[other].split == phase.split for other in others):
            message = f"the split '{phase.split}' was shown in another phase before"
            yield (*where, "split"), "final-not-apart", message, "decide on a split of its own"
        if phase.ladder:
            message = "the Ladder guards many submissions; a final phase scores once"
            yield (*where, "ladder"), "ladder-on-final", message, "leave it out"


def _source_problems(phase: Phase, by_id: dict[str, Phase], where: KeyPath) -> Iterator[Found]:
    """Check the phase whose selection another phase scores."""
    source = by_id.get(str(phase.takes_from))
    if source is None:
        hint = did_you_mean(str(phase.takes_from), by_id) or f"the phases are {', '.join(by_id)}"
        yield where, "unknown-phase", f"there is no phase '{phase.takes_from}'", hint
    elif source is phase or source.takes_from is not None:
        message = f"'{source.id}' receives no submissions of its own"
        yield where, "wrong-source", message, "name a phase that does"
    elif source.closes > phase.closes:
        message = f"'{source.id}' closes ({_utc(source, 'closes')}) after this phase"
        yield where, "wrong-source", message, "let the source close first"


def _baseline_problems(challenge: Challenge) -> Iterator[Found]:
    """Check ids, splits and expected scores of the baselines."""
    seen: set[str] = set()
    primary = _primary(challenge)
    for place, baseline in enumerate(challenge.baselines):
        where: KeyPath = ("baselines", place)
        if baseline.id in seen:
            message = f"there is a baseline '{baseline.id}' already"
            yield (*where, "id"), "duplicate-baseline", message, ""
        seen.add(baseline.id)
        if baseline.split is not None and baseline.split not in challenge.splits:
            hint = did_you_mean(baseline.split, challenge.splits)
            message = f"there is no split '{baseline.split}'"
            yield (*where, "split"), "unknown-split", message, hint
        if primary is not None and not _within(baseline.expected, primary.range):
            low, high = primary.range
            message = f"{primary.label} lies within {low:g}..{high:g}, got {baseline.expected:g}"
            yield (*where, "expected"), "impossible-score", message, ""


def _primary(challenge: Challenge) -> Metric | None:
    """Return the primary metric; None where another rule has named what is wrong with it."""
    try:
        return challenge.metric(next(entry for entry in challenge.metrics if entry.primary))
    except (StopIteration, UsageError):
        return None


def _within(value: float, bounds: tuple[float, float]) -> bool:
    """Say whether a value lies within bounds, ends included."""
    return bounds[0] <= value <= bounds[1]


def _utc(phase: Phase, which: str) -> str:
    """Write one of a phase's dates."""
    return str(getattr(phase, which).strftime("%Y-%m-%d %H:%M UTC"))
