"""The one renderer: a run's page, plots as SVG, and tables for the terminal.

``write_report`` makes the page of a run folder, ``workbench.report.plots`` the plots,
``workbench.report.console`` prints score sheets and boards. Nothing heavy is imported until used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.report.page import write_report

__all__ = ["write_report"]


def __getattr__(name: str) -> Any:
    """Import a public name from its module on first use."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.page"), name)
