"""What all acts share: the organiser, the server, the teams."""

from __future__ import annotations

import random
from pathlib import Path

from rich.console import Console

from whole_challenge_parts.hidden_data import Host, read_rows
from whole_challenge_parts.people import Broken, Person, Server, promise

SLIDES, SERIES = "tissue-lesions", "watch-relapse"
TEAMS = {SLIDES: ("Ada", "Bo", "Cy", "Di"), SERIES: ("Bo", "Eve")}


class Stage:
    """Where one play is played.

    Args:
        folder: Where everybody has a folder.
        console: Where it is told.
        seed: The secret seed.
    """

    def __init__(self, folder: Path, console: Console, seed: int) -> None:
        self.folder, self.console, self.seed = folder, console, seed
        self.draw = random.Random(seed)
        self.host = Host(folder / "organiser")
        settings = {"WORKBENCH_STORE": "store", "WORKBENCH_AUDIT_HEADS": str(folder / "heads")}
        folders = {"WORKBENCH_LABELS": "labels", "WORKBENCH_INPUTS": "inputs"}
        self.host.labels.mkdir(parents=True)
        self.host.inputs.mkdir()
        self.organiser = Person("organiser", self.host.folder, console, settings | folders)
        self.log = self.host.folder / "server.log"
        self.teams: dict[tuple[str, str], Person] = {}
        self.digests: dict[str, str] = {}
        self._server: Server | None = None

    def serve(self) -> None:
        """Start the server, or start it again where it was."""
        port = "0" if self._server is None else str(self._server.port)
        options = ["--port", port, "--data", "public", "--reports", "reports"]
        self._server = Server(self.organiser, options, self.log)
        self.console.print(f"           the server listens at {self._server.url}")

    @property
    def server(self) -> Server:
        """The server that runs.

        Raises:
            Broken: It was not started.
        """
        if self._server is None:
            raise Broken("there is no server")
        return self._server

    def end(self) -> None:
        """Leave nothing running."""
        if self._server is not None:
            self._server.kill()

    def hidden_cases(self) -> list[str]:
        """Return the hidden cases of the slides."""
        tables = sorted((self.host.labels / SLIDES).glob("*.csv"))
        return [row["case"] for table in tables for row in read_rows(table)]

    def promise(self, kept: bool, words: str) -> None:
        """Say that a promise is kept.

        Raises:
            Broken: It is not.
        """
        promise(kept, words, self.console)
