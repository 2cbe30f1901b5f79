"""Legal names of metrics and parameters, and one flat form of a configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

VALUE_LIMIT = 6000
_ILLEGAL = re.compile(r"[^0-9A-Za-z_\-. :]+")


def metric_name(split: str, metric: str, *parts: str) -> str:
    """Return a metric's name: ``<split>/<metric>`` or ``<split>/<metric>/<class or bound>``.

    MLflow allows letters, digits and ``_ - . space : /``; an ``@`` becomes ``_at_`` and any other
    character an underscore, so that one metric has one name in every backend.

    >>> metric_name("test", "cost-score", "ci_low")
    'test/cost-score/ci_low'
    >>> metric_name("test", "sensitivity@0.9 (mean)")
    'test/sensitivity_at_0.9 _mean'
    """
    pieces = [str(piece).replace("@", "_at_") for piece in (split, metric, *parts)]
    legal = [_ILLEGAL.sub("_", piece).strip("_. ") for piece in pieces]
    return "/".join(piece for piece in legal if piece)


def legal_key(name: str) -> str:
    """Return a key of any number of parts in legal characters."""
    head, *rest = name.split("/")
    return metric_name(head, *rest) if rest else metric_name(head, "")


def metrics_of_score(split: str, metrics: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Return the metrics of a score sheet by name, each with the bounds of its interval.

    >>> row = {"name": "auc", "value": 0.8, "low": 0.7, "high": 0.9}
    >>> metrics_of_score("test", [row])
    {'test/auc': 0.8, 'test/auc/ci_low': 0.7, 'test/auc/ci_high': 0.9}
    """
    bounds = (("value", ()), ("low", ("ci_low",)), ("high", ("ci_high",)))
    return {
        metric_name(split, str(row["name"]), *suffix): float(row[key])
        for row in metrics
        for key, suffix in bounds
        if row.get(key) is not None
    }


def flatten(config: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return a nested configuration as text by dotted key, each value at most 6000 characters.

    >>> flatten({"trainer": {"max_epochs": 60}, "baselines": ["a", "b"]})
    {'trainer.max_epochs': '60', 'baselines': "['a', 'b']"}
    """
    flat: dict[str, str] = {}
    for key, value in config.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and value:
            flat |= flatten(value, f"{name}.")
        else:
            text = str(value)
            cut = text if len(text) <= VALUE_LIMIT else f"{text[: VALUE_LIMIT - 3]}..."
            flat[legal_key(name)] = cut
    return flat
