"""From what was typed to one checked configuration; nothing else may start before this is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hydra import version
from hydra._internal.hydra import Hydra
from hydra._internal.utils import create_config_search_path
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf, open_dict

from workbench.config import overrides as typed
from workbench.config.messages import explained
from workbench.config.options import all_options, config_roots, unknown_option
from workbench.config.schema import RunSettings
from workbench.config.validate import completed
from workbench.errors import UsageError

PRIMARY = "train"
ConfigStore.instance().store(name="base_run", node=RunSettings, provider="workbench")


def compose(overrides: Sequence[str] = ()) -> DictConfig:
    """Return the resolved, checked configuration of one training run.

    Args:
        overrides: Settings in Hydra's form: ``model=mean_pool``, ``trainer.max_epochs=3``.

    Raises:
        UsageError: Anything is mistyped, missing, out of range or not allowed; all at once.
    """
    parsed = typed.parse(overrides)
    problems = typed.check(parsed) + typed.sweeping(parsed)
    if problems:
        raise UsageError("the settings are wrong", problems=problems)
    return completed(_composed(typed.for_hydra(parsed)))


def with_model(config: DictConfig, name: str) -> DictConfig:
    """Return ``config`` with another model option, such as one of its baselines.

    Args:
        config: A composed configuration.
        name: Option of the group ``model``.

    Raises:
        UsageError: There is no such option, or it is wrong.
    """
    known = all_options()["model"]
    if name not in known:
        raise UsageError("the model is unknown", problems=[unknown_option("model", name, known)])
    other = config.copy()
    OmegaConf.set_readonly(other, False)
    other.model = _composed([f"model={name}"]).model
    return completed(other)


@contextmanager
def hydra_engine() -> Iterator[Hydra]:
    """Give a Hydra that sees all configuration roots; an outer one (a sweep's) is put back."""
    version.setbase("1.3")
    instance = GlobalHydra.instance()
    outer = instance.hydra
    instance.clear()
    search = create_config_search_path("pkg://workbench.content.configs")
    for root in config_roots()[1:]:
        search.prepend("workbench-path", f"file://{root}", anchor="schema")
    try:
        yield Hydra.create_main_hydra2("workbench", search)
    finally:
        instance.hydra = outer


def _composed(overrides: list[str]) -> DictConfig:
    """Return the configuration Hydra composes, without Hydra's own part."""
    with explained(), hydra_engine() as hydra:
        config = hydra.compose_config(
            PRIMARY, overrides, RunMode.RUN, with_log_configuration=False, from_shell=False
        )
    assert isinstance(config, DictConfig)
    with open_dict(config):
        del config["hydra"]
    return config
