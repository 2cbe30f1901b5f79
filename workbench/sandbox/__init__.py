"""Runs programs nobody has read, sealed off from the machine; knows nothing of challenges."""

from workbench.sandbox.backends import Backend, Bubblewrap, require
from workbench.sandbox.interpreter import Interpreter, interpreter_of, this_interpreter
from workbench.sandbox.limits import Limits
from workbench.sandbox.outcome import ENDINGS, Ending, Outcome
from workbench.sandbox.probe import Probe, probe
from workbench.sandbox.task import OUTPUT, ProtocolError, Talk, Task
from workbench.sandbox.tiers import Tier, TierName, tier_named

__all__ = [
    "ENDINGS",
    "OUTPUT",
    "Backend",
    "Bubblewrap",
    "Ending",
    "Interpreter",
    "Limits",
    "Outcome",
    "Probe",
    "ProtocolError",
    "Talk",
    "Task",
    "Tier",
    "TierName",
    "interpreter_of",
    "probe",
    "require",
    "this_interpreter",
    "tier_named",
]
