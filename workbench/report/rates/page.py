"""The pages of reporting rates: a report and a sheet per substance, from the run folder alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from workbench import storage
from workbench.errors import WorkbenchError
from workbench.report.artefacts import Absent
from workbench.report.catalogues import Language
from workbench.report.ranking.figure import Figure
from workbench.report.ranking.files import write_figure
from workbench.report.rates import attrition, figures, overview, signals
from workbench.report.rates.blocks import Block, Drawn
from workbench.report.rates.blocks import figures as drawn
from workbench.report.rates.conventions import caveats, provenance
from workbench.report.rates.listing import listing, script, script_digest
from workbench.report.rates.release import Release
from workbench.report.rates.rows_behind import write_rows
from workbench.report.rates.sheets import write_sheets
from workbench.report.rates.words import Words, words_of
from workbench.report.render import render

PAGES: dict[Language, str] = {"en": "report.html", "fr": "rapport.html"}
PLOTS = "plots"
SECTIONS: tuple[tuple[str, Callable[[Release, Words], Any]], ...] = (
    ("substances", listing),
    ("flow", attrition.flow),
    ("funnel", figures.funnel_figure),
    ("caterpillar", figures.caterpillar_figure),
    ("heatmap", figures.heatmap_figure),
    ("signals", signals.strongest),
    ("changes", overview.changes),
    ("caveats", caveats),
    ("provenance", provenance),
)


def write_rates_report(folder: Path) -> None:
    """Write the pages of a run of ``workbench rates``, English and French.

    ``report.html`` and ``rapport.html`` have the figures over all substances and the list of them;
    ``substances/<code>.html`` and ``.fr.html`` are their sheets. Only the run folder is read, no
    page asks the network for anything, and each figure has its rows in ``plots/``. A section whose
    table is missing says so.

    Args:
        folder: Of the run; it holds ``run.json`` and ``tables/``.

    Raises:
        DataError: The folder is not one of reporting rates, or cannot be written.
    """
    release = Release(folder)
    for language, name in PAGES.items():
        words = words_of(language)
        sections = [_section(release, words, *part) for part in SECTIONS]
        page = render(
            "rates.html",
            head=overview.overview(release, words),
            sections=sections,
            say=words,
            others={code: page for code, page in PAGES.items() if code != language},
            script=script(),
            digest=script_digest(),
        )
        storage.write_text(folder / name, page)
        if language == "en":
            for section in sections:
                if isinstance(section["made"], Figure):
                    write_figure(section["made"], folder / PLOTS / section["made"].name)
    write_rows(release, folder / PLOTS)
    write_sheets(release, folder)


def _section(
    release: Release, words: Words, key: str, build: Callable[[Release, Words], Any]
) -> dict[str, Any]:
    """Build one section; a missing table or unusable values become its text."""
    section: dict[str, Any] = {
        "key": key,
        "title": words(f"t_{key}"),
        "absent": "",
        "made": None,
        "blocks": [],
    }
    try:
        made = build(release, words)
    except Absent as absent:
        return section | {"absent": str(absent)}
    except WorkbenchError as error:
        return section | {"absent": error.message}
    blocks = attrition.rejected(release, words) if key == "flow" else _blocks(made)
    return section | {"made": made, "blocks": blocks}


def _blocks(made: Any) -> list[Block]:
    """Return what a section is made of as blocks."""
    if isinstance(made, Figure):
        return [drawn([Drawn("", made.svg, made.caption, f"{made.name}.csv")])]
    blocks = made if isinstance(made, list) else []
    return [block for block in blocks if isinstance(block, Block)]
