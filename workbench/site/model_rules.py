"""What a challenge says of models, in the words of a page: what holds, feeds and limits them."""

from __future__ import annotations

from workbench.scoring.card_models import ModelRules
from workbench.site.words import Words

_LIMITS = (
    "wall_s",
    "cpu_s",
    "memory_mb",
    "pids",
    "cpus",
    "tmp_mb",
    "file_mb",
    "output_mb",
    "output_files",
    "archive_mb",
    "unpacked_mb",
    "files",
)
"""Those a team can meet; what the organiser keeps of a log is no matter of theirs."""


def model_lines(rules: ModelRules, words: Words) -> list[tuple[str, list[str]]]:
    """Return what holds for models, a heading and its points each; empty where none are taken."""
    if not rules.accepted:
        return []
    limits = [words(f"model.limit.{name}", n=_limit(rules, name, words)) for name in _LIMITS]
    found = {
        "taken": [words("model.taken_value")],
        "called": [words("model.by_day" if rules.streaming else "model.at_once")],
        "tier": [words(f"model.tier_value.{rules.tier}")],
        "environment": [_environment(rules, words)],
        "limits": limits,
        "gpu": [words("model.gpu_yes" if rules.gpu else "model.gpu_no")],
        "told": [words("model.told_value")],
    }
    return [(words(f"model.{name}"), points) for name, points in found.items()]


def _limit(rules: ModelRules, name: str, words: Words) -> str:
    """Return a limit as it is written: whole numbers without decimals."""
    value = getattr(rules.limits, name)
    return words.number(int(value) if value == int(value) else value)


def _environment(rules: ModelRules, words: Words) -> str:
    """Return Python and packages of the environment models are run in."""
    python = f"Python {rules.python}" if rules.python else words("model.any_python")
    if not rules.packages:
        return words("model.no_packages", python=python)
    return words("model.packages", python=python, names=", ".join(rules.packages))
