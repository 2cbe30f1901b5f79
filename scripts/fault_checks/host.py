"""A challenge host that is struck: its server, its workers, and perhaps a database of its own."""

from __future__ import annotations

import os
import random
import socket
import sys
import time
from pathlib import Path

from fault_checks import challenge, database, processes
from fault_checks.processes import Keeper, Program, until

ROOT, WORKERS = Path(__file__).resolve().parents[2], 2


class Host:
    """A server, two workers and perhaps a database of its own, in a folder.

    Args:
        folder: Of everything.
        on: ``sqlite`` or ``postgres``.
        mark: Found in the environment of every process.
        teams: How many take part.
    """

    def __init__(self, folder: Path, on: str, mark: str, teams: int) -> None:
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
        self.opened = challenge.open_in(self.place, folder / "challenge", teams)
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


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
