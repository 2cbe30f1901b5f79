"""A run's pages: a self-contained HTML file a language, made from its folder's artefacts alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from workbench.report.artefacts import Artefacts
from workbench.report.emulation import write_emulation_report
from workbench.report.languages import PAGES, Words
from workbench.report.pages import Section, section, write_pages
from workbench.report.rates import write_rates_report
from workbench.report.run import Run
from workbench.report.sections import (
    by_centre,
    calibration,
    centres,
    coefficients,
    d_calibration,
    decision_curve,
    decisions,
    facts,
    flow,
    null_model,
    proportional,
    risk_curves,
    score,
    slides,
    survival_calibration,
    table_one,
    training,
)
from workbench.report.sections.headline import headline

EMULATED = "gate.json"
RATES = "tables/rates.csv"
Builder = Callable[[Run], dict[str, Any]]
Parts = tuple[tuple[str, Builder], ...]

SECTIONS: Parts = (
    ("score", score.score),
    ("differences", score.differences),
    ("flow", flow.flow),
    ("training", training.training),
    ("confusion", decisions.confusion),
    ("folds", training.folds),
    ("centres", centres.centres),
    ("calibration", calibration.calibration),
    ("slides", slides.slides),
    ("configuration", facts.configuration),
    ("provenance", facts.provenance),
    ("limits", facts.limits),
)
SURVIVAL: Parts = (
    ("score", score.score),
    ("null-model", null_model.null_model),
    ("differences", score.differences),
    ("flow", flow.flow),
    ("table-one", table_one.table_one),
    ("risk-curves", risk_curves.risk_curves),
    ("survival-calibration", survival_calibration.calibration),
    ("d-calibration", d_calibration.d_calibration),
    ("decision-curve", decision_curve.decision_curve),
    ("coefficients", coefficients.coefficients),
    ("proportional", proportional.proportional),
    ("by-centre", by_centre.by_centre),
    ("training", training.training),
    ("folds", training.folds),
    ("configuration", facts.configuration),
    ("provenance", facts.provenance),
    ("limits", facts.limits),
)
KINDS: dict[str, Parts] = {"classes": SECTIONS, "survival": SURVIVAL}
"""The sections of a page by the kind of answer the run's challenge asks for."""
OF_TRAINING = ("differences", "training", "folds")
"""Sections that an evaluation on other data has nothing for."""


def write_report(run_folder: Path | str) -> Path:
    """Write ``report.html`` (English) and ``rapport.html`` (French) into a run folder.

    Reads only the artefacts in the folder (``docs/report.md`` lists them), needs no network to be
    read, and has the same bytes for the same artefacts. A section whose artefact is missing or odd
    says so. Persons are counted, never named. Figures stand in ``figures/`` too, each as SVG with
    the rows behind it as CSV. The folders of an emulated trial and of reporting rates have pages of
    their own.

    Args:
        run_folder: A folder written by a run or by an emulation.

    Returns:
        Path of the English page.

    Raises:
        DataError: The folder does not exist, is no run folder, or cannot be written.
    """
    place = Path(run_folder)
    if (place / EMULATED).is_file():
        return write_emulation_report(place)
    if (place / RATES).is_file():
        write_rates_report(place)
        return place / PAGES["en"]
    artefacts = Artefacts(place)

    def view(words: Words) -> tuple[dict[str, Any], list[Section]]:
        run = Run(artefacts, words)
        parts = KINDS.get(run.kind, SECTIONS)
        if run.evaluates:
            parts = tuple(part for part in parts if part[0] not in OF_TRAINING)
        return headline(run), [section(words, key, partial(build, run)) for key, build in parts]

    return write_pages(place, "report.html", "run", view)
