"""The evaluation of a survival run's models: every metric, the null model, calibration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError
from workbench.methods.survival.evaluation import evaluate
from workbench.methods.survival.evaluation_plan import Predicted
from workbench.methods.survival.horizons import horizons_of
from workbench.methods.survival.stages import Stages
from workbench.scoring import Challenge
from workbench.scoring.card_answer import SurvivalAnswer

MOST_RESAMPLES = 500


def evaluation_artefacts(
    challenge: Challenge,
    cases: pd.DataFrame,
    predictions: Mapping[str, pd.DataFrame],
    *,
    n: int,
    stages: Stages,
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Evaluate the models of a run on its out-of-fold predictions.

    Times the follow-up does not reach are left out, and named. Net benefit is taken at the
    thresholds of the card's own metrics: they are a clinical choice.

    Args:
        challenge: Asks for survival; its interval rules hold.
        cases: Columns ``case``, ``person``, ``time``, ``event``, and ``centre`` where it is known.
        predictions: By model: ``case``, ``risk`` and the curve, one row a case.
        n: Resamples, 500 at most.
        stages: Does the parts of the work.

    Returns:
        Tables by name of their file, and the content of ``evaluation.json``: ``statements``,
        ``facts``, ``not_reached`` (times), ``absent`` (why there is none; empty where there is).
    """
    answer = challenge.answer
    assert isinstance(answer, SurvivalAnswer)
    known = cases.set_index("case")
    asked = list(next(iter(predictions.values()))["case"])
    outcome = known.loc[asked, ["time", "event"]].to_numpy(dtype=np.float64)
    reached = outcome[:, 0].max() > np.array(answer.times)
    times = [time for time, whether in zip(answer.times, reached, strict=True) if whether]
    missed = [time for time in answer.times if time not in times]
    facts: dict[str, Any] = {"statements": [], "facts": {}, "not_reached": missed, "absent": ""}
    try:
        found = evaluate(
            outcome,
            known.loc[asked, "person"].to_numpy(dtype=object),
            {name: _predicted(table, asked, answer, times) for name, table in predictions.items()},
            times,
            horizons=horizons_of(times),
            thresholds=_thresholds(challenge),
            tau=_tau(challenge, times),
            resamples=min(n, MOST_RESAMPLES),
            seed=challenge.intervals.seed,
            level=challenge.intervals.level,
            centres=_centres(known.loc[asked]),
            stages=stages,
        )
    except DataError as error:
        return {}, facts | {"absent": error.render()}
    tables = {
        "evaluation.csv": found.scores,
        "evaluation_differences.csv": found.differences,
        "calibration_curves.csv": found.calibration,
        "calibration_groups.csv": found.calibration_groups,
        "d_calibration.csv": found.d_calibration,
        "d_calibration_bins.csv": found.d_calibration_bins,
        "decision_curve.csv": found.decision,
    }
    if len(found.centres):
        tables |= {"centres.csv": found.centres, "centres_spread.csv": found.centre_spread}
    return tables, facts | {"statements": found.statements, "facts": dict(found.facts)}


def _centres(cases: pd.DataFrame) -> list[str] | None:
    """Return the centre of each case, None where centres are not known."""
    if "centre" not in cases.columns or not cases["centre"].fillna("").astype(str).any():
        return None
    return cases["centre"].fillna("").astype(str).tolist()


def _predicted(
    table: pd.DataFrame, asked: list[str], answer: SurvivalAnswer, times: list[float]
) -> Predicted:
    """Return one model's risks and curves in the order of the cases."""
    rows = table.set_index("case").loc[asked]
    risk: NDArray[np.float64] = rows["risk"].to_numpy(dtype=np.float64)
    columns = [c for c, time in zip(answer.curves, answer.times, strict=True) if time in times]
    return Predicted(risk, rows[columns].to_numpy(dtype=np.float64))


def _thresholds(challenge: Challenge) -> list[float]:
    """Return the risks from which the card's metrics of net benefit act."""
    found = {getattr(metric, "threshold", None) for metric in challenge.metric_objects}
    return sorted(float(threshold) for threshold in found if threshold is not None)


def _tau(challenge: Challenge, times: list[float]) -> float | None:
    """Return where the card's own concordance of Uno ends, None where it does not say."""
    found = [getattr(metric, "tau", None) for metric in challenge.metric_objects]
    known = [float(tau) for tau in found if tau is not None and times and tau <= times[-1]]
    return known[0] if known else None
