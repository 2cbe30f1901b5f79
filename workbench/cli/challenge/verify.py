"""``workbench challenge verify``: compute a published report again."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.output import print_json, results_only, say
from workbench.cli.store_options import JSON
from workbench.cli.verbs import Verb
from workbench.errors import DataError


@click.command(
    "verify",
    cls=Verb,
    examples=("workbench challenge verify published",),
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--digest", help="The digest the organiser announced.")
@click.option(
    "--labels",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of the labels: with --files, the scores are computed again too.",
)
@click.option(
    "--files",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of submitted files.",
)
@JSON
def command(
    folder: Path, digest: str | None, labels: Path | None, files: Path | None, as_json: bool
) -> int:
    """Compute a published report again, and say what differs.

    Prints "identical", or each difference (exit code 3). Needs nothing but the folder: boards,
    ranks, intervals and the page follow from the event log in it, and the log proves that no record
    was changed. FOLDER: what `challenge close` published.
    """
    from workbench.challenge.standings import verify_report
    from workbench.report.standings import page_of_result

    with results_only():
        proof = verify_report(
            folder, render=page_of_result, labels=labels, files=files, announced=digest
        )
    if as_json:
        print_json(
            {
                "challenge": proof.challenge,
                "identical": not proof.problems,
                "digest": proof.digest,
                "head": {"seq": proof.head.seq, "hash": proof.head.hash},
                "checked": proof.checked,
                "notes": proof.notes,
                "problems": [problem.as_dict() for problem in proof.problems],
            }
        )
    else:
        many = len(proof.problems)
        print(f"{many} difference{'s' * (many != 1)}" if many else "identical")
        for problem in proof.problems:
            print(problem.render())
        print(f"digest {proof.digest}")
    for words in proof.checked:
        say(f"computed again: {words}")
    for words in proof.notes:
        say(f"Note: {words}")
    if digest is None:
        say("Compare the digest with the one announced (--digest does).")
    return DataError.exit_code if proof.problems else 0
