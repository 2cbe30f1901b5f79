"""A challenge that asks when an event comes: a risk and a survival curve for each case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import UsageError
from workbench.learning.cases import Cases
from workbench.learning.model import Predictions
from workbench.learning.survival import (
    Linear,
    SurvivalModel,
    outcome_of,
    survival_table,
)
from workbench.methods.survival.risk_groups import risk_groups
from workbench.methods.survival.stages import Stages
from workbench.methods.table_one import table_one
from workbench.runs.answers.forms import labels_form
from workbench.runs.answers.proportional import proportional_artefacts
from workbench.runs.answers.survival_evaluation import evaluation_artefacts
from workbench.scoring import Challenge
from workbench.scoring.card_answer import SurvivalAnswer


class RunSurvival:
    """Risks and curves at the card's times; see :class:`workbench.runs.answers.RunAnswer`."""

    outcome: tuple[str, ...] = ("time", "event")
    stratum = "event"

    def __init__(self, challenge: Challenge) -> None:
        assert isinstance(challenge.answer, SurvivalAnswer)
        self.challenge = challenge
        self.answer = challenge.answer

    def check(self, cases: Cases) -> None:
        """Check every time and event."""
        outcome_of(cases)

    def strata(self, cases: Cases) -> tuple[Any, ...]:
        """Return censored, then event."""
        return (0, 1)

    def predict(self, model: Any, cases: Cases) -> Predictions:
        """Return ``case``, ``risk`` and ``s_<time>`` at the times of the card.

        Raises:
            UsageError: The model gives no survival curves.
        """
        if not isinstance(model, SurvivalModel):
            raise UsageError(
                f"model '{type(model).__name__}' gives no survival curves, and challenge "
                f"'{self.challenge.id}' asks for them",
                where="model.name",
                remedy="choose a model whose card says outputs: {kind: risk}, such as cox",
            )
        found = model.predict(cases)
        times = self.answer.times
        curves = model.survival(cases, times)
        risk = found.table["risk"].to_numpy(dtype=np.float64)
        table = survival_table(found.table["case"].tolist(), risk, times, curves)
        return Predictions(table, found.attention)

    def submission(self, predictions: pd.DataFrame) -> pd.DataFrame:
        """Return key, ``risk`` and the curve."""
        key = self.challenge.key
        table = predictions.rename(columns={"case": key})[[key, "risk", *self.answer.curves]]
        return table.sort_values(key, ignore_index=True)

    def truth(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return key, unit, time and event (1 or 0)."""
        columns = {"time": self.answer.time, "event": self.answer.event}
        whole = table.assign(event=table["event"].astype(int))
        return labels_form(whole, self.challenge, columns)

    def telling(self, predictions: pd.DataFrame, table: pd.DataFrame, most: int) -> list[str]:
        """Choose in turn the highest risk with an event, the lowest without, and the reverse."""
        known = predictions[["case", "risk"]].merge(table[["case", "event"]], on="case")
        ranked = known.sort_values(["risk", "case"])
        seen, free = (ranked.loc[ranked["event"] == event, "case"].tolist() for event in (1, 0))
        order = [
            case for four in zip(seen[::-1], free, seen, free[::-1], strict=False) for case in four
        ]
        return list(dict.fromkeys([*order, *ranked["case"]]))[:most]

    def rows(self, submission: pd.DataFrame) -> list[dict[str, Any]]:
        """Return the risk of each case and its probability of no event by the last time."""
        last = self.answer.curves[-1]
        return [
            {"case": row[self.challenge.key], "status": "ok", "risk": row["risk"], last: row[last]}
            for row in submission.to_dict("records")
        ]

    def further(
        self,
        cases: Cases,
        predictions: Mapping[str, pd.DataFrame],
        resamples: int,
        *,
        stages: Stages,
        linear: Linear | None,
    ) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
        """Return the evaluation of all models; table 1 and a Cox regression of rows of numbers."""
        tables, evaluation = evaluation_artefacts(
            self.challenge, cases.table, predictions, n=resamples, stages=stages
        )
        if cases.kind == "table" and cases.features:
            own = next(iter(predictions.values()))
            groups, names = risk_groups(own["risk"], own["fold"].tolist())
            values = cases.subset(own["case"]).matrix()
            tables["table_one.csv"] = table_one(values, cases.features, groups, names)
            further, proportional = proportional_artefacts(cases, linear)
            return tables | further, {
                "evaluation.json": evaluation,
                "proportional_hazards.json": proportional,
            }
        return tables, {"evaluation.json": evaluation}
