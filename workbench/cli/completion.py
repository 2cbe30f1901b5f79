"""``workbench completion``: the tab key."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from workbench.cli.output import say
from workbench.cli.verbs import Verb

SHELLS = ("bash", "zsh", "fish")
_START = {
    "bash": 'eval "$(workbench completion bash)"   # in ~/.bashrc',
    "zsh": 'eval "$(workbench completion zsh)"   # in ~/.zshrc',
    "fish": "workbench completion fish | source   # in ~/.config/fish/config.fish",
}


@click.command(
    "completion",
    cls=Verb,
    examples=("workbench completion bash", "workbench completion zsh", "workbench completion fish"),
)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    It completes verbs, options, and groups with their options (model=...).
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is not None:
        root = context.find_root().command
        print(kind(root, {}, "workbench", "_WORKBENCH_COMPLETE").source())
    say(f"# To keep it: {_START[shell]}")


def complete_override(
    context: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete ``group=option``; settings below a group are not guessed."""
    from workbench.config.options import all_options

    found = all_options()
    group, sign, _ = incomplete.partition("=")
    if sign:
        words = [f"{group}={option}" for option in found.get(group, {})]
    else:
        words = [f"{name}=" for name in found]
    return [CompletionItem(word) for word in words if word.startswith(incomplete)]
