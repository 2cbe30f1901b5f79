"""Configuration: settings are composed and checked before any work, swept, and digested."""

from workbench.config.compose import compose, with_model
from workbench.config.digest import digest
from workbench.config.params import params_of
from workbench.config.sweep import expand, preflight, run_sweep
from workbench.config.targets import instantiate_target

__all__ = [
    "compose",
    "digest",
    "expand",
    "instantiate_target",
    "params_of",
    "preflight",
    "run_sweep",
    "with_model",
]
