"""The card of a new pack, as a mapping."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from workbench.challenge.pack.given import Given
from workbench.challenge.pack.question import Question
from workbench.errors import UsageError
from workbench.scoring.card_phases import Disclosure

SAMPLE, SUBMISSION = "starting_kit/labels.csv", "starting_kit/submission.csv"
ALL_CASES = "starting_kit/submission_all-cases.csv"
NOT_STATED = "not yet stated"


@dataclass(frozen=True)
class PackPlan:
    """What the organiser asks for.

    Attributes:
        id: Name of the challenge.
        question: What is said about the labels file.
        metrics: Metrics with their parameters; the first is primary.
        missing: Policy for missing answers.
        cost: Cost matrix (rows true), for a cost metric and the decision; None for none.
        opens: When the first phase opens; without it the card has no phase.
        closes: When it closes.
        public_share: Share of the units whose labels make the public board; 0 for one split.
        licence: Licence of the data.
    """

    id: str
    question: Question
    metrics: tuple[tuple[str, Mapping[str, Any]], ...]
    missing: str = "reject"
    cost: list[list[float]] | None = None
    opens: datetime | None = None
    closes: datetime | None = None
    public_share: float = 0.0
    licence: str = NOT_STATED


def card_content(given: Given, plan: PackPlan, parts: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return the card as a mapping; seals and baselines come later."""
    words = plan.id.replace("-", " ").capitalize()
    centre = {} if given.centre in (None, given.unit) else {"centre": given.centre}
    return {
        "schema_version": 2,
        "id": plan.id,
        "version": "0.1.0",
        "title": {"en": words, "fr": f"Défi « {words} »"},
        "description": {
            "en": "Say what is asked, of which cases, and why it matters.",
            "fr": "Dire ce qui est demandé, pour quels cas, et pourquoi c'est important.",
        },
        "use_case": "any",
        "licence": plan.licence,
        "contact": {"name": "Your team"},
        "rules": {"en": "rules.en.md", "fr": "rules.fr.md"},
        "data": {"splits": [_split_content(given, *part) for part in parts.items()]},
        "key": given.key,
        "unit": given.unit,
        **centre,
        **_answer(given, plan),
        "missing_value_policy": plan.missing,
        **_impute(given, plan),
        "metrics": [
            {"name": name}
            | ({"primary": True} if place == 0 else {})
            | ({"params": dict(params)} if params else {})
            for place, (name, params) in enumerate(plan.metrics)
        ],
        "intervals": {"resamples": 2000, "level": 0.95, "seed": int(mixed(plan.id)[:8], 16)},
        "sample": {"labels": SAMPLE, "submission": SUBMISSION},
        "ranking": {"scheme": "mean_then_rank", "ties": "min"},
        "selection": "last",
        "disclosure": Disclosure().model_dump(),
        "limits": {"per_day": 5, "concurrent": 1},
        "phases": _phases(plan, list(parts)),
    }


def _answer(given: Given, plan: PackPlan) -> dict[str, Any]:
    """Return the keys of a card that say what is asked for."""
    if given.answer is not None:
        return {"answer": dict(given.answer), "submission": {}}
    decision: dict[str, Any] = {"rule": "most-probable"}
    if plan.cost is not None:
        decision = {"rule": "expected-cost", "cost": plan.cost}
    named = {"aliases": [{"key": given.key, "columns": given.columns}]}
    alias = named if _renamed(given) else {}
    return {
        "label": given.label,
        "classes": given.classes,
        "submission": {"forms": ["probabilities", "one-hot"], **alias},
        "decision": decision,
    }


def _renamed(given: Given) -> bool:
    """Say whether the file's one-hot columns have other names than the classes."""
    return any(column != name for column, name in given.columns.items())


def _split_content(given: Given, name: str, table: pd.DataFrame) -> dict[str, Any]:
    """Return a hidden split as the card has it."""
    units = int(table[given.unit].nunique())
    keys = f"starting_kit/submission_{name}.csv"
    return {"id": name, "keys": keys, "hidden": True, "cases": len(table), "units": units}


def _impute(given: Given, plan: PackPlan) -> dict[str, Any]:
    """Return what fills in missing answers under the policy ``impute``: every class alike."""
    if plan.missing != "impute":
        return {}
    if given.answer is not None:
        raise UsageError(
            f"what fills in a missing answer of the kind {given.answer['kind']} is never assumed",
            remedy="--missing reject; or write `impute` into the card afterwards",
        )
    return {"impute": dict.fromkeys(given.classes, 1 / len(given.classes))}


def _phases(plan: PackPlan, splits: list[str]) -> list[dict[str, Any]]:
    """Return one phase a split; the private one scores the selection of the public one."""
    if plan.opens is None or plan.closes is None:
        return []
    first = {"id": "public" if len(splits) > 1 else "test", "split": splits[0]}
    dates = {"opens": _utc(plan.opens), "closes": _utc(plan.closes)}
    phases: list[dict[str, Any]] = [{**first, **dates}]
    if len(splits) > 1:
        final = {"id": "final", "split": splits[1], "final": True, "takes_from": "public"}
        phases.append({**final, **dates})
    return phases


def _utc(moment: datetime) -> str:
    """Write a moment in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def mixed(text: str) -> str:
    """Return a text's digest: an order that has nothing to do with the names."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
