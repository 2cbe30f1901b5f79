"""Turns what Hydra, OmegaConf and YAML say about a configuration into words for a user."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import yaml
from hydra.errors import HydraException, MissingConfigException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import ConfigAttributeError, ConfigKeyError, OmegaConfBaseException

from workbench.config.schema import RunSettings
from workbench.errors import UsageError, did_you_mean

_CONVERSION = re.compile(
    r"Value '(?P<value>.*?)' (?:of type '.*' could not be converted to|is not a valid) "
    r"(?P<kind>\w+).*"
)
_IN_FILE = re.compile(
    r"In '(?P<option>[^']+)': \w+ raised while composing config:\n?(?P<rest>.*)", re.S
)
_KINDS = {"Integer": "a whole number", "Float": "a number", "bool": "true or false"}


@contextmanager
def explained() -> Iterator[None]:
    """Raise a usage error for whatever is wrong with a configuration.

    Raises:
        UsageError: With the key or file it is about, where that is known.
    """
    try:
        yield
    except MissingConfigException as error:
        hint = did_you_mean(str(error.missing_cfg_file).rpartition("/")[2], error.options or [])
        raise UsageError(
            f"there is no configuration '{error.missing_cfg_file}'; {hint}".rstrip("; "),
            remedy=_plugin_advice(str(error.missing_cfg_file)),
        ) from error
    except yaml.MarkedYAMLError as error:
        place = str(error.problem_mark).strip() if error.problem_mark else ""
        raise UsageError(f"this is not valid YAML: {error.problem}", where=place) from error
    except (HydraException, OmegaConfBaseException, ValueError) as error:
        # model=null and the like raise a bare ValueError in Hydra 1.3
        raise _composition_error(error) from error


def first_line(error: Exception) -> str:
    """Return a message in plain words, without OmegaConf's internal lines (``object_type``).

    >>> first_line(ValueError("Value 'abc' of type 'str' could not be converted to Integer"))
    "'abc' is not a whole number"
    """
    line = str(error).strip().split("\n", 1)[0]
    found = _CONVERSION.fullmatch(line)
    if found is None:
        return line
    return f"'{found['value']}' is not {_KINDS.get(found['kind'], found['kind'])}"


def names_of(kind: type[Any]) -> list[str]:
    """Return the dotted names of a dataclass's settings, those of inner dataclasses included."""
    return _names(OmegaConf.structured(kind), "")


def closest(key: str, known: Sequence[str]) -> str:
    """Return a "did you mean" over full paths first, then over last names.

    >>> closest("trainer.epochs", ["trainer.max_epochs", "seed"])
    "did you mean 'trainer.max_epochs'?"
    >>> closest("epochs", ["trainer.max_epochs", "seed"])
    "did you mean 'trainer.max_epochs'?"
    """
    hint = did_you_mean(key, known)
    if hint:
        return hint
    last = key.rpartition(".")[2]
    near = [path for path in known if did_you_mean(last, [path.rpartition(".")[2]])]
    return f"did you mean {' or '.join(repr(path) for path in near[:3])}?" if near else ""


def _names(settings: DictConfig, prefix: str) -> list[str]:
    """Return the names under one structured node; keys of open mappings are no settings."""
    names = []
    kind: Any = OmegaConf.get_type(settings)
    for field in dataclasses.fields(kind):
        names.append(f"{prefix}{field.name}")
        inner = settings._get_node(field.name)
        if isinstance(inner, DictConfig) and dataclasses.is_dataclass(OmegaConf.get_type(inner)):
            names += _names(inner, f"{prefix}{field.name}.")
    return names


def _composition_error(error: Exception) -> UsageError:
    """Name the option file and the key Hydra stumbled over, with the closest setting."""
    cause = error
    while isinstance(inner := cause.__cause__ or cause.__context__, Exception):
        cause = inner
    key = str(getattr(cause, "full_key", None) or "")
    found = _IN_FILE.fullmatch(str(error).strip())
    text = found["rest"] if found else first_line(error)
    message = first_line(Exception(text)) or first_line(cause) or type(cause).__name__
    if isinstance(cause, ConfigKeyError | ConfigAttributeError) and key:
        key = key if found is None or "." in key else f"{found['option'].split('/')[0]}.{key}"
        message = f"no setting '{key}'; {closest(key, names_of(RunSettings))}".rstrip("; ")
    return UsageError(message, where=f"configs/{found['option']}.yaml" if found else key)


def _plugin_advice(name: str) -> str:
    """Say which extra brings a launcher that is not installed."""
    if name.startswith("hydra/launcher/"):
        return "pip install 'clinical-ai-workbench[launchers]'"
    return "workbench list configs shows the groups and their options"
