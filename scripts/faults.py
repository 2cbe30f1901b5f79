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
import socket
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from fault_checks import challenge, database, processes  # noqa: E402
from fault_checks.participants import Participant  # noqa: E402
from fault_checks.processes import Keeper, Program, until  # noqa: E402

from workbench.challenge.store import Store, open_store  # noqa: E402
from workbench.challenge.store.verify import verify  # noqa: E402
from workbench.challenge.submissions.backlog import unfinished  # noqa: E402
from workbench.sandbox import Tier, probe  # noqa: E402

TEAMS, MODELS_EACH, WORKERS = 4, 25, 2
WITH_MODELS = probe().tier >= Tier.NAMESPACES
SHORTEST_S, LONGEST_S, DRAIN_S = 0.3, 2.5, 240


class Host:
    """A server, two workers and perhaps a database of its own, in a folder.

    Args:
        folder: Of everything.
        on: ``sqlite`` or ``postgres``.
        mark: Found in the environment of every process.
    """

    def __init__(self, folder: Path, on: str, mark: str) -> None:
        self.scratch = folder / "tmp"
        self.scratch.mkdir()
        environment = {
            **os.environ,
            processes.MARK: mark,
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(self.scratch),
            "WORKBENCH_AUDIT_HEADS": str(folder / "heads"),
        }
        self.place, self.database = str(folder / "store"), None
        if on == "postgres":
            programs = database.binaries()
            assert programs is not None
            made = database.prepare(programs, folder / "pg", environment)
            self.database, self.place = made
            self.database.keep()
            assert until(lambda: database.answers(self.place), 60), "PostgreSQL does not start"
        self.opened = challenge.open_in(self.place, folder / "challenge", TEAMS)
        environment["WORKBENCH_STORE"] = self.place
        environment["WORKBENCH_LABELS"] = str(self.opened.labels)
        environment["WORKBENCH_INPUTS"] = str(self.opened.inputs)
        self.port = _free_port()
        serve = [sys.executable, "-m", "workbench.cli.main", "serve", "--port", str(self.port)]
        serve += ["--workers-scoring", "0", "--requests-per-minute", "100000"]
        self.server = Program(serve, environment, folder / "server.log")
        work = [sys.executable, str(ROOT / "scripts" / "fault_checks" / "scorer.py")]
        self.workers = [
            Program(work, environment, folder / f"worker{i}.log") for i in range(WORKERS)
        ]
        with_database = [self.database] if self.database else []
        self.programs = [*with_database, self.server, *self.workers]
        self.keeper = Keeper(self.programs)
        self.keeper.start()

    def strike(self, what: str, moments: random.Random) -> str:
        """Kill one of a kind with no warning; return what was killed, perhaps another kind."""
        if what == "sandbox":
            until(lambda: bool(processes.sandboxes(self.workers)), 15)
            found = processes.sandboxes(self.workers)
            if found:
                time.sleep(moments.uniform(0, challenge.RUN_S / 2))
                try:
                    os.kill(moments.choice(found), 9)
                    return "sandbox"
                except ProcessLookupError:
                    pass  # it had just ended
            what = "worker"
        one = {"server": self.server, "database": self.database}.get(what)
        one = one or moments.choice(self.workers)
        until(one.kill, 30)
        return what

    def stop(self) -> list[str]:
        """End everything in order; return what still runs or lies about."""
        self.keeper.stop()
        codes = [program.end() for program in (self.server, *self.workers)]
        problems = [f"exit codes {codes}"] if any(codes) else []
        files = sorted(str(path.relative_to(self.scratch)) for path in self.scratch.iterdir())
        return problems + [f"left in the temporary folder: {name}" for name in files]


def play(on: str, kills: int, seed: int) -> bool:
    """Play the challenge on one database; print what came of it; return whether all is well."""
    moments, mark = random.Random(f"{seed} {on}"), secrets.token_hex(8)
    folder = Path(tempfile.mkdtemp(prefix="wbf-", dir="/tmp"))  # a socket's path must be short
    folder.chmod(0o755)
    os.environ["WORKBENCH_AUDIT_HEADS"] = str(folder / "heads")
    host, began = None, time.monotonic()
    try:
        host = Host(folder, on, mark)
        teams = [_participant(host, number, folder, mark, moments) for number in range(TEAMS)]
        for team in teams:
            team.start()
        struck = _strike_all(host, _plan(on, kills, moments), moments)
        for team in teams:
            team.enough()
        for team in teams:
            team.join(300)
        problems = _drained(host.place) + host.stop()
        problems += [line for team in teams for line in team.refused]
        with open_store(host.place) as store:
            problems += _lost(store, [name for team in teams for name in team.receipts])
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


def _drained(place: str) -> list[str]:
    """Wait until nothing is to be scored; return what still is."""

    def waiting() -> int:
        with open_store(place) as store, store.reading() as connection:
            return unfinished(connection, challenge.ID)

    until(lambda: waiting() == 0, DRAIN_S)
    count = waiting()
    return [f"{count} still wait after {DRAIN_S} s"] if count else []


def _lost(store: Store, acknowledged: list[str]) -> list[str]:
    """Return what the store says other than that each submission was scored once."""
    events = list(store.events(challenge=challenge.ID))
    of = {
        kind: Counter(e.payload["submission"] for e in events if e.kind == f"submission-{kind}")
        for kind in ("received", "scored", "failed")
    }
    names = set(acknowledged)
    problems = [f"log: {problem}" for problem in verify(store).problems]
    problems += [f"acknowledged and not recorded: {name}" for name in names - set(of["received"])]
    problems += [f"recorded and never acknowledged: {name}" for name in set(of["received"]) - names]
    once = [name for name in names if of["scored"][name] == 1]
    problems += [f"{name} scored {of['scored'][name]} times" for name in names.difference(once)]
    return problems + [f"failed: {name}" for name in of["failed"]]


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


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


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
