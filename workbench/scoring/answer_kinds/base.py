"""What a kind of answer is: its columns, its checks, its truth, and what metrics are given of it.

Everything a challenge does differently for classes, survival curves or estimates stands behind
this one class; the rest of the room does not ask which kind it is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.config.yaml_lines import KeyPath
from workbench.errors import Problem
from workbench.metrics import Metric
from workbench.metrics.base import Need
from workbench.scoring.card import Challenge
from workbench.scoring.raw import RawTable

Found = tuple[KeyPath, str, str, str]
"""Place in the card, code, message, remedy."""


class LabelColumn(NamedTuple):
    """A column of the labels that holds the answer, or a part of it.

    Attributes:
        role: What it is, in a word.
        name: Its name.
        place: Key of the card that names it.
        is_number: Whether it holds numbers, so that ``1.0`` and ``1`` are one label.
    """

    role: str
    name: str
    place: KeyPath
    is_number: bool = False


class LabelFault(NamedTuple):
    """What is wrong with one row of the labels."""

    row: int
    code: str
    message: str
    remedy: str = ""


@dataclass(frozen=True)
class HeaderForm:
    """One of the headers a submission may have.

    Attributes:
        key: Key column in the file.
        values: Column in the file: numeric column of the canonical table, in its order.
        optional: Numeric columns that may be left out, together.
    """

    key: str
    values: dict[str, str]
    optional: frozenset[str] = field(default=frozenset())


class Stated(Protocol):
    """What was answered, missing answers filled in, as metrics take it."""

    @property
    def n_missing(self) -> int:
        """How many answers were filled in."""
        ...

    def prediction(self, metric: Metric) -> NDArray[Any]:
        """Return what a metric needs, one row a case."""
        ...


class AnswerKind(ABC):
    """A kind of answer; it holds no state, so that one object serves every challenge.

    Attributes:
        name: As ``answer.kind`` of a card.
        asks: What is asked for, in a word.
        needs: What its metrics may judge.
        column: What a numeric column stands for, in a word.
        number: What stands in it, in a word.
        card_keys: Keys of a card that belong to this kind and must stand there.
        submission_keys: Keys of the card's ``submission`` that have a meaning for this kind alone.
        policies: What may be done with missing answers.
        text_column: A column of text that a submission may have beside its numbers.
    """

    name: ClassVar[str]
    asks: ClassVar[str]
    needs: ClassVar[tuple[Need, ...]]
    column: ClassVar[str] = "column of the answer"
    number: ClassVar[str] = "number"
    card_keys: ClassVar[tuple[str, ...]] = ()
    submission_keys: ClassVar[tuple[str, ...]] = ()
    policies: ClassVar[tuple[str, ...]] = ("reject", "impute")
    text_column: ClassVar[str | None] = None

    # The card.

    @abstractmethod
    def card_problems(self, card: Challenge) -> Iterator[Found]:
        """List what is wrong with the parts of a card that are of this kind alone."""

    @abstractmethod
    def impute_problem(self, values: dict[str, float], card: Challenge) -> str:
        """Say what is wrong with values that would fill in an answer; empty where nothing is."""

    def metric_problems(self, metric: Metric, primary: bool, card: Challenge) -> Iterator[Problem]:
        """List why a metric cannot be computed from the answers that the card asks for."""
        return iter(())

    # The submission.

    @abstractmethod
    def columns(self, card: Challenge) -> list[str]:
        """Return the numeric columns of the canonical table, in order."""

    def forms(self, card: Challenge) -> list[HeaderForm]:
        """Return the headers a file may have: the card's own and its aliases."""
        names, optional = self.columns(card), self.optional(card)
        forms = [HeaderForm(card.key, {name: name for name in names}, optional)]
        for alias in card.submission.aliases:
            order = sorted(alias.columns.items(), key=lambda pair: names.index(pair[1]))
            forms.append(HeaderForm(alias.key, dict(order), optional))
        return forms

    def optional(self, card: Challenge) -> frozenset[str]:
        """Return the numeric columns that a file may leave out, all of them together."""
        return frozenset()

    def may_be_empty(self, values: NDArray[np.float64], card: Challenge) -> NDArray[np.bool_]:
        """Return the cells, shape ``(n, K)``, that may be empty whatever the policy is."""
        return np.zeros(values.shape, dtype=np.bool_)

    @abstractmethod
    def value_problems(
        self,
        raw: RawTable,
        names: Sequence[str],
        given: Sequence[str],
        values: NDArray[np.float64],
        card: Challenge,
    ) -> Iterator[Problem]:
        """Yield what is wrong with the rows of a submission.

        Args:
            raw: The table as written.
            names: Its numeric columns, in the order of :meth:`columns`; one that was left out has
                its canonical name.
            given: Its keys.
            values: The numbers in those columns, shape ``(n, K)``; NaN is missing or unreadable.
            card: The challenge whose rules hold.
        """

    def text_problems(
        self, raw: RawTable, given: Sequence[str], texts: Sequence[str], card: Challenge
    ) -> Iterator[Problem]:
        """Yield what is wrong with the column of text."""
        return iter(())

    def remarks(self, table: pd.DataFrame, card: Challenge) -> list[Problem]:
        """Return what is odd about an accepted submission and may be a mistake of its author.

        Args:
            table: The submission in its canonical form.
            card: The challenge.
        """
        return []

    # The labels.

    @abstractmethod
    def label_columns(self, card: Challenge) -> list[LabelColumn]:
        """Return the columns of the labels that hold the answer."""

    @abstractmethod
    def label_faults(self, labels: pd.DataFrame, card: Challenge) -> Iterator[LabelFault]:
        """Yield what is wrong with the rows of the labels.

        Args:
            labels: All columns as text, in the order of the file.
            card: The challenge.
        """

    @abstractmethod
    def truth(self, labels: pd.DataFrame, card: Challenge) -> NDArray[Any]:
        """Return the truth in the form this kind's metrics take, one row a case."""

    def truth_for(
        self, metric: Metric, truth: NDArray[Any], labels: pd.DataFrame, card: Challenge
    ) -> NDArray[Any]:
        """Return the truth as one metric takes it: that of :meth:`truth`, for most."""
        return truth

    # The score.

    @abstractmethod
    def stated(self, table: pd.DataFrame, truth: NDArray[Any], card: Challenge) -> Stated:
        """Return what was answered, missing answers filled in by the card's policy."""

    def decision(self, table: pd.DataFrame, card: Challenge) -> str:
        """Return how answers became decisions, for the score sheet."""
        return "none"
