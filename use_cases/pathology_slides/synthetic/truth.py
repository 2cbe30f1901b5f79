"""What is true of the drawn slides, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from .burden import GRADES, LOOK_ALIKES
from .cohort import CLASSES, Plan
from .render import Drawn

KINDS = tuple(region.name.lower() for region in (*GRADES, *LOOK_ALIKES))


def truth_of(drawn: Drawn) -> dict[str, Any]:
    """Return the truth about one slide as a JSON value."""
    return {
        "tissue_share": drawn.tissue_px / (drawn.rgb.shape[0] * drawn.rgb.shape[1]),
        "tissue_px": drawn.tissue_px,
        "blemishes": list(drawn.blemishes),
        "foci": [
            {
                "class": focus.region.name.lower(),
                "area_px": focus.area_px,
                "geometry": to_wkt(focus.outline),
            }
            for focus in drawn.foci
        ],
    }


def tables(
    plans: Sequence[Plan], truths: Sequence[Mapping[str, Any]], mpp: float
) -> dict[str, pd.DataFrame]:
    """Return the tables of a data set: slides, truth (one row a slide), annotations (a focus)."""
    both = list(zip(plans, truths, strict=True))
    return {
        "slides": pd.DataFrame([_slide(plan, mpp) for plan in plans]),
        "truth": pd.DataFrame([_truth(plan, truth) for plan, truth in both]),
        "annotations": pd.DataFrame(
            [row for plan, truth in both for row in _annotations(plan, truth, mpp)]
        ),
    }


def to_wkt(outline: np.ndarray) -> str:
    """Return an outline as a closed WKT polygon, whole pixels.

    >>> to_wkt(np.array([[0, 0], [9.6, 0], [9, 9]]))
    'POLYGON ((0 0, 10 0, 9 9, 0 0))'
    """
    points = [f"{x:.0f} {y:.0f}" for x, y in [*outline, outline[0]]]
    return f"POLYGON (({', '.join(points)}))"


def _slide(plan: Plan, mpp: float) -> dict[str, Any]:
    """Return a slide's row of the table ``slides``."""
    return {
        "case": plan.case,
        "file": plan.file,
        "person": plan.person,
        "centre": plan.centre.name,
        "scanner": plan.centre.scanner,
        "mpp": mpp,
        "label": CLASSES[plan.label],
        "split": "train",
    }


def _truth(plan: Plan, truth: Mapping[str, Any]) -> dict[str, Any]:
    """Return a slide's row of the table ``truth``: areas as shares of its tissue."""
    areas = dict.fromkeys(KINDS, 0.0)
    for focus in truth["foci"]:
        areas[focus["class"]] += focus["area_px"] / truth["tissue_px"]
    return {
        "case": plan.case,
        "label": CLASSES[plan.label],
        "tissue_share": truth["tissue_share"],
        **{f"{kind}_share": area for kind, area in areas.items()},
        "blemishes": " ".join(truth["blemishes"]),
    }


def _annotations(plan: Plan, truth: Mapping[str, Any], mpp: float) -> list[dict[str, Any]]:
    """Return a slide's rows of the table ``annotations``."""
    return [
        {
            "annotation": f"{plan.case}-{number:02d}",
            "case": plan.case,
            "class": focus["class"],
            "area_mm2": focus["area_px"] * (mpp / 1000) ** 2,
            "geometry": focus["geometry"],
            "origin": "top-left",
        }
        for number, focus in enumerate(truth["foci"], start=1)
    ]
