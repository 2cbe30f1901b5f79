"""The labels of a new score set: as they are now, and why they differ from the sealed ones."""

from __future__ import annotations

import json

import pandas as pd

from workbench.challenge.standings import course, dry_run
from workbench.challenge.store import Store
from workbench.challenge.store.events import Cause
from workbench.challenge.store.rebuild import Tables
from workbench.challenge.submissions import Labels
from workbench.challenge.submissions.cards import current_set, kept_list
from workbench.challenge.submissions.labels import labels_folder_of
from workbench.errors import HostError, UsageError
from workbench.scoring import Challenge, split_labels

OF_LABELS: tuple[Cause, ...] = ("opt-out", "labels")
"""Causes that say why labels are no longer the sealed ones."""


def current_labels(store: Store, card: Challenge, name: str, labels: Labels) -> pd.DataFrame:
    """Return the labels of a split as they are now, sealed or not."""
    split = card.split(name).model_copy(update={"sealed": None})
    if split.hidden:
        return split_labels(card, split, labels_folder_of(labels.folder, card.id))
    if card.folder is not None:
        return split_labels(card, split)
    with store.reading() as connection:
        return labels.of(connection, card, split, current_set(connection, card.id))


def check_labels(
    store: Store,
    tables: Tables,
    found: dict[str, pd.DataFrame],
    changed: set[str],
    card: Challenge,
    cause: Cause,
) -> None:
    """Refuse labels that changed without a cause that says so, and opt-outs that add cases."""
    if changed and cause not in OF_LABELS:
        names = ", ".join(f"'{name}'" for name in sorted(changed))
        raise HostError(
            f"the labels of {names} are not those that were sealed",
            where=card.id,
            remedy="put the sealed files back, or say why they changed: --cause opt-out or labels",
        )
    if cause != "opt-out":
        return
    if not changed:
        raise UsageError(
            "no labels changed: whose cases were taken out?",
            where=card.id,
            remedy="a rescoring that was broken off goes on with `workbench challenge work`",
        )
    for phase in card.phases:
        if phase.split not in changed:
            continue
        shown, _ = course.shown_set(tables, card.id, phase)
        cases = _n_cases(tables, phase.id, shown)
        if cases is not None and len(found[phase.split]) >= cases:
            raise HostError(
                f"the labels of '{phase.split}' have {len(found[phase.split])} cases, not fewer "
                f"than the {cases} before: an opt-out takes cases out",
                where=card.id,
                remedy="give the cause 'labels' where labels were corrected",
            )
    _check_known_cases(store, found, changed, card)


def _check_known_cases(
    store: Store, found: dict[str, pd.DataFrame], changed: set[str], card: Challenge
) -> None:
    """Refuse an opt-out whose labels name cases the challenge did not open with."""
    for name in sorted(changed):
        with store.reading() as connection:
            kept = kept_list(connection, card.id, f"cases.{name}")
        new = set(found[name][card.key].map(str)) - set(json.loads(kept or b"[]"))
        if kept is not None and new:
            raise HostError(
                f"the labels of '{name}' name {len(new)} cases the challenge did not open with, "
                f"such as '{min(new)}': an opt-out takes cases out",
                where=card.id,
                remedy="give the cause 'labels' where labels were corrected",
            )


def _n_cases(tables: Tables, phase: str, score_set: str | None) -> int | None:
    """Return how many cases the scores of a set were made on."""
    for key, row in tables["score"].items():
        if key[1:] == (phase, score_set):
            return dry_run.sheet_of(row).n_cases
    return None
