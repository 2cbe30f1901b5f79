"""``workbench submit``: check a file of predictions, or send it to a challenge."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from workbench.cli.desk_options import SERVER, desk_at, server_meant
from workbench.cli.entries import print_entry, quota_line
from workbench.cli.output import print_json, results_only, say
from workbench.cli.progress import sending
from workbench.cli.public_card import card_to_try
from workbench.cli.store_options import JSON, LABELS, STORE, TEAM
from workbench.cli.trying import tried_archive
from workbench.cli.verbs import Verb
from workbench.errors import SubmissionRejected, UsageError

if TYPE_CHECKING:
    from workbench.challenge.submissions import Entry
    from workbench.remote import Desk
    from workbench.scoring import CheckReport


@click.command(
    "submit",
    cls=Verb,
    examples=(
        "workbench submit --check predictions.csv --challenge tissue-lesions",
        'workbench submit predictions.csv --challenge tissue-lesions --team "Team 1" --wait',
    ),
)
@click.argument("what", nargs=-1, required=True, metavar="PREDICTIONS | model FOLDER")
@click.option("--challenge", required=True, help="Id of the challenge; of --check also its folder.")
@click.option("--check", "only_check", is_flag=True, help="Only check the file: costs no quota.")
@TEAM
@click.option("--phase", help="Id of the phase; the one that is open by default.")
@click.option(
    "--wait", is_flag=True, help="Wait for the score; with the labels at hand, make it here."
)
@LABELS
@STORE
@SERVER
@JSON
def command(
    what: tuple[str, ...],
    challenge: str,
    only_check: bool,
    team: str | None,
    phase: str | None,
    wait: bool,
    labels: Path | None,
    place: str | None,
    server: str | None,
    as_json: bool,
) -> int:
    """Send a file of predictions to a challenge.

    The file is checked first: what breaks a rule is told at once, every problem of it (exit code
    4), and costs no quota. The same file sent twice is one submission. Quota that is left is always
    printed. PREDICTIONS: a file, or the folder of a finished run.

    `submit model FOLDER` sends a model: packed, checked, tried in the sandbox on the public sample,
    and only then sent (docs/model_submissions.md). With --check it is tried and not sent. Card and
    sample come from the server, unless --challenge names the challenge's folder.
    """
    kind, path = _kind(what)
    if kind == "model":
        card = card_to_try(challenge, server, place, team, sends=not only_check)
        content, challenge = tried_archive(path, card, as_json=as_json and only_check), card.id
        path = path.with_name(f"{path.resolve().name}.zip")
    else:
        path, content = _predictions(path)
    if only_check:
        if kind == "model":
            return 0
        report = _report(content, challenge, phase, place, server)
        return _print_report(report, path, as_json=as_json)
    with desk_at(server, place, challenge, team, asks="sends", labels=labels) as desk:
        with sending(path.name) as told:
            receipt = desk.submit(
                challenge, content, filename=path.name, phase=phase, kind=kind, told=told
            )
        if receipt.known:
            say(f"This file was sent before, as {receipt.id}: it counts once.")
        else:
            say(f"Sent, as {receipt.id}.")
        if wait:
            with results_only():
                found = desk.wait(receipt.id, _waiting)
            left = desk.quota(challenge, receipt.phase)
        else:
            found, left = desk.entry(receipt.id), receipt.quota
        rank = _rank(desk, found)
    if as_json:
        places = None if rank is None else dict(zip(("rank", "low", "high"), rank, strict=True))
        shown = {"submission": found.as_dict(), "known": receipt.known, "rank": places}
        print_json(shown | {"quota": left.as_dict()})
        return 0
    print_entry(found)
    if rank is not None:
        first, low, high = rank
        between = "" if low is None else f", interval {low:g} to {high:g}"
        print(f"rank of the team: {first:g}{between}")
    print(quota_line(left))
    return 0


def _kind(what: tuple[str, ...]) -> tuple[Literal["predictions", "model"], Path]:
    """Return what is sent, and where it lies.

    Raises:
        UsageError: More than one thing is named, or something other than a model.
    """
    if len(what) == 1:
        return "predictions", Path(what[0])
    if len(what) == 2 and what[0] == "model":
        return "model", Path(what[1])
    remedy = "submit FILE, or submit model FOLDER"
    raise UsageError(f"one thing is sent at a time, got {' '.join(what)}", remedy=remedy)


def _predictions(path: Path) -> tuple[Path, bytes]:
    """Return the file of predictions, which a finished run's folder holds, and its bytes."""
    from workbench.challenge.submissions import is_run
    from workbench.scoring.files import read_file

    if is_run(path):
        path = path / "predictions.parquet"
    return path, read_file(path)


def _print_report(report: CheckReport, path: Path, *, as_json: bool) -> int:
    """Print a check report; return the exit code."""
    if as_json:
        sys.stdout.write(report.to_json())
    elif report.accepted:
        print(f"accepted: {report.n_cases} cases, {report.n_missing} without an answer")
        for remark in report.remarks:
            say(f"Warning: {remark.message}. {remark.remedy[:1].upper()}{remark.remedy[1:]}.")
    if not report.accepted:
        if as_json:
            say(f"Error: {report.error(str(path)).render()}")
            return SubmissionRejected.exit_code
        raise report.error(str(path))
    return 0


def _report(
    content: bytes, challenge: str, phase: str | None, place: str | None, server: str | None
) -> CheckReport:
    """Return the report: the bytes are the same wherever it is made."""
    from workbench.challenge.submissions import check_here
    from workbench.errors import DataError
    from workbench.scoring import load_challenge

    if server is None:
        try:
            return check_here(load_challenge(challenge), content, phase)
        except UsageError as error:
            here = error
    try:
        with desk_at(server, place, None, None) as desk:
            return desk.check(challenge, content, phase)
    except DataError:
        if server is not None or server_meant(server, place, None) is not None:
            raise
        raise here from None


def _rank(desk: Desk, found: Entry) -> tuple[float, float | None, float | None] | None:
    """Return the team's rank and its interval; None before there is one, or where it is hidden."""
    from workbench.challenge.standings import rank_in

    if found.state != "scored":
        return None
    return rank_in(desk.board(found.challenge, found.phase), found.team)


def _waiting(reason: str) -> None:
    """Say what a submission waits for."""
    say(f"Waiting: {reason or 'it is being scored'} (Ctrl-C stops waiting; it stays sent).")
