"""The forms of the JSON artefacts this room reads; keys it does not know are left alone."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from workbench.scoring import ScoreSheet


class Difference(BaseModel):
    """Model minus baseline on the same resamples, see ``scoring.paired_difference``."""

    metric: str
    direction: Literal["maximize", "minimize", "target"]
    difference: float | None
    low: float | None = None
    high: float | None = None
    level: float
    method: str = ""


class Compared(BaseModel):
    """One model of ``comparison.json``: the run's own first, then the baselines."""

    model: str
    baseline: bool = False
    score: ScoreSheet
    difference: Difference | None = None


class FlowStep(BaseModel):
    """One step of ``flow.json``: what was kept and what was left out.

    ``kept`` is None where only what was left out can be counted, such as persons who opted out.
    """

    step: str
    kept: int | None
    excluded: int = 0
    reason: str = ""


class FoldValue(BaseModel):
    """The primary metric of one fold."""

    repeat: int = 0
    fold: int
    n: int | None = None
    value: float | None


class Spread(BaseModel):
    """Mean and spread over folds and repeats."""

    mean: float | None = None
    sd: float | None = None
    min: float | None = None
    max: float | None = None


class ModelFolds(BaseModel):
    """All folds and repeats of one model, ``folds.json``."""

    model: str
    metric: str
    folds: list[FoldValue]
    summary: Spread = Spread()
