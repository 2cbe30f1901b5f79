"""Who plays: people with a folder and a command line of their own, and a server."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

ROOT = Path(__file__).resolve().parents[2]
CALL_S = 180.0
"""Longest that one command may take."""
MANIFEST = "schema_version: 1\nname: {name}\nscript: predict.py\n"


class Broken(Exception):
    """A promise that was not kept."""


def promise(kept: bool, words: str, console: Console) -> None:
    """Say that a promise is kept.

    Raises:
        Broken: It is not.
    """
    if not kept:
        raise Broken(words)
    console.print(f"   [green]kept[/]  {escape(words)}")


@dataclass
class Person:
    """Somebody at a terminal: a folder, an environment, and nothing else of the workbench.

    Attributes:
        name: Shown before each command.
        folder: Where the commands are typed.
        console: Where they are shown.
        settings: Variables of the environment.
    """

    name: str
    folder: Path
    console: Console
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the environment of whoever plays."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("WORKBENCH_")}
        own = {"PYTHONPATH": str(ROOT), "WORKBENCH_HOME": str(self.folder / "home")}
        return kept | own | {"OMP_NUM_THREADS": "1"} | self.settings

    def types(self, *words: object, code: int = 0) -> str:
        """Type a command of the workbench; return what it prints on both streams.

        Raises:
            Broken: It ends with another exit code.
        """
        command = [str(word) for word in words]
        shown = " ".join(word if " " not in word else f'"{word}"' for word in command)
        shown = re.sub(r"--seed \d+", "--seed SECRET", shown)
        self.console.print(f"[bold]{escape(self.name):>10}[/] [cyan]workbench {escape(shown)}[/]")
        done = subprocess.run(
            [sys.executable, "-m", "workbench.cli.main", *command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=CALL_S,
        )
        if done.returncode != code:
            told = f"{done.stdout[-1500:]}{done.stderr[-1500:]}"
            raise Broken(f"exit code {done.returncode}, not {code}: workbench {shown}\n{told}")
        self.stdout = done.stdout
        return done.stdout + done.stderr

    def reads(self, *words: object) -> Any:
        """Type a command with ``--json``; return what it prints."""
        self.types(*words, "--json")
        return json.loads(self.stdout)

    def model(self, name: str, script: str) -> Path:
        """Write the folder of a model."""
        folder = self.folder / name
        folder.mkdir()
        (folder / "workbench-model.yaml").write_text(MANIFEST.format(name=name))
        (folder / "predict.py").write_text(script)
        return folder

    def sends(self, what: Path, challenge: str, *, model: bool = False) -> dict[str, Any]:
        """Send a file or a model and wait; return the submission."""
        named = ("model", what.name) if model else (what.name,)
        told = self.reads("submit", *named, "--challenge", challenge, "--wait")
        found: dict[str, Any] = told["submission"]
        self.console.print(f"           {found['id']}: {found['state']} {found['code'] or ''}")
        return found


class Server:
    """`workbench serve` as a process.

    Args:
        organiser: Whose it is.
        options: Of the verb.
        log: File of its standard error.
    """

    def __init__(self, organiser: Person, options: list[str], log: Path) -> None:
        command = [sys.executable, "-m", "workbench.cli.main", "serve", *options]
        with log.open("ab") as stream:
            self.process = subprocess.Popen(
                command,
                cwd=organiser.folder,
                env=organiser.environment,
                stdout=subprocess.PIPE,
                stderr=stream,
                start_new_session=True,
            )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().decode().strip()
        if not self.url:
            raise Broken(f"the server does not start: {log.read_text()[-1500:]}")

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    def stop(self) -> int:
        """Ask it to end; return its exit code."""
        self.process.terminate()
        return self.process.wait(60)

    def kill(self) -> None:
        """End it and its scorers, whatever they are at."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.process.wait(10)


def running(argument: str) -> list[str]:
    """Return the ids of processes that were started with an argument, after a moment of grace."""
    time.sleep(0.2)
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if argument.encode() in words:
            found.append(folder.name)
    return found
