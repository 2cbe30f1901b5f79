"""Times one worker and two on a PostgreSQL store: the same files of 10,000 cases, each scored once.

The database is the script's own, from the system's binaries, with durable commits. Workers are the
processes a server starts. Files a second are counted from the first score to the last.

    OMP_NUM_THREADS=1 python scripts/benchmarks/workers.py [FILES]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from fault_checks import database  # noqa: E402
from fault_checks.processes import until  # noqa: E402
from submissions import answer, pack  # noqa: E402

from workbench.challenge.store import open_store  # noqa: E402
from workbench.challenge.store.permission import Principal  # noqa: E402
from workbench.challenge.store.teams import create_team  # noqa: E402
from workbench.challenge.store.verify import verify  # noqa: E402
from workbench.challenge.submissions import open_challenge, submit  # noqa: E402
from workbench.scoring import load_challenge  # noqa: E402

CASES = 10_000


def play(place: str, folder: Path, files: int) -> None:
    """Score so many files with one worker, then as many others with two."""
    with open_store(place, create=True) as store:
        open_challenge(store, load_challenge(pack(folder / "pack", CASES)))
        with store.writing() as transaction:
            name = create_team(transaction, "bench", "Team")
        team, sent = Principal(name, "participant", team=name, challenge="bench"), 0
        for workers in (1, 2):
            for number in range(sent, sent + files):
                submit(store, team, "bench", answer(CASES, number), filename="a.csv")
            start = [sys.executable, "-m", "workbench.server.scoring"]
            running = [
                subprocess.Popen(start, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
                for _ in range(workers)
            ]
            sent += files
            until(lambda want=sent: len(scored(store)) >= want, 600)  # type: ignore[misc]
            for one in running:
                one.terminate()
                one.wait()
            times = [datetime.fromisoformat(at) for _, at in scored(store)[sent - files :]]
            seconds = (times[-1] - times[0]).total_seconds()
            print(f"{workers} at work: {(files - 1) / seconds:.1f} files a second", flush=True)
        counts = Counter(name for name, _ in scored(store))
        once = len(counts) == sent and set(counts.values()) == {1}
        print(f"each scored once: {once}; log whole: {not verify(store).problems}")


def scored(store: object) -> list[tuple[str, str]]:
    """Return which submissions were scored, and when, in that order."""
    events = store.events(challenge="bench")  # type: ignore[attr-defined]
    return [(e.payload["submission"], e.at) for e in events if e.kind == "submission-scored"]


def main() -> None:
    """Start a database in a folder that is gone afterwards, and play."""
    programs = database.binaries()
    if programs is None:
        sys.exit("PostgreSQL's binaries are absent (apt-get install postgresql)")
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="wbw-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        os.environ["WORKBENCH_AUDIT_HEADS"] = str(folder / "heads")
        server, place = database.prepare(programs, folder / "pg", dict(os.environ))
        server.keep()
        try:
            if not until(lambda: database.answers(place), 60):
                sys.exit("PostgreSQL does not start")
            os.environ["WORKBENCH_STORE"] = place
            began = time.perf_counter()
            play(place, folder, int(sys.argv[1]) if len(sys.argv) > 1 else 200)
            print(f"{time.perf_counter() - began:.0f} s, load {os.getloadavg()[0]:.1f}")
        finally:
            server.end(2)


if __name__ == "__main__":
    main()
