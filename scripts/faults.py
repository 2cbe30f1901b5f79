"""Kills the processes of a challenge host at random moments and looks for what was lost.

Teams send files and models through the client to ``workbench serve`` on loopback, two workers score
them, and kill -9 meets the server, a worker, a sandbox that runs a model, or the database: half of
the kills on SQLite, half on a PostgreSQL of the script's own. At the end the event log must verify,
every acknowledged submission must be scored once, and no process and no file may be left.

    python scripts/faults.py [--kills 100] [--seed N] [--only sqlite|postgres]

Without PostgreSQL's binaries, or without a sandbox, the script says what it leaves out. It ends by
itself, after ten minutes of waiting at the latest. Exit code 1: something was lost or left.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from fault_checks import challenge, database, processes  # noqa: E402
from fault_checks.findings import drained, lost  # noqa: E402
from fault_checks.host import Host  # noqa: E402
from fault_checks.participants import Participant  # noqa: E402
from fault_checks.processes import until  # noqa: E402

from workbench.challenge.store import open_store  # noqa: E402
from workbench.sandbox import Tier, probe  # noqa: E402

TEAMS, MODELS_EACH = 4, 25
WITH_MODELS = probe().tier >= Tier.NAMESPACES
SHORTEST_S, LONGEST_S = 0.3, 2.5


def play(on: str, kills: int, seed: int) -> bool:
    """Play the challenge on one database; print what came of it; return whether all is well."""
    moments, mark = random.Random(f"{seed} {on}"), secrets.token_hex(8)
    folder = Path(tempfile.mkdtemp(prefix="wbf-", dir="/tmp"))  # a socket's path must be short
    folder.chmod(0o755)
    os.environ["WORKBENCH_AUDIT_HEADS"] = str(folder / "heads")
    host, began = None, time.monotonic()
    try:
        host = Host(folder, on, mark, TEAMS)
        teams = [_participant(host, number, folder, mark, moments) for number in range(TEAMS)]
        for team in teams:
            team.start()
        struck = _strike_all(host, _plan(on, kills, moments), moments)
        for team in teams:
            team.enough()
        for team in teams:
            team.join(300)
        problems = drained(host.place) + host.stop()
        problems += [line for team in teams for line in team.refused]
        with open_store(host.place) as store:
            problems += lost(store, [name for team in teams for name in team.receipts])
        if host.database:
            host.database.end(2)
        until(lambda: not processes.left(mark), 20)
        problems += [f"still runs: {line}" for line in processes.left(mark)]
        _tell(on, struck, teams, host, time.monotonic() - began, problems)
        return not problems
    finally:
        if host is not None:
            host.keeper.stop()
            for program in host.programs[::-1]:
                program.end(9)
        if "--keep" not in sys.argv:
            shutil.rmtree(folder, ignore_errors=True)


def _participant(
    host: Host, number: int, folder: Path, mark: str, moments: random.Random
) -> Participant:
    """Return a team; it packs its models when it sends them."""
    url = f"http://127.0.0.1:{host.port}"

    def packed(count: int) -> bytes:
        place, seed = folder / "models" / f"{number}-{count}", number * 1_000 + count
        return challenge.model(place, seed, mark, host.opened.card)

    models = MODELS_EACH if WITH_MODELS else 0
    own = random.Random(moments.random())
    return Participant(number, url, host.opened.tokens[number], packed, models, own)


def _plan(on: str, kills: int, moments: random.Random) -> list[str]:
    """Return what is killed, each kind as often, in random order."""
    kinds = ["server", "worker"] + ["sandbox"] * WITH_MODELS + ["database"] * (on == "postgres")
    plan = [kinds[number % len(kinds)] for number in range(kills)]
    moments.shuffle(plan)
    return plan


def _strike_all(host: Host, plan: list[str], moments: random.Random) -> Counter[str]:
    """Kill one after the other, at random moments."""
    struck: Counter[str] = Counter()
    for number, what in enumerate(plan):
        time.sleep(moments.uniform(SHORTEST_S, LONGEST_S))
        struck[host.strike(what, moments)] += 1
        print(f"  {number + 1} of {len(plan)}", end="\r", flush=True)
    return struck


def _tell(
    on: str,
    struck: Counter[str],
    teams: list[Participant],
    host: Host,
    seconds: float,
    problems: list[str],
) -> None:
    """Print what was killed, what was sent, and what is wrong."""
    kinds = Counter(kind for team in teams for kind in team.receipts.values())
    waited = [s for team in teams for s in team.waited_s]
    tries = sum(team.tries for team in teams)
    kills = ", ".join(f"{what} {count}" for what, count in sorted(struck.items()))
    load = os.getloadavg()[0]
    print(f"{on}: {struck.total()} kills ({kills}) in {seconds:.0f} s, load {load:.1f}")
    print(f"  acknowledged: {dict(kinds)}, asked for {tries} times beside the client's own retries")
    print(f"  wait: median {np.median(waited):.2f} s, longest {max(waited):.1f} s")
    print(f"  starts: server {host.server.starts}, workers {[w.starts for w in host.workers]}")
    for problem in problems:
        print(f"  WRONG: {problem}")
    if not problems:
        print("  the log verifies; each was scored once; nothing runs, no temporary file is left")


def main() -> int:
    """Play on each database there is; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    parser.add_argument("--keep", action="store_true", help="leave the folder for a look")
    options = parser.parse_args()
    databases = [options.only] if options.only else ["sqlite", "postgres"]
    if "postgres" in databases and database.binaries() is None:
        print("PostgreSQL's binaries are absent (apt-get install postgresql): left out")
        databases.remove("postgres")
    if not WITH_MODELS:
        print("no sandbox here: models and kills of sandboxes are left out")
    print(f"seed {options.seed}", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that it cleans up
    shares = [options.kills // len(databases)] * len(databases)
    shares[-1] += options.kills - sum(shares)
    found = [play(on, n, options.seed) for on, n in zip(databases, shares, strict=True)]
    return 0 if all(found) else 1


if __name__ == "__main__":
    sys.exit(main())
