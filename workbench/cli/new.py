"""``workbench new``: a working start for a use case, a model a challenge or a submission."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.desk_options import SERVER
from workbench.cli.output import print_json, say
from workbench.cli.verbs import Verb


@click.command(
    "new",
    cls=Verb,
    examples=(
        "workbench new model my_model --into my_content",
        "workbench new use-case my_question --answer survival --into my_content",
        "workbench new submission my_model --challenge tissue-lesions",
    ),
)
@click.argument("kind", type=click.Choice(["use-case", "model", "challenge", "submission"]))
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="Content root to write into; this checkout by default.",
)
@click.option(
    "--answer",
    type=click.Choice(["classes", "survival"]),
    default="classes",
    show_default=True,
    help="Of a use case or challenge: what is asked for.",
)
@click.option("--challenge", help="Of a submission: the challenge it is for.")
@SERVER
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    kind: str,
    name: str,
    into: Path | None,
    answer: str,
    challenge: str | None,
    server: str | None,
    as_json: bool,
) -> None:
    """Start a use case, a model, a challenge or a submission from a tested template.

    NAME is snake_case. Writes one folder and one file in configs/; an existing name is refused. A
    submission is the folder of a model to send to a challenge, here or at a server: it is written
    here, or --into.
    """
    from workbench.cli.new_submission import create_submission
    from workbench.cli.templates import create, is_joined

    if kind == "submission":
        folder = create_submission(name, challenge, into, server)
        if as_json:
            print_json({"folder": str(folder), "files": sorted(p.name for p in folder.iterdir())})
        else:
            print(folder)
        say(f"Next: workbench submit model {folder} --challenge {challenge} --check")
        return
    made = create(kind, name, into, answer)
    if as_json:
        print_json({"folder": str(made.folder), "config": str(made.config), "files": made.files})
    else:
        print(made.folder)
        print(made.config)
    if not is_joined(made.root):
        say(f"Next: export WORKBENCH_PATH={made.root}")
    say(f"Next: {made.next_command}")
