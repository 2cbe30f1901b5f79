"""Configuration: settings are composed and checked before any work, swept, and digested.

Hydra is imported on first use, not with this package: listing options needs none of it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.config.composition import compose, with_model
    from workbench.config.identity import digest
    from workbench.config.params import params_of
    from workbench.config.sweep import SweepRun, expand, preflight, run_sweep, sweep_folder
    from workbench.config.targets import instantiate_target

__all__ = [
    "SweepRun",
    "compose",
    "digest",
    "expand",
    "instantiate_target",
    "params_of",
    "preflight",
    "run_sweep",
    "sweep_folder",
    "with_model",
]

_HOMES = {
    "SweepRun": "sweep",
    "compose": "composition",
    "digest": "identity",
    "expand": "sweep",
    "instantiate_target": "targets",
    "params_of": "params",
    "preflight": "sweep",
    "run_sweep": "sweep",
    "sweep_folder": "sweep",
    "with_model": "composition",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its module on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
