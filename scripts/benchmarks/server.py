"""Times a challenge server under a field of teams: acknowledgements, boards, and what was lost.

200 teams send 1,000 files of 1,000 cases to `workbench serve` (SQLite, one scorer) within so many
seconds, on loopback, while somebody looks at the board once a second. Bars: none lost, none scored
twice, 95 % acknowledged within 1 s, a board nobody has to compute anew within 0.2 s.

    python scripts/benchmarks/server.py [SECONDS] [SUBMISSIONS]
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from submissions import CASES, answer, pack

from workbench.challenge.store import open_store
from workbench.challenge.store.teams import create_team
from workbench.challenge.store.tokens import issue_token
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import open_challenge
from workbench.scoring import load_challenge

TEAMS, PROCESSES, THREADS = 200, 2, 16
BOARD = "/api/v1/challenges/bench/leaderboard.html"


def prepare(folder: Path) -> list[str]:
    """Open the challenge in a store; return a token of each team."""
    with open_store(folder / "store") as store:
        open_challenge(store, load_challenge(pack(folder / "pack", CASES)))
        with store.writing() as transaction:
            teams = [create_team(transaction, "bench", f"Team {i}") for i in range(TEAMS)]
            return [issue_token(transaction, "participant", team=team).text for team in teams]


def ask(port: int, method: str, path: str, token: str = "", body: bytes | None = None) -> bytes:
    """Ask the server once, as a new visitor."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    connection.request(method, path, body, headers)
    found = connection.getresponse()
    content = found.read()
    connection.close()
    if found.status != 200:
        raise RuntimeError(f"{found.status}: {content[:300]!r}")
    return content


def post(
    port: int, tokens: list[str], numbers: list[int], start: float, every: float
) -> list[float]:
    """Post files at their moments; return the seconds until each was acknowledged."""

    def one(number: int) -> float:
        body = answer(CASES, number)
        time.sleep(max(0.0, start + number * every - time.time()))
        began = time.perf_counter()
        path = "/api/v1/challenges/bench/submissions"
        ask(port, "POST", path, tokens[number % TEAMS], body)
        return time.perf_counter() - began

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, numbers))


def look(port: int, stop: threading.Event, seconds: list[float]) -> None:
    """Look at the board once a second, until told to stop."""
    while not stop.wait(1.0):
        began = time.perf_counter()
        ask(port, "GET", BOARD)
        seconds.append(time.perf_counter() - began)


def serve(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server; return its process and port."""
    command = [sys.executable, "-m", "workbench.cli.main", "serve", "--port", "0"]
    command += ["--store", str(folder / "store"), "--requests-per-minute", "100000"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
    assert process.stdout is not None
    return process, int(process.stdout.readline().decode().rpartition(":")[2])


def play(folder: Path, seconds: float, submissions: int) -> bool:
    """Play the field; print what it took; return whether the bars are met."""
    tokens = prepare(folder)
    process, port = serve(folder)
    stop, looked = threading.Event(), list[float]()
    looker = threading.Thread(target=look, args=(port, stop, looked))
    looker.start()
    start, every = time.time() + 2.0, seconds / submissions
    share = [list(range(first, submissions, PROCESSES)) for first in range(PROCESSES)]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        told = pool.starmap(post, [(port, tokens, numbers, start, every) for numbers in share])
    sent_s = time.time() - start
    acknowledged = np.concatenate(told)
    stop.set()
    looker.join()
    with open_store(folder / "store") as store:
        while (n := len(scored(store))) < submissions:
            print(f"  {n} scored", end="\r", flush=True)
            time.sleep(2)
    scored_s = time.time() - start
    board_s = []
    for _ in range(20):
        began = time.perf_counter()
        ask(port, "GET", BOARD)
        board_s.append(time.perf_counter() - began)
    process.terminate()
    code = process.wait(60)
    with open_store(folder / "store") as store:
        found, whole = scored(store), not verify(store).problems
    p50, p95, p99 = np.quantile(acknowledged, [0.5, 0.95, 0.99])
    print(
        f"{submissions} files of {TEAMS} teams in {sent_s:.0f} s, all scored after {scored_s:.0f} s"
    )
    print(f"acknowledged: median {p50:.3f} s, 95% {p95:.3f} s, 99% {p99:.3f} s")
    print(f"board while they come: median {np.median(looked):.3f} s, longest {max(looked):.3f} s")
    print(f"board at rest: first {board_s[0]:.3f} s, then at most {max(board_s[1:]):.3f} s")
    once = len(found) == len(set(found)) == submissions
    print(f"each scored once: {once}; log whole: {whole}; exit code {code}")
    return bool(p95 < 1.0 and max(board_s[1:]) < 0.2 and once and whole)


def scored(store: object) -> list[str]:
    """Return the submissions that were scored, as often as they were."""
    events = store.events(challenge="bench")  # type: ignore[attr-defined]
    return [e.payload["submission"] for e in events if e.kind == "submission-scored"]


def main() -> int:
    """Run the benchmark in a folder that is gone afterwards."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 300.0
    submissions = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
    with tempfile.TemporaryDirectory() as place:
        os.environ["WORKBENCH_AUDIT_HEADS"] = f"{place}/heads"
        return 0 if play(Path(place), seconds, submissions) else 1


if __name__ == "__main__":
    sys.exit(main())
