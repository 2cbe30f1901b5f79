"""What stands above everything: one sentence, what it means, and what to know before reading on."""

from __future__ import annotations

from typing import Any

from workbench.report.artefacts import Absent
from workbench.report.forms import Difference
from workbench.report.run import Run
from workbench.report.words import constant, heading, interval, level, number, plural
from workbench.scoring import ScoreSheet

FEW_UNITS = 30


def headline(run: Run) -> dict[str, Any]:
    """Return title, result in one sentence, meaning, key figures and notices."""
    page: dict[str, Any] = {
        "name": str(run.facts.get("name") or run.model or "Run"),
        "digest": str(run.facts.get("digest", "")),
        "question": _question(run),
        "figures": [],
        "meaning": [],
        "notices": _notices(run),
    }
    try:
        sheet = run.sheet
    except Absent as absent:
        return page | {"sentence": f"This run has no score: {absent}."}
    meaning = [_against_floor(sheet), *_against_baselines(run)]
    return page | {
        "sentence": sentence(sheet),
        "meaning": [words for words in meaning if words],
        "figures": _figures(run, sheet),
    }


def _question(run: Run) -> str:
    """Return what was asked, as the challenge's card puts it."""
    card = run.challenge
    return f"{card.title.en} (challenge {card.id} {card.version})" if card else ""


def sentence(sheet: ScoreSheet) -> str:
    """Return the result in plain words."""
    metric, units = sheet.primary, plural(sheet.n_units, sheet.unit)
    said = f"{heading(metric.name)} {number(metric.value)}"
    if metric.low is None or metric.high is None:
        said += f" on {units}"
    else:
        ends = f"{number(metric.low)} to {number(metric.high)}"
        said += f" ({level(metric.level)} interval {ends}, bootstrap over {units})"
    return f"{said} against {number(sheet.floor.value)} for {constant(sheet.floor.answer)}."


def verdict(low: float | None, high: float | None) -> str:
    """Return what an interval of a gain says: ``better``, ``worse``, ``open`` or nothing.

    >>> verdict(0.1, 0.2), verdict(-0.1, 0.2), verdict(-0.2, -0.1), verdict(None, None)
    ('better', 'open', 'worse', '')
    """
    if low is None or high is None:
        return ""
    return "better" if low > 0 else "worse" if high < 0 else "open"


def _against_floor(sheet: ScoreSheet) -> str:
    """Return what the paired gain over the constant answer says."""
    floor = sheet.floor
    answer = constant(floor.answer)
    gain = interval(floor.gain, floor.gain_low, floor.gain_high)
    return {
        "better": f"Better than {answer} on the same cases: gain {gain}.",
        "worse": f"Worse than {answer} on the same cases: gain {gain}.",
        "open": f"Not shown to be better than {answer}: gain {gain}, which includes zero.",
    }.get(verdict(floor.gain_low, floor.gain_high), "")


def _against_baselines(run: Run) -> list[str]:
    """Return what the paired intervals say about each baseline."""
    try:
        return [_one_baseline(c.model, c.difference) for c in run.comparison if c.difference]
    except Absent:
        return []


def _one_baseline(name: str, found: Difference) -> str:
    """Return one sentence on one paired difference, turned so that more is better."""
    if found.direction == "target":
        written = interval(found.difference, found.low, found.high)
        return f"Difference from {name} on the same cases: {written}."
    sign = -1.0 if found.direction == "minimize" else 1.0
    ends = [None if end is None else sign * end for end in (found.low, found.high)]
    low, high = ends if sign > 0 else ends[::-1]
    gain = interval(None if found.difference is None else sign * found.difference, low, high)
    return {
        "better": f"Better than {name} on the same cases: gain {gain}.",
        "worse": f"Worse than {name} on the same cases: gain {gain}.",
        "open": f"No difference from {name} is shown: gain {gain}, which includes zero.",
    }.get(verdict(low, high), f"Gain over {name}: {gain}.")


def _figures(run: Run, sheet: ScoreSheet) -> list[tuple[str, str]]:
    """Return the few figures worth a glance."""
    figures = [
        (heading(sheet.primary.name), number(sheet.primary.value)),
        ("Null model" if run.kind == "survival" else "Constant answer", number(sheet.floor.value)),
        (heading(f"{sheet.unit}s"), number(sheet.n_units)),
        ("Cases scored", number(sheet.n_cases)),
    ]
    if isinstance(run.facts.get("excluded"), int):
        figures.append(("Left out", number(run.facts["excluded"])))
    return figures


def _notices(run: Run) -> list[str]:
    """Return what a reader must know before trusting the figures."""
    found = []
    data = run.facts.get("data")
    if isinstance(data, dict) and data.get("synthetic"):
        found.append("Synthetic data: the score says nothing about performance on real patients.")
    git = run.facts.get("git")
    if isinstance(git, dict) and git.get("dirty"):
        found.append("The code had uncommitted changes: the revision alone does not reproduce it.")
    try:
        units = run.sheet.n_units
        if units < FEW_UNITS:
            found.append(
                f"Only {plural(units, run.sheet.unit)}: bootstrap intervals are too narrow "
                f"below about {FEW_UNITS}."
            )
    except Absent:
        pass
    return found
