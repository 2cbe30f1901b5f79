"""Times the page of a board with 1,000 submissions of 100 teams, seen again and made anew.

The store is filled through the steps of a host: files of 1,000 cases are checked, recorded and
scored. Then one submission more is scored, again and again, and the page asked for, as a server
does: wall and CPU seconds of each part. Bar: a page nobody has to make within 0.2 s.

    python scripts/benchmarks/board_page.py [SUBMISSIONS] [TEAMS]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from submissions import CASES, answer, pack

from workbench.challenge.standings import Follower
from workbench.challenge.store import Store, open_store
from workbench.challenge.store.permission import PUBLIC, Principal
from workbench.challenge.store.teams import create_team
from workbench.challenge.submissions import Labels, open_challenge, submit, work
from workbench.report.standings import page_of
from workbench.scoring import load_challenge
from workbench.server.boards import Asked, Boards
from workbench.site.board import board_html

ROUNDS = 10


def fill(store: Store, folder: Path, submissions: int, teams: int) -> list[Principal]:
    """Open the challenge and score files of every team; return the teams."""
    open_challenge(store, load_challenge(pack(folder / "pack", CASES)))
    with store.writing() as transaction:
        names = [create_team(transaction, "bench", f"Team {i}") for i in range(teams)]
    found = [Principal(name, "participant", team=name, challenge="bench") for name in names]
    for number in range(submissions):
        send(store, found, number)
    done = list(work(store, Labels(), idle_s=None))
    assert len(done) == submissions and {one.outcome for one in done} == {"scored"}
    return found


def send(store: Store, teams: list[Principal], number: int) -> None:
    """Send one more file."""
    submit(store, teams[number % len(teams)], "bench", answer(CASES, number), filename="a.csv")


def main() -> None:
    """Fill a store in a folder that is gone afterwards, and time its page."""
    submissions = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    with tempfile.TemporaryDirectory() as name:
        os.environ["WORKBENCH_AUDIT_HEADS"] = f"{name}/heads"
        with open_store(Path(name) / "store") as store:
            teams = fill(store, Path(name), submissions, count)
            time_pages(store, teams, submissions)


def time_pages(store: Store, teams: list[Principal], submissions: int) -> None:
    """Print what a page costs; every round begins with a score that is new."""
    asked = Asked("bench", None, None, None, "html", PUBLIC)
    boards, follower, labels = Boards(store), Follower(store, "bench"), Labels()
    page_of([follower.board()])  # reads all events, compiles what is compiled
    board_html(follower.board(), "en")
    boards.content(asked, boards.etag(asked))
    spent: dict[str, list[tuple[float, float]]] = {}

    def timed(what: str, call: Callable[[], Any]) -> Any:
        began, cpu = time.perf_counter(), time.process_time()
        found = call()
        taken = time.perf_counter() - began, time.process_time() - cpu
        spent.setdefault(what, []).append(taken)
        return found

    for number in range(ROUNDS):
        send(store, teams, submissions + number)
        list(work(store, labels, idle_s=None))
        standings = timed("  the board, from the events that are new", follower.board)
        timed("  the site's page of it", lambda found=standings: board_html(found, "en"))
        timed("  the page in one file", lambda found=standings: page_of([found]))
        timed("page in one file, made anew", lambda: boards.page(asked, boards.etag(asked)))
        timed("page in one file, seen before", lambda: boards.page(asked, boards.etag(asked)))
    print(f"{submissions:,} submissions of {len(teams)} teams, load {os.getloadavg()[0]:.1f}")
    for what, taken in spent.items():
        (wall, cpu), longest = np.median(taken, axis=0), max(taken)[0]
        print(f"{what:45s} median {wall:.3f} s, longest {longest:.3f} s, CPU {cpu:.3f} s")


if __name__ == "__main__":
    main()
