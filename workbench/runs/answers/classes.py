"""A challenge that asks for classes: a probability for each, a decision by the card's rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.learning.cases import Cases
from workbench.learning.model import Predictions
from workbench.learning.survival import Linear
from workbench.methods.survival.stages import Stages
from workbench.runs.answers.forms import labels_form
from workbench.scoring import Challenge, decisions
from workbench.scoring.card_answer import ClassesAnswer


class RunClasses:
    """Classes with probabilities; see :class:`workbench.runs.answers.RunAnswer`."""

    outcome: tuple[str, ...] = ("label",)
    stratum = "label"

    def __init__(self, challenge: Challenge) -> None:
        self.challenge = challenge

    def check(self, cases: Cases) -> None:
        """Leave it to the models: each names the labels it does not know."""

    def strata(self, cases: Cases) -> tuple[Any, ...]:
        """Return the classes in order."""
        return cases.classes

    def predict(self, model: Any, cases: Cases) -> Predictions:
        """Return ``case`` and ``p_<class>``."""
        found: Predictions = model.predict(cases)
        return found

    def submission(self, predictions: pd.DataFrame) -> pd.DataFrame:
        """Return key and one column a class."""
        key = self.challenge.key
        columns = {"case": key, **{f"p_{name}": name for name in self.challenge.classes}}
        table = predictions.rename(columns=columns)[list(columns.values())]
        return table.sort_values(key, ignore_index=True)

    def truth(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return key, unit and label; the first day of an alert where the card asks for days."""
        outcome, answer = {"label": self.challenge.label}, self.challenge.answer
        if isinstance(answer, ClassesAnswer) and answer.alerts is not None:
            outcome |= {answer.alerts.first: answer.alerts.first}
        return labels_form(table, self.challenge, outcome)

    def telling(self, predictions: pd.DataFrame, table: pd.DataFrame, most: int) -> list[str]:
        """Choose in turn, per true class, the surest right and the surest wrong case."""
        truth = table.set_index("case")["label"]
        own = [float(row[f"p_{truth[row['case']]}"]) for _, row in predictions.iterrows()]
        ranked = pd.DataFrame({"case": predictions["case"].to_numpy(), "own": own})
        ranked["label"] = ranked["case"].map(truth).to_numpy()
        chosen: list[str] = []
        for _, group in ranked.sort_values(["own", "case"]).groupby("label", sort=False):
            chosen += [group["case"].iloc[-1], group["case"].iloc[0]]
        rights, wrongs = chosen[0::2], chosen[1::2]
        return list(dict.fromkeys([*rights, *wrongs]))[:most]

    def rows(self, submission: pd.DataFrame) -> list[dict[str, Any]]:
        """Return the challenge's decision of each case and its probability."""
        challenge = self.challenge
        values = submission[list(challenge.classes)].to_numpy(dtype=float)
        decided = [challenge.classes[number] for number in decisions(values, challenge)]
        return [
            {
                "case": case,
                "status": "ok",
                "answer": answer,
                "probability": float(submission.loc[row, answer]),
            }
            for row, (case, answer) in enumerate(
                zip(submission[challenge.key], decided, strict=True)
            )
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
        """Return nothing: the report draws from predictions and labels."""
        return {}, {}
