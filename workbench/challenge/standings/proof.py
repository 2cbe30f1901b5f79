"""Compute a published report again and say what differs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.audit.record import Link
from workbench.challenge.standings.course import Cards
from workbench.challenge.standings.extract import LEFT_OUT_MARK, follow
from workbench.challenge.standings.groups import GroupTable
from workbench.challenge.standings.report import (
    EVENTS,
    GROUPS,
    MANIFEST,
    PAGE,
    Render,
    Result,
    result_of,
)
from workbench.challenge.standings.report_differences import differences, layout
from workbench.challenge.standings.report_folder import GET_IT_AGAIN, read_files, read_manifest
from workbench.digests import of_bytes
from workbench.errors import DataError, Problem, WorkbenchError
from workbench.scoring import Challenge


@dataclass(frozen=True)
class Proof:
    """What computing a report again found.

    Attributes:
        challenge: Id of the challenge.
        digest: sha256 of the manifest: compare it with the one announced.
        head: Last event of the report.
        checked: What was computed again, in words.
        problems: Everything that differs; empty when the report is identical.
        notes: What could not be computed here, and why.
    """

    challenge: str
    digest: str
    head: Link
    checked: list[str]
    problems: list[Problem]
    notes: list[str]


def verify_report(
    folder: Path | str,
    *,
    render: Render | None = None,
    labels: Path | str | None = None,
    files: Path | str | None = None,
    announced: str | None = None,
) -> Proof:
    """Compute a report again from the log in it, without the store that made it.

    Args:
        folder: The report.
        render: Makes the page; it is only held against its digest where not given.
        labels: Folder of the labels: with ``files``, every score is computed again too.
        files: Folder of submitted files, found by their sha256.
        announced: The digest the organiser announced.

    Raises:
        DataError: The folder holds no report that can be read.
    """
    folder = Path(folder)
    content, stated = read_manifest(folder)
    problems = [*_announced(of_bytes(content), announced), *layout(content, stated)]
    found = dict(read_files(folder, stated["files"], problems))
    text = found.get(EVENTS, b"").decode("utf-8", "replace")
    head = Link(int(stated["head"]["seq"]), "", str(stated["head"]["hash"]))
    tables, _, broken = follow(text.splitlines(keepends=True), head)
    problems += broken
    checked, notes = [f"{len(text.splitlines())} records of the event log"], []
    if cut := text.count(LEFT_OUT_MARK):
        notes.append(
            f"{cut} records are cut to their hashes (other challenges, tokens, members, scores "
            "from before an opt-out): that nothing else is among them rests on the announced digest"
        )
    try:
        cards = _cards(found)
        result = result_of(tables, cards, stated["challenge"], _groups(found))
        problems += differences(stated, tables, found, result, render)
    except Exception as error:  # whatever forged records do to the computation, they are named
        message, where = f"{error!r}", ""
        if isinstance(error, WorkbenchError):
            message, where = error.message, error.where
        where = where or f"report of {stated['challenge']}"
        problems.append(Problem("not-computable", message, where, GET_IT_AGAIN))
    else:
        checked += _said(result, render)
        if render is None and PAGE in found:
            notes.append(f"{PAGE} was held against its digest only")
        if GROUPS in found:
            notes.append(f"{GROUPS} follows from labels: it was held against its digest only")
        if labels is not None and files is not None:
            from workbench.challenge.standings.scores_again import scores_again

            more = scores_again(tables, cards, stated["challenge"], Path(labels), Path(files))
            problems += more.problems
            notes += more.notes
            checked.append(f"{more.count} scores from labels and submitted files")
        else:
            notes.append("scores were taken from the log; --labels and --files compute them too")
    return Proof(stated["challenge"], of_bytes(content), head, checked, problems, notes)


def _announced(digest: str, announced: str | None) -> list[Problem]:
    """Compare the manifest's digest with the announced one."""
    if announced is None or announced.lower() == digest:
        return []
    message = f"its digest is {digest}, announced was {announced}"
    return [Problem("other-report", message, MANIFEST, "one of the two is not the report")]


def _cards(found: Mapping[str, bytes]) -> Cards:
    """Return what gives the card of a digest, from the files; each proves itself."""
    by_digest = {of_bytes(content): content for name, content in found.items() if "cards/" in name}

    def card(digest: str) -> Challenge:
        if digest not in by_digest:
            raise DataError("the card is missing or changed", where=f"cards/{digest}.json")
        return Challenge.model_validate(json.loads(by_digest[digest]))

    return card


def _groups(found: Mapping[str, bytes]) -> list[GroupTable]:
    """Return the tables of groups as published: they follow from labels, not from the log."""
    return [GroupTable.model_validate(table) for table in json.loads(found.get(GROUPS, b"[]"))]


def _said(result: Result, render: Render | None) -> list[str]:
    """Say what was computed again."""
    ranked = sum(len(board.document.ranked) for board in result.boards.values())
    said = [f"{len(result.boards)} boards with {ranked} ranks, intervals, sets and groups"]
    if result.shake_ups:
        said.append("who moved between the boards")
    return [*said, "the page"] if render else said
