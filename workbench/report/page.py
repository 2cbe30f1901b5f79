"""A run's page: one self-contained HTML file made from the artefacts of its folder alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench import storage
from workbench.errors import WorkbenchError
from workbench.report.artefacts import Absent, Artefacts
from workbench.report.emulation import write_emulation_report
from workbench.report.ranking.files import write_figure
from workbench.report.rates import write_rates_report
from workbench.report.render import render
from workbench.report.run import Run
from workbench.report.sections import (
    calibration,
    centres,
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

NAME = "report.html"
FIGURES = "figures"
EMULATED = "gate.json"
RATES = "tables/rates.csv"
Builder = Callable[[Run], dict[str, Any]]

Parts = tuple[tuple[str, str, Builder], ...]

SECTIONS: Parts = (
    ("score", "Score", score.score),
    ("differences", "Against the baselines", score.differences),
    ("flow", "Data flow", flow.flow),
    ("training", "Training", training.training),
    ("confusion", "Decisions", decisions.confusion),
    ("folds", "Folds and repeats", training.folds),
    ("centres", "Centres", centres.centres),
    ("calibration", "Calibration", calibration.calibration),
    ("slides", "Heatmaps", slides.slides),
    ("configuration", "Configuration", facts.configuration),
    ("provenance", "Provenance", facts.provenance),
    ("limits", "Limits of use", facts.limits),
)
SURVIVAL: Parts = (
    ("score", "Score", score.score),
    ("null-model", "Against the null model", null_model.null_model),
    ("differences", "Against the baselines", score.differences),
    ("flow", "Data flow", flow.flow),
    ("table-one", "Cohort by predicted risk", table_one.table_one),
    ("risk-curves", "Survival by predicted risk", risk_curves.risk_curves),
    ("survival-calibration", "Calibration", survival_calibration.calibration),
    ("proportional", "Proportional hazards", proportional.proportional),
    ("training", "Training", training.training),
    ("folds", "Folds and repeats", training.folds),
    ("configuration", "Configuration", facts.configuration),
    ("provenance", "Provenance", facts.provenance),
    ("limits", "Limits of use", facts.limits),
)
KINDS: dict[str, Parts] = {"classes": SECTIONS, "survival": SURVIVAL}
"""The sections of a page by the kind of answer the run's challenge asks for."""


@dataclass(frozen=True)
class Section:
    """One section of the page: its values, or why it is absent."""

    key: str
    title: str
    values: dict[str, Any]
    absent: str = ""


def write_report(run_folder: Path | str) -> Path:
    """Write ``report.html`` into a run folder.

    Reads only the artefacts in the folder (``docs/report.md`` lists them), needs no network to be
    read, and has the same bytes for the same artefacts. A section whose artefact is missing or odd
    says so. Persons are counted, never named. Figures stand in ``figures/`` too, each as SVG with
    the rows behind it as CSV. The folders of an emulated trial and of reporting rates have pages of
    their own.

    Args:
        run_folder: A folder written by a run or by an emulation.

    Returns:
        Path of the page.

    Raises:
        DataError: The folder does not exist, is no run folder, or cannot be written.
    """
    if (Path(run_folder) / EMULATED).is_file():
        return write_emulation_report(run_folder)
    if (Path(run_folder) / RATES).is_file():
        write_rates_report(Path(run_folder))
        return Path(run_folder) / NAME
    run = Run(Artefacts(Path(run_folder)))
    sections = [_section(run, *part) for part in KINDS.get(run.kind, SECTIONS)]
    for section in sections:
        for figure in section.values.get("figures", ()):
            write_figure(figure, Path(run_folder) / FIGURES / figure.name)
    page = render("report.html", head=headline(run), sections=sections)
    return storage.write_text(Path(run_folder) / NAME, page)


def _section(run: Run, key: str, title: str, build: Builder) -> Section:
    """Build one section; a missing artefact or unusable values become its text."""
    try:
        return Section(key, title, build(run))
    except Absent as absent:
        return Section(key, title, {}, str(absent))
    except WorkbenchError as error:
        return Section(key, title, {}, f"the artefacts cannot be used: {error.message}")
