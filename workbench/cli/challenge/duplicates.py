"""``workbench challenge duplicates``: did two teams send the same answers?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.output import print_json, print_table, results_only, say
from workbench.cli.store_options import JSON, STORE, open_here
from workbench.cli.verbs import Verb

if TYPE_CHECKING:
    from workbench.challenge.instruments.same_answers import Duplicates, Sent


@click.command(
    "duplicates",
    cls=Verb,
    examples=("workbench challenge duplicates --challenge tissue-lesions",),
)
@click.option("--challenge", required=True, help="Id of the challenge.")
@click.option("--phase", help="One of its phases.  [default: all]")
@click.option(
    "--baseline",
    "baselines",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Answers of honest models, two or more: how alike those are is the measure.",
)
@click.option("--correlation", default=0.999, show_default=True, help="Least rank correlation.")
@click.option("--same", default=0.99, show_default=True, help="Least share of equal decisions.")
@STORE
@JSON
def command(
    challenge: str,
    phase: str | None,
    baselines: tuple[Path, ...],
    correlation: float,
    same: float,
    place: str | None,
    as_json: bool,
) -> None:
    """Report identical or nearly identical answers across teams.

    Nobody is banned: good models agree. Shown beside each pair is how alike the rest of the field
    is; talk to the teams. Exit code 0, whatever is found.
    """
    from workbench.challenge.instruments.duplicates import find_duplicates
    from workbench.challenge.submissions import organiser_here
    from workbench.scoring.files import read_file

    with open_here(place) as store, results_only():
        found = find_duplicates(
            store,
            organiser_here(),
            challenge,
            phase,
            baselines=[read_file(path) for path in baselines],
            correlation=correlation,
            same_decisions=same,
        )
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    for one in found:
        _print(one)
    if not found:
        say("Nothing was sent.")


def _print(found: Duplicates) -> None:
    """Print what was found in one phase."""
    print(f"{found.phase}: {found.n_submissions} submissions of {found.n_teams} teams")
    for group in found.identical:
        print("  identical: " + ", ".join(_named(one) for one in group))
    print_table(
        [
            {
                "nearly identical": _named(pair.first),
                "and": _named(pair.second),
                "rank correlation": f"{pair.rank_correlation:.5f}",
                "correlation": f"{pair.correlation:.5f}",
                "same decisions": f"{pair.same_decisions:.1%}",
                "pairs": pair.pairs,
            }
            for pair in found.near
        ]
    )
    if not (found.identical or found.near):
        print("  no two teams sent the same, or nearly the same")
    if found.field_median is not None:
        say(
            f"  rank correlation between teams: median {found.field_median:.4f}, "
            f"99% below {found.field_high:.4f}; reported from {found.least_correlation:.4f} and "
            f"{found.least_same:.1%} equal decisions"
        )


def _named(one: Sent) -> str:
    """Name a submission and its team."""
    return f"{one.id} of {one.name}" + (" (withdrawn)" if one.withdrawn else "")
