"""``workbench rescore``: score everybody anew, and say who moves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.boards import print_movement
from workbench.cli.output import print_json, results_only, say
from workbench.cli.store_options import JSON, LABELS, STORE, open_here
from workbench.cli.verbs import Verb
from workbench.errors import HostError, UsageError

if TYPE_CHECKING:
    from workbench.challenge.standings import Rescoring


@click.command(
    "rescore",
    cls=Verb,
    examples=(
        "workbench rescore --challenge tissue-lesions --card new_card/challenge.yaml --dry-run",
    ),
)
@click.option("--challenge", required=True, help="Id of the challenge.")
@click.option("--metric-version", metavar="NAME", help="The scoring code of this version changed.")
@click.option("--card", type=click.Path(path_type=Path), help="The card from now on.")
@click.option(
    "--cause",
    type=click.Choice(["opt-out", "labels"]),
    help="Why the labels changed: persons' cases were taken out, or labels corrected.",
)
@click.option("--reason", help="Why, for everybody to read on the board.")
@click.option("--dry-run", is_flag=True, help="Compute who would move; write nothing.")
@LABELS
@STORE
@JSON
def command(
    challenge: str,
    metric_version: str | None,
    card: Path | None,
    cause: str | None,
    reason: str | None,
    dry_run: bool,
    labels: Path | None,
    place: str | None,
    as_json: bool,
) -> int:
    """Score everybody anew in a new score set; the old one is kept.

    Say what changed: --metric-version after an upgrade of the scoring code, --card for another
    card, --cause for labels that are no longer the sealed ones. The board changes over when
    everybody has a new score.
    """
    from workbench.challenge.standings import rescore
    from workbench.challenge.submissions import organiser_here
    from workbench.challenge.submissions.worker_labels import worker_labels
    from workbench.scoring import load_challenge

    named: Any = cause or ("metric-version" if metric_version else "card" if card else None)
    if named is None:
        remedy = "--metric-version NAME, --card FILE or --cause opt-out|labels"
        raise UsageError("what changed? nothing was named", remedy=remedy)
    if not dry_run and not reason:
        remedy = '--reason "the metric took ties as errors"'
        raise UsageError("everybody reads why: give a reason", remedy=remedy)
    words = " ".join([f"metric version {metric_version}:"] * bool(metric_version) + [reason or ""])
    with results_only(), open_here(place) as store:
        done = rescore(
            store,
            challenge,
            worker_labels(store, labels),
            organiser_here(),
            cause=named,
            reason=words.strip() or "dry run",
            card=load_challenge(card) if card else None,
            dry_run_only=dry_run,
        )
    if as_json:
        print_json(_document(done))
    else:
        _print(done)
    return HostError.exit_code if done.problems else 0


def _document(done: Rescoring) -> dict[str, Any]:
    """Return a rescoring as JSON values."""
    names = ("challenge", "score_set", "cause", "reason", "before", "scored", "changed")
    return {name: getattr(done, name) for name in names} | {
        "lifted": [{"submission": s, "phase": p} for s, p in done.lifted],
        "movements": {phase: moved.as_dict() for phase, moved in done.movements.items()},
        "problems": [problem.as_dict() for problem in done.problems],
    }


def _print(done: Rescoring) -> None:
    """Print who moves."""
    which = f"score set {done.score_set}" if done.score_set else "dry run: nothing was written"
    print(f"{which}; {done.scored} scored, {done.changed} with another score than in {done.before}")
    for phase, moved in done.movements.items():
        print(f"\nphase {phase}")
        print_movement(moved)
    for submission, phase in done.lifted:
        say(
            f"Note: the score of {submission} in phase {phase} was set by hand; the new counts. "
            f"To set it again: workbench challenge override {submission}"
        )
    for problem in done.problems:
        say(problem.render())
