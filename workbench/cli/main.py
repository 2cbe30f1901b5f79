"""The entry point: runs a verb and turns whatever happens into words and an exit code."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence

import click

from workbench import __version__
from workbench.cli.failure import explain
from workbench.cli.verbs import Workbench


@click.group(
    cls=Workbench,
    examples=(
        "workbench doctor",
        "workbench train debug=quick tracking=none",
        "workbench leaderboard runs",
    ),
    context_settings={
        "max_content_width": 100,
        "token_normalize_func": lambda word: word.replace("_", "-"),
    },
)
@click.version_option(__version__, message="workbench %(version)s")
def cli() -> None:
    """Train, evaluate and judge clinical AI: one command from nothing to a scored run.

    The result goes to stdout, the log to stderr. Exit codes: 0 done, 1 the run failed, 2 wrong use
    or configuration, 3 data missing, unreadable or found wrong, 4 submission rejected,
    130 interrupted.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: What was typed after ``workbench``; that of this process by default.

    Returns:
        The exit code.
    """
    typed = list(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    try:
        code = cli.main(typed, prog_name="workbench", standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except BrokenPipeError:
        # The reader (`| head`) has gone: keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, click.Abort):
        print("Interrupted.", file=sys.stderr)
        return 130
    except Exception as error:  # the one place where an unforeseen error may end
        if "--traceback" in typed:
            raise
        return explain(error, as_json="--json" in typed)


def run() -> None:
    """Run as a program."""
    sys.exit(main())


if __name__ == "__main__":
    run()
