"""Says what went wrong, where, and what to do next; never a traceback."""

from __future__ import annotations

import json
import sys

import click

from workbench.errors import DataError, RunError, UsageError, WorkbenchError, did_you_mean


def explain(error: Exception, *, as_json: bool) -> int:
    """Print an error and return its exit code.

    Args:
        error: What a verb raised.
        as_json: Whether ``--json`` was asked for: then the error is also written to stdout, so that
            a program need not read the text.
    """
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        print(error.format_message(), file=sys.stderr)
        return UsageError.exit_code
    told = as_workbench_error(error)
    print(f"Error: {told.render()}", file=sys.stderr)
    if as_json:
        print(json.dumps({"error": told.as_dict()}, indent=2, ensure_ascii=False))
    return told.exit_code


def as_workbench_error(error: Exception) -> WorkbenchError:
    """Return an error of any kind as one with a place, a next step and an exit code."""
    if isinstance(error, WorkbenchError):
        return error
    if isinstance(error, click.ClickException):
        return _wrong_use(error)
    if isinstance(error, OSError):
        where = str(error.filename or "")
        return DataError(f"cannot read or write: {error.strerror or error}", where=where)
    return RunError(
        f"unexpected {type(error).__name__}: {' '.join(str(error).split()) or 'no message'}",
        remedy="the same command with --traceback shows where; please report it",
    )


def _wrong_use(error: click.ClickException) -> UsageError:
    """Return what click found wrong with the command line."""
    message = error.format_message().rstrip(".")
    context = getattr(error, "ctx", None)
    where = context.command_path if context else "workbench"
    if isinstance(error, click.NoSuchOption):
        known = [name for param in _params(context) for name in param.opts]
        hint = did_you_mean(error.option_name, known)
        message = f"no option '{error.option_name}'; {hint}".rstrip("; ")
    param = getattr(error, "param", None)
    if isinstance(error, click.BadParameter) and param and isinstance(param.type, click.Choice):
        message = _wrong_choice(error.message, param)
    return UsageError(message, where=where, remedy=f"{where} --help")


def _wrong_choice(message: str, param: click.Parameter) -> str:
    """Return the message of a word that is none of the choices, with the closest one."""
    assert isinstance(param.type, click.Choice)
    word = message.split("'")[1] if message.startswith("'") else ""
    choices = [str(choice) for choice in param.type.choices]
    hint = did_you_mean(word, choices) or f"choose one of {', '.join(choices)}"
    return f"'{word}' is no value of {_shown(param)}; {hint}"


def _params(context: click.Context | None) -> list[click.Parameter]:
    """Return the options of the command that was called."""
    return context.command.get_params(context) if context else []


def _shown(param: click.Parameter) -> str:
    """Return what a parameter is called where it is typed: ``--adversary``, ``KIND``."""
    return param.opts[-1] if isinstance(param, click.Option) else (param.name or "choice").upper()
