"""The main path: from a composed configuration to a scored, tracked, reported run.

``train`` reads top to bottom in one screen (``training.py``); ``predict`` and ``evaluate`` use what
a run saved; ``synthesize`` writes a use case's data set with known truth; ``emulate_trial`` is the
main path of a target trial (``emulation.py``). Nothing heavy is imported until one is called.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.runs.emulated.result import EmulationResult
    from workbench.runs.emulation import emulate_trial
    from workbench.runs.evaluation import evaluate
    from workbench.runs.planning import plan
    from workbench.runs.prediction import PredictResult, predict
    from workbench.runs.reported.result import RatesResult
    from workbench.runs.reporting import report_rates
    from workbench.runs.result import RunResult
    from workbench.runs.source import synthesize
    from workbench.runs.training import train

__all__ = [
    "EmulationResult",
    "PredictResult",
    "RatesResult",
    "RunResult",
    "emulate_trial",
    "evaluate",
    "plan",
    "predict",
    "report_rates",
    "synthesize",
    "train",
]

_HOMES = {
    "EmulationResult": "emulated.result",
    "emulate_trial": "emulation",
    "PredictResult": "prediction",
    "RatesResult": "reported.result",
    "report_rates": "reporting",
    "RunResult": "result",
    "evaluate": "evaluation",
    "plan": "planning",
    "predict": "prediction",
    "synthesize": "source",
    "train": "training",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its module on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
