"""The pages of a report, made from its folder alone."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

_PAGES = "workbench.report.rates"


def write_pages(folder: Path) -> None:
    """Write the pages of a report of rates, where this installation has them."""
    if find_spec(_PAGES) is not None:
        import_module(_PAGES).write_rates_report(folder)
