"""The leaderboard of a folder of score sheets: score, interval, rank, and the floor as a row."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import DataError, Problem
from workbench.scoring import ScoreSheet

FLOOR = "floor"


@dataclass(frozen=True)
class Row:
    """One line of a board.

    Attributes:
        rank: Competition rank: exact ties share a rank and the next rank is skipped. None for the
            floor, which nobody submitted.
        name: Folder or file the score came from.
        score: Value of the primary metric.
        low: Lower end of its interval.
        high: Upper end.
        n_cases: Cases scored.
        n_units: Units scored.
        submission: Digest of the submission.
        code: Digest of the scoring code.
    """

    rank: int | None
    name: str
    score: float
    low: float | None
    high: float | None
    n_cases: int
    n_units: int
    submission: str = ""
    code: str = ""


@dataclass(frozen=True)
class Group:
    """Scores that may be compared: same challenge, version, labels and primary metric."""

    challenge: str
    version: str
    truth: str
    metric: str
    direction: str
    level: float
    digits: int
    rows: list[Row]


@dataclass(frozen=True)
class Board:
    """All groups of a folder, and the files that could not be read.

    Sheets of another challenge, version or set of labels are never ranked together: each gets its
    own group.
    """

    groups: list[Group]
    problems: list[Problem] = field(default_factory=list)

    def to_frame(self) -> pd.DataFrame:
        """Return all rows as a table, with the group's challenge, version, truth and metric."""
        shared = ("challenge", "version", "truth", "metric", "direction", "level")
        rows = [
            {**{name: getattr(group, name) for name in shared}, **asdict(row)}
            for group in self.groups
            for row in group.rows
        ]
        table = pd.DataFrame(rows)
        return table.astype({"rank": "Int64"}) if len(table) else table

    def as_dict(self) -> dict[str, Any]:
        """Return groups and problems as plain JSON values."""
        return {
            "groups": [asdict(group) for group in self.groups],
            "problems": [problem.as_dict() for problem in self.problems],
        }


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
    sheets: list[tuple[str, ScoreSheet]] = []
    problems: list[Problem] = []
    for path in _candidates(folder):
        try:
            sheets.append((_name(path, folder), ScoreSheet.read(path)))
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


def _groups(sheets: list[tuple[str, ScoreSheet]]) -> list[Group]:
    """Sort the sheets into groups that may be compared, and rank each."""
    parted: dict[tuple[str, str, str, str], list[tuple[str, ScoreSheet]]] = {}
    for name, sheet in sheets:
        key = (sheet.challenge, sheet.version, sheet.digests.truth, sheet.primary.name)
        parted.setdefault(key, []).append((name, sheet))
    return [_group(members) for _, members in sorted(parted.items())]


def _group(members: list[tuple[str, ScoreSheet]]) -> Group:
    """Rank comparable sheets, best first; the floor stands where its value puts it."""
    first = members[0][1]
    sign = -1.0 if first.primary.direction == "maximize" else 1.0
    rows = [_row(name, sheet) for name, sheet in members]
    best_first = sorted(sign * row.score for row in rows)
    ranked = [Row(**{**asdict(r), "rank": best_first.index(sign * r.score) + 1}) for r in rows]
    lines = [*ranked, _floor_row(first)]
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
