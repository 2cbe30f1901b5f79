"""What an emulation says, in sentences: the effect, the wrong answer beside it, what is assumed."""

from __future__ import annotations

from typing import Any

from workbench.report.emulation.trial import NAIVE, Effect, Trial
from workbench.report.sections.headline import verdict
from workbench.report.tables import joined


def reading(trial: Trial) -> dict[str, Any]:
    """Return title, one sentence, what it means and what to know before reading on."""
    words, protocol = trial.words, trial.protocol
    first, second = protocol.names
    main = trial.effect(trial.main)
    return {
        "title": protocol.question.replace("_", " ").capitalize(),
        "asked": words("asked", first=first, second=second, event=trial.event, days=trial.days),
        "sentence": _sentence(trial, main) if main else words("closed"),
        "meaning": _meaning(trial, main) if main else [_why_closed(trial)],
        "notices": _notices(trial),
    }


def _sentence(trial: Trial, main: Effect) -> str:
    """Return the main effect in words, turned so that the number is positive."""
    words, (first, second) = trial.words, trial.protocol.names
    lower = main.value < 0
    ends = (main.low, main.high) if not lower else (_minus(main.high), _minus(main.low))
    return words(
        "main_lower" if lower else "main_higher",
        first=first,
        second=second,
        event=trial.event,
        days=trial.days,
        points=words.number(abs(main.value), 1),
        low=words.number(ends[0], 1),
        high=words.number(ends[1], 1),
        level=words.level(main.row["level"]),
        estimator=words.estimator(trial.main),
    )


def _meaning(trial: Trial, main: Effect) -> list[str]:
    """Return what follows from the main effect, and what does not."""
    words, first = trial.words, trial.protocol.names[0]
    # Below 0 helps: turned, so that more is better.
    told = verdict(_minus(main.high), _minus(main.low))
    key = {"better": "verdict_helps", "worse": "verdict_harms"}.get(told, "verdict_open")
    said = [words(key, first=first)]
    mean = trial.effect(trial.main, "rmst_difference")
    if mean is not None:
        longer = mean.value >= 0
        ends = (mean.low, mean.high) if longer else (_minus(mean.high), _minus(mean.low))
        said.append(
            words(
                "rmst_longer" if longer else "rmst_shorter",
                days=trial.days,
                event=trial.event,
                first=first,
                value=words.number(abs(mean.value), 0),
                low=words.number(ends[0], 0),
                high=words.number(ends[1], 0),
            )
        )
    naive = trial.effect(NAIVE)
    if naive is not None and trial.main != NAIVE:
        gap = words.number(naive.value - main.value, 1)
        said.append(words("naive", naive=words.number(naive.value, 1), gap=gap))
    bounds = {r["setting"]: r["value"] for r in trial.sensitivity if r["analysis"] == "e_value"}
    if bounds.get("point") is not None:
        point, limit = (words.number(bounds.get(key), 1) for key in ("point", "interval"))
        said.append(words("e_value", point=point, limit=limit))
    return [*said, words("assumes")]


def _why_closed(trial: Trial) -> str:
    """Return what keeps the gate closed."""
    return trial.words("closed_why", why=problems_of(trial, trial.main))


def problems_of(trial: Trial, estimator: str) -> str:
    """Return what an estimator's gate found, in one line."""
    found = trial.gate["gates"][estimator]["problems"]
    said = trial.words.said
    told = [
        trial.words("problem", where=said(one["where"]), what=said(one["message"])) for one in found
    ]
    return joined(told, trial.words("semicolon"))


def _notices(trial: Trial) -> list[str]:
    """Return what a reader must know before trusting the numbers."""
    words, found = trial.words, []
    override = trial.gate["gates"][trial.main]["override"]
    if override:
        found.append(words("overridden", why=problems_of(trial, trial.main), **override))
    data = trial.artefacts.facts("run.json").get("data")
    if isinstance(data, dict) and data.get("synthetic"):
        found.append(words("synthetic"))
    return found


def _minus(value: float | None) -> float | None:
    """Return a number with the other sign."""
    return None if value is None else -value
