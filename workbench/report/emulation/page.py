"""The page of an emulated target trial: one file a language, made from the artefacts alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from workbench.report.emulation import balance, cohort, curves, effects, further
from workbench.report.emulation.reading import reading
from workbench.report.emulation.trial import Trial
from workbench.report.languages import Words
from workbench.report.pages import Section, section, write_pages

SECTIONS: tuple[tuple[str, Callable[[Trial], dict[str, Any]]], ...] = (
    ("estimates", effects.effects),
    ("curves", curves.curves),
    ("gate", balance.gate),
    ("balance", balance.balance),
    ("weights", balance.weights),
    ("protocol", cohort.protocol),
    ("flow", cohort.flow),
    ("table-one", cohort.table_one),
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

    def view(words: Words) -> tuple[dict[str, Any], list[Section]]:
        trial = Trial(place, words)
        return reading(trial), [
            section(words, key, partial(build, trial)) for key, build in SECTIONS
        ]

    return write_pages(place, "emulation.html", "emulation", view)
