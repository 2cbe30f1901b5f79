"""What stands above everything: one sentence, what it means, and what to know before reading on."""

from __future__ import annotations

from typing import Any

from workbench.report.artefacts import Absent
from workbench.report.forms import Difference
from workbench.report.languages import Words
from workbench.report.run import Run
from workbench.report.sections.plain_reading import not_said, said
from workbench.scoring import ScoreSheet

FEW_UNITS = 30


def headline(run: Run) -> dict[str, Any]:
    """Return title, result in one sentence, meaning, key figures and notices."""
    page: dict[str, Any] = {
        "name": str(run.facts.get("name") or run.model or run.words("run")),
        "digest": str(run.facts.get("digest", "")),
        "page": run.words("page_evaluation" if run.evaluates else "page"),
        "question": _question(run),
        "figures": [],
        "meaning": [],
        "not_said": not_said(run),
        "notices": _notices(run),
    }
    try:
        sheet = run.sheet
    except Absent as absent:
        why = run.words.said(str(absent))
        return page | {"sentence": run.words("no_score", why=why)}
    meaning = [_against_floor(run.words, sheet), *_against_baselines(run), *said(run)]
    return page | {
        "sentence": sentence(sheet, run.words),
        "meaning": [words for words in meaning if words],
        "figures": _figures(run, sheet),
    }


def _question(run: Run) -> str:
    """Return what was asked, as the challenge's card puts it."""
    card = run.challenge
    if card is None:
        return ""
    title = getattr(card.title, run.words.language) or card.title.en
    return run.words("question", title=title, id=card.id, version=card.version)


def sentence(sheet: ScoreSheet, words: Words) -> str:
    """Return the result in plain words."""
    metric, units = sheet.primary, words.count(sheet.n_units, sheet.unit)
    told = words("result", metric=words.metric(metric.name), value=words.number(metric.value))
    if metric.low is None or metric.high is None:
        told += words("result_on", units=units)
    else:
        told += words(
            "result_within",
            level=words.level(metric.level),
            ends=words.ends(metric.low, metric.high),
            units=units,
        )
    floor = words.number(sheet.floor.value)
    return told + words("result_floor", value=floor, answer=words.constant(sheet.floor.answer))


def verdict(low: float | None, high: float | None) -> str:
    """Return what an interval of a gain says: ``better``, ``worse``, ``open`` or nothing.

    >>> verdict(0.1, 0.2), verdict(-0.1, 0.2), verdict(-0.2, -0.1), verdict(None, None)
    ('better', 'open', 'worse', '')
    """
    if low is None or high is None:
        return ""
    return "better" if low > 0 else "worse" if high < 0 else "open"


def _against_floor(words: Words, sheet: ScoreSheet) -> str:
    """Return what the paired gain over the constant answer says."""
    floor = sheet.floor
    told = verdict(floor.gain_low, floor.gain_high)
    gain = words.interval(floor.gain, floor.gain_low, floor.gain_high)
    answer = words.constant(floor.answer)
    return words(f"floor_{told}", answer=answer, gain=gain) if told else ""


def _against_baselines(run: Run) -> list[str]:
    """Return what the paired intervals say about each baseline."""
    try:
        return [
            _one_baseline(run.words, c.model, c.difference) for c in run.comparison if c.difference
        ]
    except Absent:
        return []


def _one_baseline(words: Words, name: str, found: Difference) -> str:
    """Return one sentence on one paired difference, turned so that more is better."""
    if found.direction == "target":
        written = words.interval(found.difference, found.low, found.high)
        return words("baseline_target", name=name, difference=written)
    sign = -1.0 if found.direction == "minimize" else 1.0
    ends = [None if end is None else sign * end for end in (found.low, found.high)]
    low, high = ends if sign > 0 else ends[::-1]
    gain = words.interval(None if found.difference is None else sign * found.difference, low, high)
    return words(f"baseline_{verdict(low, high) or 'gain'}", name=name, gain=gain)


def _figures(run: Run, sheet: ScoreSheet) -> list[tuple[str, str]]:
    """Return the few figures worth a glance."""
    words = run.words
    null = "null_model" if run.kind == "survival" else "constant_answer"
    figures = [
        (words.metric(sheet.primary.name), words.number(sheet.primary.value)),
        (words(null), words.number(sheet.floor.value)),
        (words.heading(f"{sheet.unit}s"), words.number(sheet.n_units)),
        (words("cases_scored"), words.number(sheet.n_cases)),
    ]
    if isinstance(run.facts.get("excluded"), int):
        figures.append((words("left_out_head"), words.number(run.facts["excluded"])))
    return figures


def _notices(run: Run) -> list[str]:
    """Return what a reader must know before trusting the figures."""
    words, found = run.words, []
    data = run.facts.get("data")
    if run.evaluates and isinstance(data, dict):
        found.append(
            words("other_data", data=data.get("name", ""), version=data.get("version", ""))
        )
    if isinstance(data, dict) and data.get("synthetic"):
        found.append(words("synthetic"))
    git = run.facts.get("git")
    if isinstance(git, dict) and git.get("dirty"):
        found.append(words("dirty"))
    try:
        units = run.sheet.n_units
        if units < FEW_UNITS:
            counted = words.count(units, run.sheet.unit)
            found.append(words("few_units", units=counted, n=FEW_UNITS))
    except Absent:
        pass
    return found
