"""Makes a challenge pack from a labels file: card, rules, starting kit, tests; and hidden labels.

The labels go to a folder of their own, outside the pack. The sample of the starting kit is made up,
so that no real label is published; no baseline on hidden labels is written into the card, because
the score of a constant answer tells how frequent a class is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from workbench import storage
from workbench.challenge.answer_kinds import hosted
from workbench.challenge.pack.card_content import (
    ALL_CASES,
    SAMPLE,
    SUBMISSION,
    PackPlan,
    card_content,
    mixed,
)
from workbench.challenge.pack.given import Given, understand
from workbench.challenge.pack.given_away import safe_total
from workbench.challenge.pack.leaks import Leak, leak_test
from workbench.challenge.pack.metadata import name_features, order_features
from workbench.challenge.pack.starting_kit import sample_labels, sample_submission, uniform_answers
from workbench.challenge.pack.texts import pages
from workbench.errors import UsageError
from workbench.scoring import Challenge, labels_digest, load_challenge, load_truth, parse_challenge
from workbench.scoring import score as score_answers


@dataclass(frozen=True)
class MadePack:
    """What was written.

    Attributes:
        folder: The pack.
        labels_folder: The hidden labels.
        challenge: The checked card.
        assumed: What was assumed, in words.
        leak: The leak test of the labels file as it was given.
        files: Names of the files in the pack.
    """

    folder: Path
    labels_folder: Path
    challenge: Challenge
    assumed: list[str]
    leak: Leak
    files: list[str] = field(default_factory=list)


def make_pack(labels: Path, plan: PackPlan, out: Path, labels_out: Path) -> MadePack:
    """Write a challenge pack.

    Args:
        labels: The labels file.
        plan: What is asked for.
        out: Folder of the pack; it must not exist.
        labels_out: Folder of the hidden labels, outside the pack; it must not exist.

    Raises:
        UsageError: Something must be said that cannot be assumed, or a folder exists.
        DataError: The labels file is broken.
    """
    _check_folders(out, labels_out)
    given = understand(labels, plan.question)
    parts = _parts(given, plan)
    content = card_content(given, plan, parts)
    draft = parse_challenge({**content, "data": {}, "phases": []}, out / "challenge.yaml")
    load_truth(given.labels, draft)
    leak = leak_test(
        name_features(given.labels[given.key].tolist()) | order_features(len(given.labels)),
        hosted(draft).strata(given.labels, draft),
        given.labels[given.unit].tolist(),
    )
    sample = sample_labels(given, draft)
    submission = sample_submission(sample, draft)
    sheet = score_answers(submission, sample, draft, resamples=100)
    content["baselines"] = [
        {"id": "starting-kit", "submission": SUBMISSION, "expected": sheet.primary.value}
    ]
    for split, table in zip(content["data"]["splits"], parts.values(), strict=True):
        split["sealed"] = labels_digest(load_truth(table, draft), draft)
    total = safe_total(parse_challenge(content, out / "challenge.yaml"), parts)
    if total is not None:
        content["limits"]["total"] = total
    tables = {SAMPLE: sample, SUBMISSION: submission}
    tables |= {f"starting_kit/submission_{name}.csv": uniform_answers(part, draft)
               for name, part in parts.items()}  # fmt: skip
    if len(parts) > 1:  # one file answers the cases of both: the final phase scores it again
        tables[ALL_CASES] = pd.concat([uniform_answers(p, draft) for p in parts.values()])
    texts = {name: _csv(table) for name, table in tables.items()}
    texts |= pages(content, given, draft, yaml_text(content))
    _write_folder(labels_out, {f"{name}.csv": _csv(part) for name, part in parts.items()})
    _write_folder(out, texts)
    files = sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file())
    told = _told(given, plan)
    if total is not None:
        told.append(f"{total} submissions a team in a phase: more would give labels away")
    return MadePack(out, labels_out, load_challenge(out), told, leak, files)


def yaml_text(content: Mapping[str, Any]) -> str:
    """Return a card as YAML, keys in the order of the card."""
    return yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True, width=96)


def _check_folders(out: Path, labels_out: Path) -> None:
    """Refuse to write over something, or to put the labels into the pack."""
    for folder in (out, labels_out):
        if folder.exists():
            raise UsageError("something is there already", where=str(folder), remedy="--out FOLDER")
    if labels_out.resolve().is_relative_to(out.resolve()):
        message = "the hidden labels would lie inside the pack that participants get"
        raise UsageError(message, where=str(labels_out), remedy="--labels-out FOLDER elsewhere")


def _parts(given: Given, plan: PackPlan) -> dict[str, pd.DataFrame]:
    """Return the labels of each hidden split, sorted by key: their order gives nothing away."""
    table = given.labels.sort_values(given.key, ignore_index=True)
    if not plan.public_share:
        return {"test": table}
    units = sorted(set(table[given.unit]), key=lambda unit: mixed(f"{plan.id}:{unit}"))
    public = set(units[: round(plan.public_share * len(units))])
    if not public or len(public) == len(units):
        raise UsageError(f"{len(units)} units cannot be parted", remedy="--public-share 0.3")
    own = table[given.unit].isin(public)
    return {
        "public-test": table[own].reset_index(drop=True),
        "private-test": table[~own].reset_index(drop=True),
    }


def _told(given: Given, plan: PackPlan) -> list[str]:
    """Return what was assumed, in words."""
    told = list(given.assumed)
    told.append(f"missing answers: {plan.missing} (--missing)")
    if plan.opens is None or plan.closes is None:
        told.append("no phase: nothing can be submitted before you give dates (--opens, --closes)")
    told.append("five submissions a day and one at a time a team (limits in the card)")
    if plan.licence == PackPlan.licence:
        told.append("the licence is not yet stated (--licence)")
    return told


def _csv(table: pd.DataFrame) -> str:
    """Return a table as CSV."""
    return str(table.to_csv(index=False, lineterminator="\n"))


def _write_folder(folder: Path, texts: Mapping[str, str]) -> None:
    """Write files into a new folder: all of them, or none."""
    with storage.writing_folder(folder) as aside:
        for name, text in texts.items():
            storage.write_text(aside / name, text)
