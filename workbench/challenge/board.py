"""The leaderboard of a folder of score sheets: score, interval, rank, and the floor as a row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from workbench.challenge.sheet_board import Board, Group, Row
from workbench.errors import DataError, Problem
from workbench.scoring import ScoreSheet

if TYPE_CHECKING:
    from workbench.challenge.standings.ranks import Ranked

FLOOR = "floor"


def leaderboard(folder: Path | str) -> Board:
    """Return the board of all score sheets in a folder.

    Sheets are files named ``score.json`` at any depth (run folders; the name is the folder's), and
    other ``*.json`` files at the top level that hold a score sheet (the name is the file's).

    Args:
        folder: Folder to look through.

    Returns:
        One group for each challenge, version and set of labels. Files that should hold a sheet and
        do not are listed in ``problems``.

    Raises:
        DataError: The folder does not exist or holds no readable score sheet.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DataError(
            "there is no such folder",
            where=str(folder),
            remedy="give the folder of runs or score sheets",
        )
    sheets: list[_Named] = []
    problems: list[Problem] = []
    for path in _candidates(folder):
        try:
            sheets.append(_Named(_name(path, folder), path, ScoreSheet.read(path)))
        except DataError as error:
            remedy = "score the submission again"
            problems.append(Problem("unreadable-sheet", error.message, str(path), remedy))
    if not sheets:
        raise DataError(
            "the folder holds no readable score sheet",
            where=str(folder),
            problems=problems,
            remedy="workbench score PREDICTIONS --challenge NAME --json > NAME.json",
        )
    return Board(_groups(sheets), problems)


def _candidates(folder: Path) -> list[Path]:
    """Return the files that should hold a score sheet, sorted; hidden folders are left out."""
    found = set(folder.rglob("score.json"))
    if folder / "score.json" not in found:
        found |= set(folder.glob("*.json"))
    hidden = {path for path in found if any(p[0] == "." for p in path.relative_to(folder).parts)}
    return sorted(found - hidden)


def _name(path: Path, folder: Path) -> str:
    """Name a sheet by its folder, or by its file where it lies at the top."""
    if path.name == "score.json" and path.parent != folder:
        return path.parent.relative_to(folder).as_posix()
    return path.stem


class _Named(NamedTuple):
    """A sheet with its name and where it lies."""

    name: str
    path: Path
    sheet: ScoreSheet


def _groups(sheets: list[_Named]) -> list[Group]:
    """Sort the sheets into groups that may be compared, and rank each."""
    parted: dict[tuple[str, str, str, str], list[_Named]] = {}
    for named in sheets:
        sheet = named.sheet
        key = (sheet.challenge, sheet.version, sheet.digests.truth, sheet.primary.name)
        parted.setdefault(key, []).append(named)
    return [_group(members) for _, members in sorted(parted.items())]


def _group(members: list[_Named]) -> Group:
    """Rank comparable sheets, best first; the floor stands where its value puts it."""
    from workbench.challenge.standings.lines import places_of

    first = members[0].sheet
    ranked = _ranked(members)
    rows = [
        replace(
            _row(named.name, named.sheet),
            rank=int(ranked.ranks[named.name]),
            **places_of(named.name, ranked),
        )
        for named in members
    ]
    sign = -1.0 if first.primary.direction == "maximize" else 1.0
    lines = [*rows, _floor_row(first)]
    lines.sort(key=lambda row: (sign * row.score, row.rank is None, row.name))
    return Group(
        challenge=first.challenge,
        version=first.version,
        truth=first.digests.truth,
        metric=first.primary.name,
        direction=first.primary.direction,
        level=first.primary.level,
        digits=first.primary.digits,
        rows=lines,
        missing=ranked.missing,
    )


def _ranked(members: list[_Named]) -> Ranked:
    """Rank sheets as the board of a store does, with resampled values where a run left them."""
    from workbench.challenge.run_resamples import judged_by, run_resamples
    from workbench.challenge.standings.ranks import Entrant, rank_entrants

    first = members[0].sheet
    by = judged_by([named.path for named in members], first)
    entrants = [
        Entrant(
            named.name,
            float(named.sheet.primary.value or 0.0),
            named.sheet.primary.low,
            named.sheet.primary.high,
            run_resamples(named.path, named.sheet, by),
        )
        for named in members
    ]
    return rank_entrants(
        entrants,
        direction=first.primary.direction,
        level=first.primary.level,
        n_units=first.n_units,
        n_cases=first.n_cases,
    )


def _row(name: str, sheet: ScoreSheet) -> Row:
    """Return a sheet's line, not yet ranked."""
    primary = sheet.primary
    return Row(
        rank=None,
        name=name,
        score=float(primary.value or 0.0),
        low=primary.low,
        high=primary.high,
        n_cases=sheet.n_cases,
        n_units=sheet.n_units,
        submission=sheet.digests.submission,
        code=sheet.digests.code,
    )


def _floor_row(sheet: ScoreSheet) -> Row:
    """Return the floor's line: the best answer that ignores the case."""
    floor = sheet.floor
    name = f"{FLOOR}: always {floor.answer}"
    value = float(floor.value or 0.0)
    return Row(None, name, value, floor.low, floor.high, sheet.n_cases, sheet.n_units)
