"""Checks what was typed (``key=value``) against groups and schema, before Hydra composes.

Hydra would advise ``+sed=3`` for a mistyped ``seed``: followed, it trains with the wrong seed. Here
every mistake of a command is found at once, and each names the closest setting that exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob, Override, QuotedString, Transformer
from hydra.errors import OverrideParseException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from workbench.config.messages import closest, first_line, names_of
from workbench.config.options import GROUPS, MAY_BE_NULL, all_options, unknown_option
from workbench.config.schema import RunSettings
from workbench.errors import Problem, UsageError

OPEN_KEYS = ("use_case.params", "model.params")


def parse(overrides: Sequence[str]) -> list[Override]:
    """Return parsed overrides.

    Raises:
        UsageError: Some are not of the form ``key=value``.
    """
    parser = OverridesParser.create()
    parsed, problems = [], []
    for text in overrides:
        try:
            parsed += parser.parse_overrides([text])
        except OverrideParseException as error:
            problems.append(_unparsable(text, error))
    if problems:
        raise UsageError("the settings cannot be read", problems=problems)
    return parsed


def check(overrides: Sequence[Override]) -> list[Problem]:
    """Return everything wrong with the overrides: keys, options, types, ``+`` and ``~``."""
    known = all_options()
    schema = OmegaConf.structured(RunSettings)
    OmegaConf.set_struct(schema, True)
    problems: list[Problem] = []
    for override in overrides:
        if override.is_hydra_override() or override.is_force_add():
            continue
        key = override.key_or_group
        if override.is_delete():
            message = f"'{override.input_line}' removes a setting a run needs"
            problems.append(Problem("delete", message, key, "give it another value instead"))
        elif key in GROUPS and not isinstance(override.value(), dict):
            problems += _check_option(override, known[key])
        elif not _is_open(override):
            problems += _check_value(override, schema)
    return problems


def sweeping(overrides: Sequence[Override]) -> list[Problem]:
    """Return a problem for each override with several values: one run takes one."""
    remedy = "sweep with --multirun (-m), or write a list as key=[a,b]"
    return [
        Problem("several-values", "several values for one run", str(override.input_line), remedy)
        for override in overrides
        if override.is_sweep_override()
    ]


def for_hydra(overrides: Sequence[Override]) -> list[str]:
    """Return the overrides as Hydra needs them: any key may be added to an open ``params``.

    Its keys are checked afterwards against the content's own dataclass, which Hydra cannot know.
    """
    texts = []
    for override in overrides:
        text = str(override.input_line)
        if _is_open(override) and not override.is_delete():
            text = "++" + text.lstrip("+")
        texts.append(text)
    return texts


def _check_option(override: Override, known: dict[str, Any]) -> list[Problem]:
    """Check a group choice: ``model=attention_mil``."""
    group = override.key_or_group
    problems = []
    for value in _values(override):
        if override.is_add():
            message = f"'+' does not belong before the group '{group}'"
            problems.append(Problem("added-key", message, group, f"write {group}={value}"))
        if value is None and group not in MAY_BE_NULL:
            message = f"a run needs a {group}; known: {', '.join(known)}"
            problems.append(Problem("null-group", message, group))
        elif value is not None and str(value) not in known:
            problems.append(unknown_option(group, str(value), known))
    return problems


def _check_value(override: Override, schema: DictConfig) -> list[Problem]:
    """Check a key and the type of its value or, in a sweep, of each of its values."""
    key = override.key_or_group
    known = names_of(RunSettings)
    if key not in known:
        hint = closest(key, [*known, *GROUPS]) or "workbench show config train lists the settings"
        message = f"no setting '{key}'; {hint}"
        return [Problem("unknown-key", message, str(override.input_line))]
    problems = []
    if override.is_add():
        message = f"'{key}' exists already, '+' would add a new key"
        problems.append(Problem("added-key", message, key, "remove the '+' (or force with '++')"))
    for value in _values(override):
        try:
            OmegaConf.update(schema.copy(), key, value)
        except OmegaConfBaseException as error:
            problems.append(Problem("wrong-type", first_line(error), key))
    return problems


def _values(override: Override) -> list[Any]:
    """Return the values an override stands for: one, or each of a sweep."""
    if not override.is_sweep_override():
        return [override.value()]
    if isinstance(override._value, Glob) or not override.is_discrete_sweep():
        return []
    values = override.sweep_iterator(transformer=Transformer.identity)
    return [value.text if isinstance(value, QuotedString) else value for value in values]


def _is_open(override: Override) -> bool:
    """Say whether a key lies in the params of content, whose names are not in our schema."""
    key = override.key_or_group
    whole = key in OPEN_KEYS and isinstance(override.value(), dict)
    return whole or any(key.startswith(f"{open_key}.") for open_key in OPEN_KEYS)


def _unparsable(text: str, error: OverrideParseException) -> Problem:
    """Explain an override that Hydra's grammar refuses."""
    if "=" not in text:
        homes = [f"{group}={text}" for group, found in all_options().items() if text in found]
        remedy = f"write {' or '.join(homes)}" if homes else ""
        return Problem("not-a-setting", "a setting is key=value", f"'{text}'", remedy)
    reason = " ".join(str(error).split("\n")[0].split())
    remedy = "quote special characters: key='\"a value, with signs\"'"
    return Problem("not-a-setting", reason, f"'{text}'", remedy)
