"""``workbench challenge validate``: may this challenge open?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from workbench.cli.output import print_json, print_table, results_only, say
from workbench.cli.store_options import JSON, LABELS
from workbench.cli.verbs import Verb


@click.command(
    "validate",
    cls=Verb,
    examples=(
        "workbench challenge validate tissue-lesions",
        "workbench challenge validate challenges/tissue_lesions --json",
    ),
)
@click.argument("card")
@LABELS
@click.option(
    "--metadata",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Table of what else is known of each case (header fields), for the leak test.",
)
@click.option(
    "--files",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of the cases' files, for the leak test: size, time, TIFF and PNG header.",
)
@JSON
def command(
    card: str, labels: Path | None, metadata: Path | None, files: Path | None, as_json: bool
) -> None:
    """Check a challenge before it opens.

    Card, starting kit, seals, persons in two splits, baselines, and whether metadata alone give the
    labels away. CARD: a challenge.yaml, its folder, or a challenge's name. Every problem is told at
    once (exit code 2 for the card, 3 for its data); warnings are for you to decide on.
    """
    from workbench.challenge.pack import check_pack
    from workbench.scoring.reading import read_table

    with results_only():
        table = None if metadata is None else read_table(metadata).frame
        report = check_pack(card, labels, metadata=table, files=files, now=datetime.now(UTC))
    if not report.problems and as_json:
        print_json(report.as_dict())
    elif not as_json:
        rows = [finding.as_dict() for finding in report.findings]
        print_table(rows, ("check", "outcome", "detail"))
        for finding in report.findings:
            if finding.outcome == "warning" and finding.problem is not None:
                say(f"Warning: {finding.problem.render()}")
    report.raise_problems()
