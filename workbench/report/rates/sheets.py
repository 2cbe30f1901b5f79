"""One sheet per substance and language."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from workbench import storage
from workbench.errors import WorkbenchError
from workbench.report.artefacts import Absent
from workbench.report.catalogues import Language
from workbench.report.rates import cases, comparison, exposure, scenarios, signals, trend
from workbench.report.rates.blocks import Block
from workbench.report.rates.comparison import sheet_name
from workbench.report.rates.conventions import SHEET_CAVEATS, caveats
from workbench.report.rates.headline import headline
from workbench.report.rates.release import Release
from workbench.report.rates.sheet import Sheet
from workbench.report.rates.words import words_of
from workbench.report.render import environment

FOLDER = "substances"
LANGUAGES: tuple[Language, ...] = ("en", "fr")
REPORTS: dict[Language, str] = {"en": "../report.html", "fr": "../rapport.html"}


def _caveats(sheet: Sheet) -> list[Block]:
    """Return the caveats of a sheet."""
    return caveats(sheet.release, sheet.words, SHEET_CAVEATS)


SECTIONS: tuple[tuple[str, Callable[[Sheet], list[Block]]], ...] = (
    ("rate", exposure.rate),
    ("cases", cases.cases),
    ("soc", cases.organ_classes),
    ("exposure", exposure.exposure),
    ("comparison", comparison.comparison),
    ("trend", trend.trend),
    ("signals", signals.signals),
    ("scenarios", scenarios.scenarios),
    ("caveats", _caveats),
)


def write_sheets(release: Release, folder: Path) -> None:
    """Write all sheets in one step: a reader never meets half of them.

    Args:
        release: The tables.
        folder: Of the run.
    """
    template = environment().get_template("rate_sheet.html")
    with storage.writing_folder(folder / FOLDER) as aside:
        for language in LANGUAGES:
            words = words_of(language)
            for substance in release.substances:
                sheet = Sheet(release, substance, words)
                page = template.render(
                    head=headline(sheet),
                    sections=[_section(sheet, *part) for part in SECTIONS],
                    say=words,
                    report=REPORTS[language],
                    others={
                        other: sheet_name(words_of(other), substance)
                        for other in LANGUAGES
                        if other != language
                    },
                )
                # No fsync a file: the folder takes its place once all of them are written.
                (aside / sheet_name(words, substance)).write_text(page, encoding="utf-8")


def _section(sheet: Sheet, key: str, build: Callable[[Sheet], list[Block]]) -> dict[str, Any]:
    """Build one section; a missing table or unusable values become its text."""
    section = {"key": key, "title": sheet.words(f"t_{key}"), "absent": "", "blocks": []}
    try:
        return section | {"blocks": build(sheet)}
    except Absent as absent:
        return section | {"absent": str(absent)}
    except WorkbenchError as error:
        return section | {"absent": error.message}
