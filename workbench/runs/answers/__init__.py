"""What a run does differently for each kind of answer a challenge asks for, one object a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import pandas as pd

from workbench.errors import UsageError
from workbench.learning.cases import Cases
from workbench.learning.model import Predictions
from workbench.learning.survival import Linear
from workbench.methods.survival.stages import Stages
from workbench.runs.answers.classes import RunClasses
from workbench.runs.answers.survival import RunSurvival
from workbench.scoring import Challenge


class RunAnswer(Protocol):
    """How cases are divided, asked about, judged and shown for one kind of answer.

    Attributes:
        outcome: Columns of the table of cases that say what is true.
        stratum: The one of them that folds are stratified by.
    """

    outcome: tuple[str, ...]
    stratum: str

    def check(self, cases: Cases) -> None:
        """Check that labelled cases can be learnt from, or raise a named ``DataError``."""

    def strata(self, cases: Cases) -> tuple[Any, ...]:
        """Return the values of the stratum from harmless to grave."""

    def predict(self, model: Any, cases: Cases) -> Predictions:
        """Ask a model about cases; the table has ``case`` and the columns of a run."""

    def submission(self, predictions: pd.DataFrame) -> pd.DataFrame:
        """Return predictions in the challenge's own form, sorted by key; other columns go."""

    def truth(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the truth of cases in the form of the challenge's labels, sorted by key."""

    def telling(self, predictions: pd.DataFrame, table: pd.DataFrame, most: int) -> list[str]:
        """Return the cases whose pictures tell most about a model."""

    def rows(self, submission: pd.DataFrame) -> list[dict[str, Any]]:
        """Return one row a case for the terminal: ``case``, ``status`` and the answer."""

    def further(
        self,
        cases: Cases,
        predictions: Mapping[str, pd.DataFrame],
        resamples: int,
        *,
        stages: Stages,
        linear: Linear | None,
    ) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
        """Return what the report needs beside the scores: tables and JSON values by file name.

        Args:
            cases: All cases of the run.
            predictions: Of each model, its own first: one row a case.
            resamples: Of intervals, at most.
            stages: Does the parts of the work.
            linear: Coefficients of the run's model, where it has them.
        """


_KINDS: dict[str, Callable[[Challenge], RunAnswer]] = {
    "classes": RunClasses,
    "survival": RunSurvival,
}


def answer_of(challenge: Challenge) -> RunAnswer:
    """Return what a run does for the kind of answer a challenge asks for.

    Raises:
        UsageError: No run ends in such an answer (estimates are sent as a file).
    """
    kind = challenge.answer.kind
    if kind not in _KINDS:
        raise UsageError(
            f"challenge '{challenge.id}' asks for {kind}: no run gives them",
            where="challenge.name",
            remedy=f"choose a challenge that asks for {' or '.join(_KINDS)}, or send a file "
            "(workbench score, workbench submit)",
        )
    return _KINDS[kind](challenge)
