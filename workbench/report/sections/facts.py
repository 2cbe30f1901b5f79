"""Configuration, provenance and limits: what is needed to repeat a run and to use it with care."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from workbench.report.artefacts import Absent
from workbench.report.run import Run
from workbench.report.tables import Table, table
from workbench.report.words import heading, plural, without_home

LABELS = {
    "record": "record number",
    "dirty": "uncommitted changes",
    "opted_out": "persons opted out",
    "gpu_memory_gb": "GPU memory (GB)",
    "tiles_per_s": "tiles per second",
}
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
        groups["score digests"] = run.sheet.digests.model_dump()
    times = run.artefacts.facts("times.json")
    groups |= {k: v if isinstance(v, Mapping) else {k: v} for k, v in times.items()}
    return {"groups": [_group(k, v) for k, v in {"run": single, **groups}.items() if v]}


def limits(run: Run) -> dict[str, Any]:
    """Return what this result does not say."""
    said = [
        "Research software: not a medical device, not for decisions about a patient.",
        "The score holds for cases collected, labelled and excluded as above; another hospital, "
        "scanner, staining or period has to be tested before use.",
    ]
    try:
        sheet = run.sheet
        said.append(
            f"The interval covers the choice of {plural(sheet.n_units, sheet.unit)}; it does not "
            "cover the choice of model and settings, or errors in the labels."
        )
    except Absent:
        said.append("Without a score nothing is known about how good the answers are.")
    if (run.artefacts.folder / "heatmaps").is_dir():
        said.append(
            "Heatmaps show where the model gave weight; they do not show why, and high weight is "
            "no proof of a lesion."
        )
    data = run.facts.get("data")
    biases = data.get("known_biases", []) if isinstance(data, Mapping) else []
    own = run.facts.get("limits", [])
    return {
        "said": said,
        "biases": [str(one) for one in biases] if isinstance(biases, list) else [str(biases)],
        "own": [str(one) for one in own] if isinstance(own, list) else [str(own)],
    }


def _group(name: str, facts: Mapping[str, Any]) -> Table:
    """Return one group of facts as a table of two columns."""
    rows = [
        [LABELS.get(key, key.replace("_", " ")), without_home(_written(value))]
        for key, value in _flat(facts)
        if key not in ELSEWHERE
    ]
    return table(heading(name), ["Fact", "Value"], rows)


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


def _written(value: Any) -> str:
    """Return one fact as text."""
    if value is None:
        return "not recorded"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_written(one) for one in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
