"""Every metric with a good problem, and the ways to spoil it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from workbench import metrics

from .problems import NAMES as PLAIN
from .problems import problem

N = 60
TIMES = (0.3, 0.6, 0.9)
SURVIVAL = [n for n in metrics.names() if metrics.kind_of(n).needs in ("risk", "survival")]
Given = tuple[Any, Any, Any]
Spoil = Callable[[Any, Any], Given]


def good(name: str) -> tuple[metrics.Metric, np.ndarray, np.ndarray]:
    """Return a metric, its truth and a prediction of it."""
    if name in PLAIN:
        given = problem(name, seed=1, n=N)
        return given.metric, given.truth, given.prediction
    rng = np.random.default_rng(0)
    choices = {"horizon": 0.6, "times": TIMES, "tau": 0.9, "threshold": 0.3}
    wanted = metrics.parameters(name)
    metric = metrics.get(name, **{k: v for k, v in choices.items() if k in wanted})
    risk = rng.normal(size=N)
    truth = np.column_stack([rng.exponential(np.exp(-risk)) + 0.01, rng.random(N) < 0.6])
    curves = np.exp(-np.outer(np.exp(risk), TIMES))
    if metric.needs == "risk":
        return metric, truth, risk
    return metric, truth, curves if "times" in wanted else curves[:, 1]


def with_(array: Any, value: Any) -> np.ndarray:
    """Return a copy with one value exchanged."""
    kind = object if value is None or isinstance(value, str) else float
    changed = np.array(array, dtype=kind)
    changed.flat[6] = value
    return changed


class Tensor:
    """Looks like a tensor: no list, no array, but NumPy can make one of it."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Return the array."""
        return np.asarray(self.array, dtype)


class OnDevice:
    """A tensor that has to be fetched first."""

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Refuse, as torch does."""
        raise RuntimeError("can't convert a tensor on another device")


RAGGED = [[1, 2], [3], *[[1]] * (N - 2)]
# What is spoilt: a word that the error must hold, and the input.
TRUTHS: dict[str, tuple[str, Spoil]] = {
    "NaN": ("truth", lambda t, p: (with_(t, np.nan), p, None)),
    "infinity": ("truth", lambda t, p: (with_(t, np.inf), p, None)),
    "None inside": ("truth", lambda t, p: (with_(t, None), p, None)),
    "text": ("truth must be numbers", lambda t, p: (t.astype(str), p, None)),
    "one text": ("row", lambda t, p: (with_(t, "1"), p, None)),
    "dates": ("truth must be numbers", lambda t, p: (t.astype("M8[D]"), p, None)),
    "complex": ("truth must be numbers", lambda t, p: (t + 0j, p, None)),
    "ragged": ("truth is no array", lambda t, p: (RAGGED, p, None)),
    "nothing": ("truth", lambda t, p: (None, p, None)),
    "empty": ("truth", lambda t, p: (t[:0], p[:0], None)),
    "a number": ("truth", lambda t, p: (1.0, p, None)),
    "a generator": ("truth", lambda t, p: ((row for row in t), p, None)),
    "masked": ("row 0: truth has masked", lambda t, p: (np.ma.array(t, mask=t == t), p, None)),
    "on a device": ("truth is no array", lambda t, p: (OnDevice(), p, None)),
}
PREDICTIONS: dict[str, tuple[str, Spoil]] = {
    "short": ("prediction", lambda t, p: (t, p[:-1], None)),
    "NaN": ("prediction", lambda t, p: (t, with_(p, np.nan), None)),
    "minus infinity": ("prediction", lambda t, p: (t, with_(p, -np.inf), None)),
    "None inside": ("prediction", lambda t, p: (t, with_(p, None), None)),
    "text": ("prediction must be numbers", lambda t, p: (t, p.astype(str), None)),
    "dates": ("prediction must be numbers", lambda t, p: (t, p.astype("M8[D]"), None)),
    "complex": ("prediction must be numbers", lambda t, p: (t, p + 0j, None)),
    "ragged": ("prediction is no array", lambda t, p: (t, RAGGED, None)),
    "nothing": ("prediction", lambda t, p: (t, None, None)),
    "a table": ("prediction", lambda t, p: (t, {"a": 1}, None)),
    "three axes": ("prediction", lambda t, p: (t, np.zeros((N, 3, 2)), None)),
    "seven columns": ("prediction", lambda t, p: (t, np.full((N, 7), 0.1), None)),
    "masked": ("row 0: prediction has mask", lambda t, p: (t, np.ma.array(p, mask=p == p), None)),
    "pandas NA": ("prediction", lambda t, p: (t, pd.array([pd.NA] + [0.5] * (N - 1)), None)),
}
WEIGHTS: dict[str, tuple[str, Spoil]] = {
    "short": ("weights must have shape", lambda t, p: (t, p, np.ones(N - 1))),
    "three axes": ("weights must have shape", lambda t, p: (t, p, np.ones((N, 2, 2)))),
    "negative": ("row 6: weights must not", lambda t, p: (t, p, with_(np.ones(N), -1))),
    "negative whole": ("row 0: weights must not", lambda t, p: (t, p, -np.ones(N, int))),
    "all zero": ("weights are all zero", lambda t, p: (t, p, np.zeros(N))),
    "no column": ("weights", lambda t, p: (t, p, np.ones((N, 0)))),
    "NaN": ("row 6: weights", lambda t, p: (t, p, with_(np.ones(N), np.nan))),
    "infinity": ("row 6: weights", lambda t, p: (t, p, with_(np.ones(N), np.inf))),
    "text": ("weights must be numbers", lambda t, p: (t, p, ["a"] * N)),
    "complex": ("weights must be numbers", lambda t, p: (t, p, np.ones(N) * 1j)),
    "ragged": ("weights is no array", lambda t, p: (t, p, RAGGED)),
}
# Forms of the same input.
FORMS: dict[str, Spoil] = {
    "lists": lambda t, p: (t.tolist(), p.tolist(), [1] * N),
    "pandas": lambda t, p: (_pandas(t), _pandas(p), pd.Series(np.ones(N), index=range(N, 2 * N))),
    "objects": lambda t, p: (t.astype(object), p.astype(object), np.ones(N, object)),
    "tensors": lambda t, p: (Tensor(t), Tensor(p), Tensor(np.ones(N))),
    "other order": lambda t, p: (np.asfortranarray(t), np.asfortranarray(p), np.ones(N, bool)),
    "read only": lambda t, p: (_locked(t), _locked(p), _locked(np.ones(N, np.float32))),
}


def _pandas(array: np.ndarray) -> Any:
    """Return a column or a table whose index is not 0, 1, 2 ..."""
    kind = pd.DataFrame if array.ndim == 2 else pd.Series
    return kind(array, index=range(N, 2 * N))


def _locked(array: np.ndarray) -> np.ndarray:
    """Return a copy that cannot be written to."""
    copy = array.copy()
    copy.flags.writeable = False
    return copy
