"""A saved model as an MLflow model folder: signature and card, loaded by the workbench itself."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LOADER = "workbench.learning.served"


def write_package(
    target: Path, folder: Path, card: Mapping[str, Any], signature: Mapping[str, Any]
) -> None:
    """Write an MLflow model folder; no Python object is pickled.

    Args:
        target: The new folder.
        folder: What the model's ``save`` wrote.
        card: The content of its ``model.yaml``.
        signature: ``{"inputs": {name: type}, "outputs": {name: type}}``, types ``double``,
            ``float``, ``long``, ``string``; empty when the model states none.
    """
    import mlflow.pyfunc
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, Schema

    sides = {
        side: Schema([ColSpec(DataType[str(kind)], name) for name, kind in columns.items()])
        for side, columns in signature.items()
    }
    with warnings.catch_warnings():
        # It asks for an example of the input: that would be a patient's features.
        warnings.simplefilter("ignore")
        mlflow.pyfunc.save_model(
            path=str(target),
            loader_module=LOADER,
            data_path=str(folder),
            signature=ModelSignature(**sides) if sides else None,
            pip_requirements=["clinical-ai-workbench[train]"],
            metadata={"card": {key: card.get(key, "") for key in ("name", "version", "title")}},
        )
    text = json.dumps(dict(card), indent=2, sort_keys=True, ensure_ascii=False, default=str)
    (target / "card.json").write_text(text + "\n", encoding="utf-8")
