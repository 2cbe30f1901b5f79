"""A person leaves, the challenges close, and anybody proves the result."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from whole_challenge_parts.hidden_data import read_rows, write_table
from whole_challenge_parts.people import Broken, Person
from whole_challenge_parts.stage import SERIES, SLIDES, Stage


def leave(play: Stage) -> None:
    """A person objects: their slides are taken out, everybody is scored anew."""
    folder = play.host.labels / SLIDES
    rows = read_rows(folder / "slides-public.csv")
    person = rows[0]["patient"]
    kept = [tuple(row.values()) for row in rows if row["patient"] != person]
    write_table(folder / "slides-public.csv", ("case", "patient", "label"), kept)
    anew = ("rescore", "--challenge", SLIDES, "--cause", "opt-out")
    play.organiser.types(*anew, "--dry-run")
    done = play.organiser.reads(*anew, "--reason", "a person left")
    play.promise(not done["problems"], f"{done['scored']} scored anew")


def close(play: Stage) -> None:
    """Phases end, the final phase is scored once, the report is published."""
    organiser = play.organiser
    for challenge in (SLIDES, SERIES):
        for phase in ("public", "final"):
            end = ("challenge", "end-phase", challenge, phase)
            organiser.types(*end, "--reason", "the play ends")
        told = organiser.reads("challenge", "close", challenge, "--publish", f"reports/{challenge}")
        play.digests[challenge] = told["digest"]
        board = organiser.types("leaderboard", "--challenge", challenge, "--phase", "final")
        play.console.print(board, markup=False)
    play.promise(play.server.stop() == 0, "the server ends when it is asked to")
    organiser.types("audit", "verify", "--store", "store")
    play.promise(True, "the event log holds")


def prove(play: Stage) -> None:
    """Anybody computes the reports again from a copy."""
    anybody = Person("anybody", play.folder / "elsewhere", play.console)
    for challenge, digest in play.digests.items():
        copy = anybody.folder / challenge
        shutil.copytree(play.host.folder / "reports" / challenge, copy)
        told = anybody.types("challenge", "verify", copy.name, "--digest", digest)
        play.promise(told.startswith("identical"), f"{challenge}: identical")
    streamed = [sheet for sheet in _sheets(copy) if (sheet.get("model") or {}).get("streaming")]
    play.promise(bool(streamed), "score sheets say that models were streamed")
    forged = next(path for path in sorted(copy.rglob("*.csv")) if "Bo" in path.read_text())
    forged.write_text(forged.read_text().replace("Bo", "Eve"))
    anybody.types("challenge", "verify", copy.name, code=3)
    play.promise(True, "a forged board is found")


def _sheets(folder: Path) -> list[dict[str, Any]]:
    """Return the score sheets in a report's event log.

    Raises:
        Broken: There is no log.
    """
    found: list[dict[str, Any]] = []
    for path in folder.rglob("*.json*"):
        for line in path.read_text().splitlines() if path.suffix == ".jsonl" else ():
            payload = json.loads(line).get("payload", {})
            if isinstance(payload.get("sheet"), str | dict):
                sheet = payload["sheet"]
                found.append(json.loads(sheet) if isinstance(sheet, str) else sheet)
    if not found:
        raise Broken(f"no score sheet in {sorted(p.name for p in folder.iterdir())}")
    return found
