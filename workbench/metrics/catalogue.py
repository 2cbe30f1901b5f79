"""All metrics by name, with their conventions; unknown names get a "did you mean"."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Sequence
from typing import Any, TypeVar

from workbench.errors import UsageError, did_you_mean
from workbench.metrics.base import Metric
from workbench.metrics.inputs import class_names

_KNOWN: dict[str, type[Metric]] = {}
_MODULES = (
    "agreement",
    "alerts",
    "auroc",
    "calibration",
    "classification",
    "cost",
    "effects.abstentions",
    "effects.at_level",
    "effects.cell_error",
    "effects.false_positives",
    "effects.interval_score",
    "effects.over_groups",
    "froc",
    "jafroc",
    "net_benefit",
    "operating",
    "probability",
    "rates",
    "recalibration",
    "regression",
    "relative",
    "survival.antolini",
    "survival.brier",
    "survival.concordance",
    "survival.dynamic_auc",
    "survival.d_calibration",
    "survival.horizon_calibration",
    "survival.integrated_brier",
    "survival.ipa",
    "survival.mean_dynamic_auc",
    "survival.net_benefit",
    "survival.observed_expected",
    "survival.smooth_calibration",
    "survival.uno",
)
M = TypeVar("M", bound=type[Metric])


def register(kind: M) -> M:
    """Enter a metric class into the catalogue under its ``name`` (class decorator)."""
    _KNOWN[kind.name] = kind
    return kind


def names() -> list[str]:
    """Return the names of all metrics, sorted.

    >>> "cost-score" in names()
    True
    """
    _load()
    return sorted(_KNOWN)


def kind_of(name: str) -> type[Metric]:
    """Return the class behind a name; hyphens and underscores are the same.

    Raises:
        UsageError: There is no such metric; close names are suggested.
    """
    _load()
    kind = _KNOWN.get(str(name).replace("_", "-"))
    if kind is None:
        hint = did_you_mean(str(name), _KNOWN) or f"known: {', '.join(sorted(_KNOWN))}"
        raise UsageError(f"no metric named '{name}'; {hint}")
    return kind


def parameters(name: str) -> tuple[str, ...]:
    """Return the names of a metric's parameters, ``classes`` aside."""
    fields = dataclasses.fields(kind_of(name))  # type: ignore[arg-type]
    return tuple(field.name for field in fields if field.name != "classes")


def get(name: str, classes: int | Sequence[str] = 2, **params: Any) -> Metric:
    """Return a metric ready to be called.

    Args:
        name: Name in the catalogue.
        classes: Ordered class names, or how many there are (not used by metrics of real values).
        params: The metric's own parameters, such as ``cost`` or ``of``.

    Raises:
        UsageError: Unknown name or parameter, missing parameter, or a value that has no meaning.

    >>> get("accuracy")([0, 1, 1, 1], [0, 1, 0, 1])
    0.75
    """
    kind = kind_of(name)
    known = parameters(name)
    for param in params:
        if param not in known:
            hint = did_you_mean(param, known) or f"known: {', '.join(known) or 'none'}"
            raise UsageError(f"metric '{name}' has no parameter '{param}'; {hint}")
    fields = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    if "classes" in fields:
        params["classes"] = class_names(classes)
    try:
        return kind(**params)
    except TypeError as error:
        raise UsageError(f"metric '{name}' cannot be set up: {error}") from error


def conventions() -> list[dict[str, str]]:
    """Return one row a metric for tables: name, title, direction, needs, undefined, source ..."""
    _load()
    return [
        {
            "name": name,
            "title": kind.title,
            "direction": kind.direction,
            "needs": kind.needs,
            "level": "case" if kind.per_case else "set",
            "undefined": kind.undefined,
            "weights": ", ".join(kind.supports),
            "source": kind.source,
        }
        for name, kind in sorted(_KNOWN.items())
    ]


def _load() -> None:
    """Import the modules that enter metrics (they need this one, so not at the top)."""
    for module in _MODULES:
        importlib.import_module(f"workbench.metrics.{module}")
