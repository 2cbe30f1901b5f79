"""What the codes of a report are called, and the class each is compared in."""

from __future__ import annotations

import pandas as pd

from workbench.runs.reported.plan import RatesPlan
from workbench.runs.reported.tables_given import NAMED

COLUMNS = ("code", "label", "class", "class_label", "first_dispensed", "first_report")


def substances(
    packs: pd.DataFrame, plan: RatesPlan, dispensed: pd.Series, reported: pd.Series
) -> pd.DataFrame:
    """Return a row a code of the first grain.

    A code of several classes is in the one of most of its packs.

    Args:
        packs: A row a pack with its codes.
        plan: The first grain and the grain of comparison.
        dispensed: First month by code.
        reported: First month by code.
    """
    grain, above = plan.grains[0], plan.comparison.grain
    pairs = packs[[grain, above]].dropna() if grain != above else packs[[grain]].dropna()
    classes = pairs.groupby(grain)[above].agg(lambda one: one.value_counts().index[0])
    codes = sorted({*dispensed.index, *reported.index, *classes.index})
    found = pd.DataFrame({"code": codes})
    name = f"{NAMED}{'substance' if grain.startswith('atc') else grain}"
    labels = pd.Series(dtype=object)
    if name in packs:
        labels = packs.dropna(subset=[grain]).groupby(grain)[name].first()
    found["label"] = found["code"].map(labels).fillna(found["code"])
    found["class"] = found["code"].map(classes).fillna("")
    found["class_label"] = found["class"]
    found["first_dispensed"] = found["code"].map(dispensed)
    found["first_report"] = found["code"].map(reported)
    return found[list(COLUMNS)]
