"""What an evaluation must say in words: above all where a model is worse than no model."""

from __future__ import annotations

import pandas as pd

from workbench.methods.survival.evaluation_input import NULL


def statements(scores: pd.DataFrame, differences: pd.DataFrame) -> list[str]:
    """Return sentences, worst news first for each model.

    Args:
        scores: Of an evaluation.
        differences: Of an evaluation; its column ``against_null`` says where it is said in words
            that a model is worse than the null model.
    """
    known = {(row.model, row.label): row.value for row in scores.itertuples()}
    found = []
    for model in dict.fromkeys(scores["model"]):
        if model == NULL:
            continue
        own = differences[(differences["first"] == model) & differences["against_null"]]
        worse = [
            _sentence(row, known[model, str(row.label)], known[NULL, str(row.label)])
            for row in own.itertuples()
            if _is_worse(float(str(row.difference)), str(row.direction))
        ]
        undefined = own.loc[own["difference"].isna(), "label"].tolist()
        found += worse
        if not worse:
            found.append(f"{model} is nowhere worse than the {NULL}.")
        if undefined:
            found.append(f"{model} could not be compared by {', '.join(undefined)}.")
    found.append("Intervals of differences are not adjusted for the number of comparisons.")
    return found


def _is_worse(difference: float, direction: str) -> bool:
    """Return whether the model's value is on the wrong side of the null model's."""
    # Both may be the same model: what is left is rounding.
    return difference < -1e-12 if direction == "maximize" else difference > 1e-12


def _sentence(row: object, value: object, null: object) -> str:
    """Say by how much a model is worse, and whether the data can tell."""
    label, first = getattr(row, "label", ""), getattr(row, "first", "")
    ends = f"{getattr(row, 'low', 0.0):.4g} to {getattr(row, 'high', 0.0):.4g}"
    told = (
        f"{first} is worse than the {NULL} by {label}: {value:.4g} against {null:.4g}, "
        f"difference {getattr(row, 'difference', 0.0):.4g} ({ends})"
    )
    if getattr(row, "better", ""):
        return f"{told}."
    return f"{told}; the interval does not exclude that they are alike."
