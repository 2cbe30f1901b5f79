"""The desk at a store of this machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from workbench import storage
from workbench.challenge import submissions
from workbench.challenge.standings import BoardDocument, Standings, board
from workbench.challenge.store import Store
from workbench.challenge.store.permission import Principal
from workbench.challenge.store.submission_events import SentKind
from workbench.challenge.submissions import Entry, Labels, Quota, Receipt
from workbench.challenge.submissions.overview import PhaseLine, phase_lines
from workbench.challenge.submissions.public_files import kept_file, kept_files
from workbench.remote.desk import Progress, PublicFile
from workbench.scoring import CheckReport


class LocalDesk:
    """A store, and who stands before it.

    Args:
        store: The store; closed with the desk.
        principal: Who asks.
        labels: What a submission that is waited for may be scored with.
    """

    def __init__(self, store: Store, principal: Principal, labels: Labels | None = None) -> None:
        self.store, self.principal = store, principal
        self.labels = labels or Labels(None)
        self._boards: dict[tuple[object, ...], Standings] = {}

    def check(self, challenge: str, content: bytes, phase: str | None = None) -> CheckReport:
        """See :meth:`Desk.check`."""
        return submissions.check(self.store, challenge, content, phase)

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
        """See :meth:`Desk.submit`."""
        return submissions.submit(
            self.store,
            self.principal,
            challenge,
            content,
            filename=filename,
            phase=phase,
            kind=kind,
        )

    def wait(self, submission: str, told: Callable[[str], None]) -> Entry:
        """Score the submission here where that is possible; see :meth:`Desk.wait`."""
        return submissions.wait_for(self.store, self.principal, submission, self.labels, told=told)

    def entry(self, submission: str) -> Entry:
        """See :meth:`Desk.entry`."""
        return submissions.entry(self.store, self.principal, submission)

    def host_detail(self, submission: str) -> str | None:
        """See :meth:`Desk.host_detail`."""
        return submissions.host_detail(self.store, self.principal, submission)

    def entries(self, challenge: str | None = None) -> list[Entry]:
        """See :meth:`Desk.entries`."""
        return submissions.entries(self.store, self.principal, challenge)

    def sent_file(self, submission: str) -> tuple[str, bytes]:
        """See :meth:`Desk.sent_file`."""
        return submissions.sent_file(self.store, self.principal, submission)

    def withdraw(self, submission: str, reason: str) -> Entry:
        """See :meth:`Desk.withdraw`."""
        return submissions.withdraw(self.store, self.principal, submission, reason)

    def quota(self, challenge: str, phase: str | None = None) -> Quota:
        """See :meth:`Desk.quota`."""
        return submissions.quota(self.store, self.principal, challenge, phase)

    def phases(self, challenge: str) -> list[PhaseLine]:
        """See :meth:`Desk.phases`."""
        return phase_lines(self.store, challenge)

    def board(
        self,
        challenge: str,
        phase: str | None = None,
        *,
        as_of: datetime | None = None,
        score_set: str | None = None,
    ) -> BoardDocument:
        """See :meth:`Desk.board`."""
        return self._standings(challenge, phase, as_of, score_set).document

    def board_page(
        self,
        challenge: str,
        phase: str | None = None,
        *,
        as_of: datetime | None = None,
        score_set: str | None = None,
    ) -> str:
        """See :meth:`Desk.board_page`; the page shows the board that was asked for before."""
        from workbench.report.standings import page_of

        return page_of([self._standings(challenge, phase, as_of, score_set)])

    def public_files(self, challenge: str) -> list[PublicFile]:
        """See :meth:`Desk.public_files`."""
        with self.store.reading() as connection:
            return [PublicFile(*found) for found in kept_files(connection, challenge)]

    def fetch(
        self, challenge: str, file: PublicFile, target: Path, told: Progress | None = None
    ) -> Path:
        """See :meth:`Desk.fetch`."""
        with self.store.reading() as connection:
            content = kept_file(connection, challenge, file.digest)
        return storage.write_bytes(target, content)

    def close(self) -> None:
        """See :meth:`Desk.close`."""
        self.store.close()

    def _standings(
        self, challenge: str, phase: str | None, as_of: datetime | None, score_set: str | None
    ) -> Standings:
        """Return a board, computed once: its forms show the same moment."""
        key = (challenge, phase, as_of, score_set)
        if key not in self._boards:
            self._boards[key] = board(
                self.store,
                challenge,
                phase,
                as_of=as_of,
                viewer=self.principal,
                score_set=score_set,
            )
        return self._boards[key]
