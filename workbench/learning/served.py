"""Loads a tracked model for MLflow's ``pyfunc``: a table of features in, predictions out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench import registry
from workbench.errors import DataError
from workbench.learning.cases import Bag, Cases


class Served:
    """A saved model that predicts from one table.

    Args:
        folder: What the model's ``save`` wrote.
    """

    def __init__(self, folder: Path) -> None:
        facts = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        self.features: list[str] = facts["features"]
        self.row_features: list[str] = facts.get("row_features", [])
        self.model: Any = registry.load("model", facts["model"]).load(folder)
        self.kind = registry.get("model", facts["model"]).card["inputs"]["kind"]

    def predict(self, model_input: pd.DataFrame, params: Any = None) -> pd.DataFrame:
        """Return the predictions table.

        Args:
            model_input: Column ``case`` and one column a feature; one row a tile for models of
                bags, one row a case otherwise. What is known of a case beside its tiles stands
                in each of its rows.
            params: Not used; MLflow passes it.

        Raises:
            DataError: A column is missing, or a case cannot be used.
        """
        needed = ("case", *self.features, *self.row_features)
        absent = [name for name in needed if name not in model_input.columns]
        if absent:
            raise DataError(f"the table lacks the columns {', '.join(absent)}")
        inputs: dict[str, Any] = {}
        for case, rows in model_input.groupby(model_input["case"].astype(str), sort=False):
            values = rows[self.features].to_numpy(dtype=np.float64)
            beside = rows[self.row_features].to_numpy(dtype=np.float64)[0]
            bag = Bag(values.astype(np.float32), row=beside)
            inputs[str(case)] = bag if self.kind == "bags" else values[0]
        ids = list(inputs)
        table = pd.DataFrame({"case": ids, "person": ids})
        names = (tuple(self.features), tuple(self.row_features))
        cases = Cases(table, inputs, self.kind, (), *names)
        predictions: pd.DataFrame = self.model.predict(cases).table
        return predictions


def _load_pyfunc(path: str) -> Served:
    """Load a model; the name is MLflow's."""
    return Served(Path(path))
