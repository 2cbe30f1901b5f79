"""Names of metrics in a language, with the parameters that their labels hold."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PARAMETERS = (
    (re.compile(r"([\d.]+)-to-([\d.]+)"), "m_range"),
    (re.compile(r"([\d.]+)-at-([\d.]+)"), "m_threshold"),
    (re.compile(r"([\d.]+)"), "m_at"),
)


def metric_name(label: str, texts: Mapping[str, str]) -> str:
    """Return what a metric is called, empty where the language has no name for it.

    Args:
        label: Such as ``uno-c-1826``: the name in the catalogue and its parameters.
        texts: Of the language: ``m_<name>``, and how parameters are written.

    >>> metric_name("ipa-365", {"m_ipa": "IPA", "m_at": " à {}"}), metric_name("auroc", {})
    ('IPA à 365', '')
    """
    parts = label.split("-")
    for size in range(len(parts), 0, -1):
        name = texts.get(f"m_{'-'.join(parts[:size])}", "")
        if name:
            return name + _written("-".join(parts[size:]), texts)
    return ""


def _written(rest: str, texts: Mapping[str, str]) -> str:
    """Return what follows a metric's name in its label."""
    for pattern, key in _PARAMETERS:
        if found := pattern.fullmatch(rest):
            return texts[key].format(*found.groups())
    return f" {rest.replace('-', ' ')}" if rest else ""
