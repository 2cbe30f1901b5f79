"""Heatmaps: a few slides with their overview, attention, true and decided label."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench.report.artefacts import Absent, Told
from workbench.report.case import Case
from workbench.report.images import inline
from workbench.report.run import Run
from workbench.report.words import percent

MOST_SLIDES = 8
OVERVIEW = ("slide", "thumb", "thumbnail", "overview")


def slides(run: Run) -> dict[str, Any]:
    """Return the slides that have heatmaps, costliest mistakes first, each with its images."""
    files = _files(run.artefacts.folder)
    if not files:
        raise Told(run.words("no_heatmaps"))
    known = {case.case: case for case in _cases(run)}
    names = sorted(_names(files, known), key=lambda name: _order(run, name, known))
    broken: list[str] = []
    shown = []
    for name in names[:MOST_SLIDES]:
        images = _images(run, name, files, broken)
        if images:
            case = known.get(name)
            answer = _answer(run, case)
            shown.append({"name": run.shown(name), "images": images, **answer})
    return {"slides": shown, "more": max(0, len(names) - MOST_SLIDES), "broken": broken}


def _files(folder: Path) -> dict[str, Path]:
    """Return image files by name without ending; thumbnails kept apart count as a kind."""
    found = {path.stem: path for path in sorted((folder / "heatmaps").glob("*.png"))}
    for path in sorted((folder / "thumbs").glob("*.png")):
        found.setdefault(f"{path.stem}.thumb", path)
    return found


def _cases(run: Run) -> list[Case]:
    """Return the predicted cases, none when predictions are absent."""
    try:
        return run.cases
    except Absent:
        return []


def _names(files: dict[str, Path], known: dict[str, Case]) -> set[str]:
    """Return the cases the files belong to: ``<case>.png`` or ``<case>.<kind>.png``."""
    return {stem if stem in known else stem.rpartition(".")[0] or stem for stem in files}


def _images(run: Run, name: str, files: dict[str, Path], broken: list[str]) -> list[dict[str, Any]]:
    """Return the images of one case, overview first."""
    own = {
        stem.removeprefix(name).lstrip(".") or "heatmap": path
        for stem, path in files.items()
        if stem == name or stem.rpartition(".")[0] == name
    }
    images = []
    for kind in sorted(own, key=lambda kind: (kind not in OVERVIEW, kind)):
        try:
            picture = inline(own[kind])
        except Absent as absent:
            broken.append(run.words.said(str(absent)))
            continue
        shown = run.words("overview") if kind in OVERVIEW else run.words.heading(kind)
        images.append({"kind": shown, **asdict(picture)})
    return images


def _order(run: Run, name: str, known: dict[str, Case]) -> tuple[float, str]:
    """Return a sorting key: costliest mistakes first, then by name."""
    case = known.get(name)
    classes = run.predictions[0] if case else ()
    if case is None or case.label not in classes:
        return (0.0, name)
    true, decided = classes.index(case.label), classes.index(case.decided)
    return (-run.cost[true][decided] if run.cost else -float(abs(true - decided)), name)


def _answer(run: Run, case: Case | None) -> dict[str, str]:
    """Return true class, decided class and probability of a case in words."""
    words = run.words
    if case is None:
        unknown = {"true": words("unknown"), "decided": words("not_predicted")}
        return unknown | {"state": "", "state_said": "", "probabilities": ""}
    classes = run.predictions[0]
    written = ", ".join(
        f"{c} {percent(p)}" for c, p in zip(classes, case.probabilities, strict=True)
    )
    state = "" if case.label not in classes else "right" if case.right else "wrong"
    return {
        "true": case.label or words("unknown"),
        "decided": case.decided,
        "state": state,
        "state_said": words(f"state_{state}") if state else "",
        "probabilities": written,
    }
