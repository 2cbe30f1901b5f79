"""One run as the sections see it: score sheet, comparison, cases with their predictions."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from workbench.metrics import most_likely
from workbench.report.artefacts import Absent, Artefacts, Row
from workbench.report.case import Case, class_columns
from workbench.report.followed import TOLD, Followed, read_followed
from workbench.report.forms import Compared
from workbench.report.languages import Words, words_of
from workbench.scoring import Challenge, ScoreSheet, decisions
from workbench.scoring.card_answer import SurvivalAnswer


class Run:
    """The artefacts of a run, each read once; what is missing raises :class:`Absent`.

    Args:
        artefacts: Of the run.
        words: Language of the page; English by default.
    """

    def __init__(self, artefacts: Artefacts, words: Words | None = None) -> None:
        self.artefacts = artefacts
        self.facts = artefacts.facts("run.json")
        self.words = self._with_terms(words or words_of("run", "en"))

    def _with_terms(self, words: Words) -> Words:
        """Return the words with what the run's use case calls its columns and steps."""
        try:
            terms = self.artefacts.form("terms.json", dict[str, dict[str, str]])
        except Absent:
            return words
        return replace(words, terms=terms.get(words.language, {}))

    @cached_property
    def sheet(self) -> ScoreSheet:
        """Score sheet of the run's model."""
        return self.artefacts.form("score.json", ScoreSheet)

    @cached_property
    def comparison(self) -> list[Compared]:
        """The run's model and its baselines."""
        return self.artefacts.form("comparison.json", list[Compared])

    @cached_property
    def challenge(self) -> Challenge | None:
        """The challenge's card as the run kept it, None when it kept none."""
        try:
            return self.artefacts.form("challenge.json", Challenge)
        except Absent:
            return None

    @property
    def evaluates(self) -> bool:
        """Whether this is an evaluation of a run's model on other data."""
        return bool(self.facts.get("evaluates"))

    @property
    def kind(self) -> str:
        """Kind of answer the challenge asked for; ``classes`` when its card was not kept."""
        return self.challenge.answer.kind if self.challenge else "classes"

    @property
    def cost(self) -> list[list[float]] | None:
        """Cost of each decision (rows true, columns decided), None where decisions have none."""
        return self.challenge.decision.cost if self.challenge else None

    @property
    def rule(self) -> str:
        """How probabilities become a decision, in words."""
        if self.challenge and self.challenge.decision.rule == "expected-cost":
            return self.words("rule_cost")
        return self.words("rule_probable")

    @cached_property
    def model(self) -> str:
        """Name of the run's model, empty when it is not recorded."""
        models = self.facts.get("models") or [self.facts.get("model", "")]
        return str(models[0]) if isinstance(models, list) else str(models)

    @cached_property
    def cases_by_id(self) -> dict[str, dict[str, str]]:
        """Rows of ``cases.csv`` by case."""
        return {row["case"]: row for row in self.artefacts.rows("cases.csv", "case")}

    @cached_property
    def predictions(self) -> tuple[tuple[str, ...], dict[str, tuple[float, ...]]]:
        """Classes in order, and the probabilities of each case."""
        rows = self.artefacts.frame("predictions.parquet")
        if not rows:
            raise Absent("predictions.parquet holds no row")
        columns = list(rows[0])
        card = self.challenge
        key = "case" if "case" in columns else card.key if card else columns[0]
        classes = class_columns([c for c in columns if c != key], card.classes if card else [])
        try:
            found = {str(r[key]): tuple(float(r[c]) for c in classes) for r in rows}
        except (KeyError, TypeError, ValueError) as error:
            raise Absent(f"predictions.parquet holds no class probabilities ({error})") from error
        return tuple(c.removeprefix("p_") for c in classes), found

    @cached_property
    def cases(self) -> list[Case]:
        """Every predicted case, in order of its id, with its label where known."""
        classes, predicted = self.predictions
        rows = np.array(list(predicted.values()))
        decided = decisions(rows, self.challenge) if self.challenge else most_likely(rows)
        known = self.cases_by_id
        return [
            Case(
                case,
                known.get(case, {}).get("person", ""),
                known.get(case, {}).get("label", ""),
                classes[int(choice)],
                probabilities,
                known.get(case, {}),
            )
            for choice, (case, probabilities) in sorted(
                zip(decided, predicted.items(), strict=True), key=lambda pair: pair[1][0]
            )
        ]

    @cached_property
    def labelled(self) -> list[Case]:
        """The cases whose true class is known.

        Raises:
            Absent: No predicted case has a label among the classes.
        """
        classes, _ = self.predictions
        found = [case for case in self.cases if case.label in classes]
        if not found:
            raise Absent("no predicted case has a known class in cases.csv")
        return found

    @cached_property
    def followed(self) -> Followed:
        """The predicted cases of a survival run whose outcome is known.

        Raises:
            Absent: The artefacts do not tell them.
        """
        card = self.challenge
        if card is None or not isinstance(card.answer, SurvivalAnswer):
            raise Absent("challenge.json does not ask for survival")
        columns = (card.answer.time, card.answer.event)
        return read_followed(self.artefacts, card.key, columns, card.answer.times)

    def told(self, row: Row) -> str:
        """Return what is true of a row of ``cases.csv`` in a word; empty when unknown."""
        if self.kind == "survival":
            told = TOLD.get(row.get("event", ""), "")
            return self.words(f"outcome_{told}") if told else ""
        return row.get("label", "")

    def shown(self, case: str, row: dict[str, Any] | None = None) -> str:
        """Return how a case is named on the page: never by a name that tells the person.

        Args:
            case: Id of the case.
            row: A row that may name its person, where ``cases.csv`` does not know the case.
        """
        person = str((row or self._known(case)).get("person", ""))
        if person and person in case:
            return self.words("case_row", n=list(self.cases_by_id).index(case) + 1)
        return case

    def _known(self, case: str) -> dict[str, str]:
        """Return what ``cases.csv`` says about a case."""
        try:
            return self.cases_by_id.get(case, {})
        except Absent:
            return {}
