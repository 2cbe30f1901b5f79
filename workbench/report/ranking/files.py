"""Figures as files: pictures that stand alone, and the rows behind them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench import storage
from workbench.report.plots import svg
from workbench.report.ranking.figure import Figure
from workbench.report.ranking.figures import stability_figure, task_figures
from workbench.report.ranking.view import views
from workbench.report.render import TEMPLATES


def write_figures(
    tables: Mapping[str, pd.DataFrame], folder: Path | str, facts: Mapping[str, Any]
) -> list[Path]:
    """Write each figure as ``.svg`` and the rows behind it as ``.csv`` of the same name.

    Args:
        tables: What ``Ranking.tables()`` returns.
        folder: Made when absent; files of the same names are replaced, each in one step.
        facts: What ``Ranking.facts()`` returns.

    Returns:
        The paths written.

    Raises:
        DataError: A file cannot be written.
    """
    tasks = views(tables, facts)
    written: list[Path] = []
    for place, view in enumerate(tasks, start=1):
        prefix = f"{place}-{storage.file_name(view.task)[:40]}-" if view.task else ""
        for figure in task_figures(view):
            written += write_figure(figure, Path(folder) / f"{prefix}{figure.name}")
    written += write_figure(stability_figure(tables, tasks[0].level), Path(folder) / "stability")
    return written


def csv_text(frame: pd.DataFrame) -> str:
    r"""Return rows as CSV no spreadsheet runs: the name ``=1+1`` is written ``'=1+1``.

    >>> csv_text(pd.DataFrame({"algorithm": ["=1+1", "a"], "value": [-0.5, 1.0]}))
    "algorithm,value\n'=1+1,-0.5\na,1.0\n"
    """
    words = frame.select_dtypes(exclude="number")
    safe = frame.assign(**{str(name): words[name].map(storage.csv_cell) for name in words})
    return str(safe.to_csv(index=False, lineterminator="\n"))


def write_figure(figure: Figure, stem: Path) -> list[Path]:
    """Write one figure as ``<stem>.svg`` and the rows behind it as ``<stem>.csv``."""
    picture = storage.write_text(stem.with_name(stem.name + ".svg"), alone(figure))
    rows = storage.write_text(stem.with_name(stem.name + ".csv"), csv_text(figure.data))
    return [picture, rows]


def alone(figure: Figure) -> str:
    """Return a figure that stands without a page: with its title and its colours."""
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"(--[\w-]+): (#\w+)", block)) for block in css.split("@media")[:2]
    )
    rules = "\n".join(line for line in css.splitlines() if line.startswith(".plot "))
    ground = "svg.plot { background: var(--paper); font-family: system-ui, sans-serif; }"
    bright, night = (_resolved(f"{ground}\n{rules}", theme) for theme in (light, dark))
    style = Markup(f"{bright}\n@media (prefers-color-scheme: dark) {{\n{night}\n}}")
    head = svg.tag("title", figure.title) + svg.tag("style", style)
    start, end = figure.svg.split(">", 1)
    return f"{start}>{head}{end}\n"


def _resolved(rules: str, colours: Mapping[str, str]) -> str:
    """Return rules with colours in the place of variables: not every viewer knows those."""
    return re.sub(r"var\((--[\w-]+)\)", lambda found: colours[found[1]], rules)
