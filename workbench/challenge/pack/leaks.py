"""The leak test: can the labels be told from what is known of a case without opening it?

A small classifier learns from metadata alone, in folds that keep a unit's cases together. Source of
the bar: reference page on platform services, section 5, threats 2 and 3 (AUROC above 0.60).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench import metrics
from workbench.challenge.pack.metadata import Feature
from workbench.metrics import UnitBootstrap

BAR = 0.6
_FOLDS = 5
_FEWEST_CASES = 50
_FEWEST_UNITS = 10
_FEWEST_OF_A_CLASS = 10
_MOST_ROWS = 5000
_TREES = 25
_RESAMPLES = 500
_LEVEL = 0.95


@dataclass(frozen=True)
class Leak:
    """What metadata alone say about the labels.

    Attributes:
        auroc: Each class against the rest, averaged over classes, on held-out units; None where it
            was not measured.
        low: Lower end of its 95 % interval over units.
        high: Upper end.
        feature: The most telling feature, used alone.
        feature_auroc: AUROC of that feature alone.
        feature_low: Lower end of its interval.
        feature_high: Upper end.
        features: AUROC of each feature alone, the most telling first.
        n_cases: Cases used.
        n_units: Units used.
        skipped: Why nothing was measured, if so.
    """

    auroc: float | None = None
    low: float | None = None
    high: float | None = None
    feature: str = ""
    feature_auroc: float | None = None
    feature_low: float | None = None
    feature_high: float | None = None
    features: tuple[tuple[str, float], ...] = ()
    n_cases: int = 0
    n_units: int = 0
    skipped: str = ""

    @property
    def found(self) -> bool:
        """Whether an AUROC (all, or one feature) is above the bar, its interval above 0.5."""
        both = ((self.auroc, self.low), (self.feature_auroc, self.feature_low))
        return any((value or 0.0) > BAR and (low or 0.0) > 0.5 for value, low in both)

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self) | {"found": self.found, "bar": BAR}


def leak_test(
    features: Mapping[str, Feature], labels: Sequence[str], units: Sequence[str], *, seed: int = 0
) -> Leak:
    """Try to tell labels from metadata.

    Args:
        features: Arrays of shape ``(n, d)`` by name; see :mod:`workbench.challenge.pack.metadata`.
        labels: Class names, shape ``(n,)``.
        units: Unit ids, shape ``(n,)``.
        seed: Seed of folds, trees and resamples.

    Returns:
        The AUROC of all features together with its interval, and of each alone. Classes with fewer
        than 10 cases are left out; fewer than 50 cases or 10 units are too few to say anything.
    """
    names_of, units_of = np.asarray(labels, dtype=str), np.asarray(units, dtype=str)
    kept = _kept_rows(names_of, units_of, seed)
    names, truth = np.unique(names_of[kept], return_inverse=True)
    whose = units_of[kept]
    n_units = len(set(whose))
    reason = _too_little(len(kept), n_units, len(names), bool(features))
    if reason:
        return Leak(n_cases=len(kept), n_units=n_units, skipped=reason)
    folds = _folds(whose, seed)
    metric = metrics.get("auroc", tuple(names))
    alone = {
        name: _held_out(feature[kept], truth, folds, seed) for name, feature in features.items()
    }
    values = {name: float(metric.columns(truth, found)[0]) for name, found in alone.items()}
    ranked = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))
    everything = np.column_stack([feature[kept] for feature in features.values()])
    together = _held_out(everything, truth, folds, seed)
    bootstrap = UnitBootstrap(truth, whose, _RESAMPLES, seed)
    interval = bootstrap.interval(metric, together, _LEVEL)
    best = bootstrap.interval(metric, alone[ranked[0][0]], _LEVEL)
    return Leak(
        auroc=float(metric.columns(truth, together)[0]),
        low=interval.low,
        high=interval.high,
        feature=ranked[0][0],
        feature_auroc=ranked[0][1],
        feature_low=best.low,
        feature_high=best.high,
        features=tuple((name, round(value, 4)) for name, value in ranked),
        n_cases=len(kept),
        n_units=n_units,
    )


def _too_little(n_cases: int, n_units: int, n_classes: int, varies: bool) -> str:
    """Say why nothing can be said, or return an empty text."""
    if n_cases < _FEWEST_CASES or n_units < _FEWEST_UNITS:
        needed = f"{_FEWEST_CASES} cases of {_FEWEST_UNITS} units are needed"
        return (
            f"{n_cases} cases of {n_units} units in classes of at least {_FEWEST_OF_A_CLASS} "
            f"cases; {needed}"
        )
    if n_classes < 2:
        return "one class only"
    return "" if varies else "no metadata vary"


def _kept_rows(labels: NDArray[Any], units: NDArray[Any], seed: int) -> NDArray[np.int64]:
    """Return the rows of classes that are frequent enough, at most so many, units kept whole."""
    names, counts = np.unique(labels, return_counts=True)
    rows = np.flatnonzero(np.isin(labels, names[counts >= _FEWEST_OF_A_CLASS]))
    if len(rows) <= _MOST_ROWS:
        return rows
    whose, place = np.unique(units[rows], return_inverse=True)
    drawn = np.random.default_rng(seed).permutation(len(whose))
    sizes = np.cumsum(np.bincount(place)[drawn])
    return rows[np.isin(place, drawn[sizes <= _MOST_ROWS])]


def _folds(units: NDArray[Any], seed: int) -> NDArray[np.int64]:
    """Return the fold of each row; all rows of a unit are in one."""
    _, place = np.unique(units, return_inverse=True)
    order = np.random.default_rng(seed).permutation(place.max() + 1)
    return np.asarray(order[place] % _FOLDS, dtype=np.int64)


def _held_out(
    feature: Feature, truth: NDArray[np.int64], folds: NDArray[np.int64], seed: int
) -> NDArray[np.float64]:
    """Return class probabilities of each row, from a forest that has not seen its unit."""
    from sklearn.ensemble import RandomForestClassifier

    found = np.full((len(truth), int(truth.max()) + 1), 0.0)
    for fold in range(_FOLDS):
        rest, own = folds != fold, folds == fold
        if not own.any():
            continue
        forest = RandomForestClassifier(
            _TREES, min_samples_leaf=5, max_features=None, random_state=seed, n_jobs=1
        )
        forest.fit(feature[rest], truth[rest])
        found[np.ix_(own, forest.classes_)] = forest.predict_proba(feature[own])
    return np.asarray(found / found.sum(axis=1, keepdims=True))
