"""What a participant can do, wherever the challenge lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from workbench.challenge.standings import BoardDocument
from workbench.challenge.store.permission import Principal
from workbench.challenge.store.submission_events import SentKind
from workbench.challenge.submissions import Entry, Quota, Receipt
from workbench.challenge.submissions.overview import PhaseLine
from workbench.scoring import CheckReport

Progress = Callable[[int, int], None]
"""Called with the bytes that are done and all there are."""


@dataclass(frozen=True)
class PublicFile:
    """A file everybody may read of a challenge.

    Attributes:
        name: With ``/`` between its parts.
        digest: sha256 of its bytes.
        size: In bytes.
    """

    name: str
    digest: str
    size: int


class Desk(Protocol):
    """The verbs of a participant. Errors are those of ``workbench.challenge``, on both sides."""

    principal: Principal
    """Who stands at the desk."""

    def check(self, challenge: str, content: bytes, phase: str | None = None) -> CheckReport:
        """Check a file; nothing is recorded and no quota used."""

    def submit(
        self,
        challenge: str,
        content: bytes,
        *,
        filename: str,
        phase: str | None = None,
        kind: SentKind = "predictions",
        told: Progress | None = None,
    ) -> Receipt:
        """Send a file; sent twice it counts once."""

    def wait(self, submission: str, told: Callable[[str], None]) -> Entry:
        """Return a submission once it is no longer queued; ``told`` hears what it waits for."""

    def entry(self, submission: str) -> Entry:
        """Return one submission by id, by the file's sha256, or the ``last`` one."""

    def host_detail(self, submission: str) -> str | None:
        """Return what only the host may see of a submission; None for everybody else."""

    def entries(self, challenge: str | None = None) -> list[Entry]:
        """Return the submissions that may be read, oldest first."""

    def sent_file(self, submission: str) -> tuple[str, bytes]:
        """Return the name and the bytes of a file that was sent."""

    def withdraw(self, submission: str, reason: str) -> Entry:
        """Withdraw a submission."""

    def quota(self, challenge: str, phase: str | None = None) -> Quota:
        """Return what the team has left."""

    def phases(self, challenge: str) -> list[PhaseLine]:
        """Return the phases by the organiser's clock."""

    def board(
        self,
        challenge: str,
        phase: str | None = None,
        *,
        as_of: datetime | None = None,
        score_set: str | None = None,
    ) -> BoardDocument:
        """Return a board as this viewer may see it."""

    def board_page(
        self,
        challenge: str,
        phase: str | None = None,
        *,
        as_of: datetime | None = None,
        score_set: str | None = None,
    ) -> str:
        """Return the same board as a page."""

    def public_files(self, challenge: str) -> list[PublicFile]:
        """Return the files of a challenge everybody may read."""

    def fetch(
        self, challenge: str, file: PublicFile, target: Path, told: Progress | None = None
    ) -> Path:
        """Write a public file to a path, checked against its digest."""

    def close(self) -> None:
        """Give back what the desk holds."""
