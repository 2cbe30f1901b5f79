"""Scores within centres and subgroups, as far as the disclosure gate lets them be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from workbench.challenge.answer_kinds import hosted
from workbench.challenge.standings.gate import Gate, shown_groups
from workbench.metrics import UnitBootstrap
from workbench.metrics.subgroups import part_value
from workbench.scoring import Challenge
from workbench.scoring.answers import Answers


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GroupScore(_Part):
    """A team's primary metric within a group; null where it is undefined there."""

    team: str
    value: float | None
    low: float | None
    high: float | None


class Group(_Part):
    """A group that may be shown."""

    name: str
    n_cases: int
    n_units: int
    scores: list[GroupScore]


class GroupTable(_Part):
    """Scores within the groups of one column of the labels."""

    column: str
    metric: str
    digits: int
    level: float
    persons: int = Field(description="fewest persons in a shown group")
    events: int = Field(description="fewest persons with, and without, each class")
    groups: list[Group]
    hidden: int = Field(description="groups that are not shown; their names and sizes are not")


def group_tables(
    card: Challenge, labels: pd.DataFrame, answers: Mapping[str, pd.DataFrame]
) -> list[GroupTable]:
    """Return one table for the centre and one for each subgroup column the card names.

    Args:
        card: The challenge.
        labels: What :func:`workbench.scoring.load_truth` returns.
        answers: Checked submissions by team, as :func:`workbench.scoring.check_submission` returns
            them; cases of other splits in them are left out.
    """
    columns = [card.centre, *card.subgroups] if card.centre else list(card.subgroups)
    if not columns or not answers:
        return []
    keys = labels[card.key]
    known = {
        team: Answers(table[table[card.key].isin(keys)].reset_index(drop=True), labels, card)
        for team, table in sorted(answers.items())
    }
    return [_table(card, labels, column, known) for column in dict.fromkeys(columns)]


def _table(
    card: Challenge, labels: pd.DataFrame, column: str, known: Mapping[str, Answers]
) -> GroupTable:
    """Return the table of one column."""
    first = next(iter(known.values()))
    rules, groups = card.disclosure, labels[column].to_numpy(dtype=object)
    gate = Gate(rules.persons, rules.events)
    events, kinds = hosted(card).gate_classes(labels, card)
    shown = shown_groups(groups, first.units, events, gate, n_classes=kinds)
    entry = card.metrics[card.primary]
    digits = min(entry.digits, rules.digits)
    found = [_group(card, name, groups == name, known, digits) for name in shown]
    return GroupTable(
        column=column,
        metric=card.metric_objects[card.primary].label,
        digits=digits,
        level=card.intervals.level,
        persons=rules.persons,
        events=rules.events,
        groups=found,
        hidden=len(set(groups.tolist())) - len(shown),
    )


def _group(
    card: Challenge, name: str, member: Any, known: Mapping[str, Answers], digits: int
) -> Group:
    """Return the scores of all teams within a group, on resamples of its persons."""
    first, metric = next(iter(known.values())), card.metric_objects[card.primary]
    rules = card.intervals
    bootstrap = UnitBootstrap(first.truth[member], first.units[member], rules.resamples, rules.seed)
    scores = []
    for team, answers in known.items():
        prediction = answers.prediction(metric)[member]
        value = part_value(metric, bootstrap.truth, prediction)
        low = high = float("nan")
        if np.isfinite(value):
            interval = bootstrap.interval(metric, prediction, rules.level)
            low, high = interval.low, interval.high
        ends = [_rounded(number, digits) for number in (value, low, high)]
        scores.append(GroupScore(team=team, value=ends[0], low=ends[1], high=ends[2]))
    return Group(name=name, n_cases=int(member.sum()), n_units=bootstrap.n_units, scores=scores)


def _rounded(value: float, digits: int) -> float | None:
    return round(value, digits) + 0.0 if np.isfinite(value) else None
