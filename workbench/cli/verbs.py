"""What all verbs share: help pages that end with real commands, loaded only when asked for."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import click

from workbench.errors import UsageError, did_you_mean

SECTIONS = {
    "Look around": ("list", "show", "doctor", "completion"),
    "Prepare": ("new", "validate", "synthesize"),
    "Run": ("train", "predict", "evaluate", "emulate", "rates", "report"),
    "Take part": ("login", "submit", "submissions", "why", "withdraw"),
    "Judge": ("score", "leaderboard", "rank", "audit-table", "challenge", "rescore", "audit"),
    "Host": ("serve",),
}
VERBS = tuple(verb for verbs in SECTIONS.values() for verb in verbs)


class Verb(click.Command):
    """A command whose help ends with examples that a test executes.

    Args:
        examples: Whole command lines, real ones.
    """

    def __init__(self, *args: Any, examples: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples
        self.params.append(traceback_option())

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples as they are typed."""
        write_examples(formatter, self.examples)


class VerbGroup(click.Group):
    """A verb with verbs of its own, such as ``audit verify``."""

    def __init__(self, *args: Any, examples: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples
        self.params.append(traceback_option())

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a verb, or say which one was probably meant."""
        name = args[0]
        command = self.get_command(ctx, name)
        if command is not None:
            return name, command, args[1:]
        known = self.list_commands(ctx)
        hint = did_you_mean(name, known) or f"verbs: {', '.join(known)}"
        raise UsageError(
            f"no verb '{name}'; {hint}", where=ctx.command_path, remedy=f"{ctx.command_path} --help"
        )

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples as they are typed."""
        write_examples(formatter, self.examples)


class VerbFolder(VerbGroup):
    """A verb whose own verbs are the files of its package, each imported only when it is needed.

    Args:
        package: Name of the package; a file ``show.py`` there, with a ``command``, is a verb.
    """

    def __init__(self, *args: Any, package: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in alphabetical order."""
        folder = importlib.import_module(self.package).__path__
        names = (found.name for found in pkgutil.iter_modules(folder))
        return sorted(name.replace("_", "-") for name in names if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a verb."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{self.package}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command


class Workbench(VerbGroup):
    """The root command: imports a verb's file only when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order of the help page."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a verb."""
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"workbench.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs in sections, each with its first help line."""
        for title, verbs in SECTIONS.items():
            with formatter.section(title):
                commands = [(verb, self.get_command(ctx, verb)) for verb in verbs]
                rows = [(verb, c.get_short_help_str(80)) for verb, c in commands if c]
                formatter.write_dl(rows, col_max=12)


def traceback_option() -> click.Option:
    """Return the option all verbs take; :mod:`workbench.cli.main` acts on it."""
    text = "Show the Python traceback of an error."
    return click.Option(["--traceback"], is_flag=True, expose_value=False, help=text)


def write_examples(formatter: click.HelpFormatter, examples: tuple[str, ...]) -> None:
    """Write examples without re-wrapping them: they are to be copied."""
    if examples:
        formatter.write("\nExamples:\n")
        for example in examples:
            formatter.write(f"  {example}\n")
