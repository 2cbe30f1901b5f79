"""Configuration, provenance and limits: what is needed to repeat a run and to use it with care."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from workbench.report.artefacts import Absent
from workbench.report.languages import Words
from workbench.report.run import Run
from workbench.report.tables import Table, table
from workbench.report.words import without_home

ELSEWHERE = ("known_biases", "limits")


def configuration(run: Run) -> dict[str, Any]:
    """Return the resolved configuration as text."""
    return {"text": without_home(run.artefacts.text("config.yaml"))}


def provenance(run: Run) -> dict[str, Any]:
    """Return every recorded fact in groups: run, digests, data, code, versions, machine, times."""
    if not run.facts:
        raise Absent("run.json is not in the run folder or is not readable")
    single = {k: v for k, v in run.facts.items() if not isinstance(v, Mapping)}
    groups = {k: v for k, v in run.facts.items() if isinstance(v, Mapping)}
    with suppress(Absent):
        groups["score_digests"] = run.sheet.digests.model_dump()
    times = run.artefacts.facts("times.json")
    groups |= {k: v if isinstance(v, Mapping) else {k: v} for k, v in times.items()}
    return {"groups": [_group(run.words, k, v) for k, v in {"run": single, **groups}.items() if v]}


def limits(run: Run) -> dict[str, Any]:
    """Return what this result does not say."""
    words = run.words
    said = [words("limit_software"), words("limit_cases")]
    try:
        sheet = run.sheet
        said.append(words("limit_interval", units=words.count(sheet.n_units, sheet.unit)))
    except Absent:
        said.append(words("limit_no_score"))
    if (run.artefacts.folder / "heatmaps").is_dir():
        said.append(words("limit_heatmaps"))
    data = run.facts.get("data")
    biases = data.get("known_biases", []) if isinstance(data, Mapping) else []
    own = run.facts.get("limits", [])
    return {
        "said": said,
        "biases": [words.said(str(one)) for one in _listed(biases)],
        "own": [words.said(str(one)) for one in _listed(own)],
    }


def _listed(found: Any) -> list[Any]:
    """Return what may be one fact or a list of them as a list."""
    return found if isinstance(found, list) else [found]


def _group(words: Words, name: str, facts: Mapping[str, Any]) -> Table:
    """Return one group of facts as a table of two columns."""
    rows = [
        [words.get(f"f_{key}", key.replace("_", " ")), without_home(_written(words, value))]
        for key, value in _flat(facts)
        if key not in ELSEWHERE
    ]
    return table(words.heading(name), [words("fact"), words("value")], rows)


def _flat(facts: Mapping[str, Any], above: str = "") -> list[tuple[str, Any]]:
    """Return nested facts as one list of names and values."""
    found: list[tuple[str, Any]] = []
    for key, value in facts.items():
        name = f"{above} {key}".strip()
        if isinstance(value, Mapping):
            found += _flat(value, name)
        else:
            found.append((name, value))
    return found


def _written(words: Words, value: Any) -> str:
    """Return one fact as text."""
    if value is None:
        return words("not_recorded")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_written(words, one) for one in value) or words("none")
    if isinstance(value, bool):
        return words("yes" if value else "no")
    return words.mark(f"{value:.6g}") if isinstance(value, float) else str(value)
