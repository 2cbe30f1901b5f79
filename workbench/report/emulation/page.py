"""The page of an emulated target trial: one file a language, made from the artefacts alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from workbench import storage
from workbench.errors import WorkbenchError
from workbench.report.artefacts import Absent
from workbench.report.emulation import balance, cohort, curves, effects, further
from workbench.report.emulation.reading import reading
from workbench.report.emulation.trial import Trial
from workbench.report.emulation.words import Language, words_of
from workbench.report.ranking.files import write_figure
from workbench.report.render import render

PAGES: dict[Language, str] = {"en": "report.html", "fr": "rapport.html"}
FIGURES = "figures"
SECTIONS: tuple[tuple[str, Callable[[Trial], dict[str, Any]]], ...] = (
    ("estimates", effects.effects),
    ("curves", curves.curves),
    ("gate", balance.gate),
    ("balance", balance.balance),
    ("weights", balance.weights),
    ("protocol", cohort.protocol),
    ("flow", cohort.flow),
    ("table_one", cohort.table_one),
    ("sensitivity", further.sensitivity),
    ("limits", further.limits),
    ("provenance", further.provenance),
)


def write_emulation_report(folder: Path | str) -> Path:
    """Write ``report.html`` (English) and ``rapport.html`` (French) into an emulation's folder.

    Reads only what is in the folder, needs no network to be read, and has the same bytes for the
    same artefacts. Figures stand in ``figures/`` too, each as SVG with its rows as CSV.

    Args:
        folder: What ``workbench emulate`` wrote.

    Returns:
        Path of the English page.

    Raises:
        DataError: The folder holds no emulation, or cannot be written.
    """
    place = Path(folder)
    for language, name in PAGES.items():
        trial = Trial(place, words_of(language))
        sections = [_section(trial, *part) for part in SECTIONS]
        others = {code: page for code, page in PAGES.items() if code != language}
        page = render(
            "emulation.html", head=reading(trial), sections=sections, say=trial.words, others=others
        )
        storage.write_text(place / name, page)
        if language == "en":
            _write_figures(place, sections)
    return place / PAGES["en"]


def _section(trial: Trial, key: str, build: Callable[[Trial], dict[str, Any]]) -> dict[str, Any]:
    """Build one section; a missing artefact or unusable values become its text."""
    section = {"key": key.replace("_", "-"), "name": key, "title": trial.words(f"t_{key}")}
    try:
        return section | {"values": build(trial), "absent": ""}
    except Absent as absent:
        return section | {"values": {}, "absent": str(absent)}
    except WorkbenchError as error:
        return section | {"values": {}, "absent": error.message}


def _write_figures(place: Path, sections: list[dict[str, Any]]) -> None:
    """Write every figure with its rows."""
    for section in sections:
        for figure in section["values"].get("figures", ()):
            write_figure(figure, place / FIGURES / figure.name)
