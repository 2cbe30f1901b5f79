"""Checks what a challenge that takes models gives them of its public sample."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from workbench.challenge.pack.findings import Finding, problem
from workbench.scoring import Challenge, case_keys
from workbench.scoring.answer_kinds import kind_of
from workbench.scoring.card import SAMPLE
from workbench.scoring.splits import beside

CASES = "cases.csv"
_CHECK = "inputs of models"


def model_inputs(card: Challenge) -> Iterator[Finding]:
    """Say whether the sample's inputs are there, list its cases, and hold no label.

    Nothing is said of a card that takes no models.
    """
    rules = card.models
    if not rules.accepted or card.folder is None:
        return
    folder = beside(card, rules.sample_inputs)
    name = CASES if rules.streaming is None else rules.streaming.cases
    if not (folder / name).is_file():
        remedy = f"write {name} with the column '{card.key}' there"
        message = f"the sample's inputs have no {name}"
        yield problem(_CHECK, "no-inputs", message, str(folder), remedy)
        return
    found = list(_problems(card, folder, name))
    yield from found or [Finding(_CHECK, "ok", f"{rules.sample_inputs}/{name} lists the sample")]


def _problems(card: Challenge, folder: Path, name: str) -> Iterator[Finding]:
    """Compare the list of cases with the sample, and look for a column of labels."""
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        listed = sorted(row.get(card.key) or "" for row in csv.DictReader(file))
    expected = sorted(case_keys(card, card.split(SAMPLE)))
    if listed != expected:
        differ = len(set(listed) ^ set(expected)) or len(listed) - len(expected)
        message = f"{name} and the sample differ in {differ} cases"
        yield problem(_CHECK, "wrong-cases", message, str(folder / name), "write the list again")
    for table in sorted(folder.rglob("*.csv")):
        with table.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            header = next(csv.reader(file), [])
        for column in kind_of(card).label_columns(card):
            if column.name not in header:
                continue
            message = f"{table.name} has the column '{column.name}': that is the answer"
            yield problem(_CHECK, "label-among-inputs", message, str(table), "take it out")
