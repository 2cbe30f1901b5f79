"""The desk at a server elsewhere."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from workbench.challenge.standings import BoardDocument
from workbench.challenge.store.permission import PUBLIC, Principal
from workbench.challenge.store.submission_events import SentKind
from workbench.challenge.submissions import Entry, Quota, Receipt
from workbench.challenge.submissions.overview import PhaseLine
from workbench.challenge.submissions.refusals import upload_too_large
from workbench.remote.desk import Progress, PublicFile
from workbench.remote.download import download
from workbench.remote.http import Http
from workbench.remote.wire import board_query, json_body, read_entry, sealed
from workbench.scoring import CheckReport

_LONGEST_POLL_S = 5.0
_SMALL = 10**6
"""Bytes every server takes."""


class ServerDesk:
    """A server, and whose token is shown to it.

    Args:
        http: Asks the server.
        signed_in: Whether a token is shown.
    """

    def __init__(self, http: Http, *, signed_in: bool) -> None:
        self.http = http
        self.principal = self._me() if signed_in else PUBLIC

    def check(self, challenge: str, content: bytes, phase: str | None = None) -> CheckReport:
        """See :meth:`Desk.check`."""
        self._check_size(content)
        path = ("challenges", challenge, "check")
        told = self.http.ask(
            "POST", path, query={"phase": phase}, body=content, headers=sealed(content)
        )
        return CheckReport.model_validate(told.json())

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
        """See :meth:`Desk.submit`; the file's digest makes it safe to send it again."""
        self._check_size(content)
        about = f"{challenge}\n{phase}\n{kind}\n".encode()
        key = hashlib.sha256(about + content).hexdigest()
        name = base64.urlsafe_b64encode(filename.encode("utf-8", "replace")).decode()
        headers = sealed(content) | {"Idempotency-Key": key, "X-Filename": f"base64:{name}"}
        path = ("challenges", challenge, "submissions")
        answer = self.http.ask(
            "POST",
            path,
            query={"phase": phase, "kind": kind},
            body=content,
            headers=headers,
            told=told,
        ).json()
        return Receipt(**answer | {"quota": Quota(**answer["quota"])})

    def wait(self, submission: str, told: Callable[[str], None]) -> Entry:
        """Look again and again, ever more slowly; see :meth:`Desk.wait`."""
        last, pause = None, 0.5
        while (found := self.entry(submission)).state == "queued":
            if found.reason != last:
                told(found.reason)
                last = found.reason
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_POLL_S)
        return found

    def entry(self, submission: str) -> Entry:
        """See :meth:`Desk.entry`."""
        return read_entry(self.http.ask("GET", ("submissions", submission)).json())

    def host_detail(self, submission: str) -> str | None:
        """See :meth:`Desk.host_detail`."""
        found: str | None = self.http.ask("GET", ("submissions", submission, "why")).json()[
            "host_detail"
        ]
        return found

    def entries(self, challenge: str | None = None) -> list[Entry]:
        """See :meth:`Desk.entries`."""
        answer = self.http.ask("GET", ("submissions",), query={"challenge": challenge})
        return [read_entry(one) for one in answer.json()]

    def sent_file(self, submission: str) -> tuple[str, bytes]:
        """See :meth:`Desk.sent_file`."""
        name = self.entry(submission).filename
        return name, self.http.ask("GET", ("submissions", submission, "file")).body

    def withdraw(self, submission: str, reason: str) -> Entry:
        """See :meth:`Desk.withdraw`; not tried again, for the second answer would be a refusal."""
        path = ("submissions", submission, "withdraw")
        return read_entry(self.http.ask("POST", path, **json_body({"reason": reason})).json())

    def quota(self, challenge: str, phase: str | None = None) -> Quota:
        """See :meth:`Desk.quota`."""
        path = ("challenges", challenge, "quota")
        return Quota(**self.http.ask("GET", path, query={"phase": phase}).json())

    def phases(self, challenge: str) -> list[PhaseLine]:
        """See :meth:`Desk.phases`."""
        answer = self.http.ask("GET", ("challenges", challenge, "phases"))
        return [PhaseLine(**line) for line in answer.json()]

    def board(
        self,
        challenge: str,
        phase: str | None = None,
        *,
        as_of: datetime | None = None,
        score_set: str | None = None,
    ) -> BoardDocument:
        """See :meth:`Desk.board`."""
        answer = self.http.ask(
            "GET",
            ("challenges", challenge, "leaderboard"),
            query=board_query(phase, as_of, score_set),
        )
        return BoardDocument.model_validate_json(answer.body)

    def board_page(
        self,
        challenge: str,
        phase: str | None = None,
        *,
        as_of: datetime | None = None,
        score_set: str | None = None,
    ) -> str:
        """See :meth:`Desk.board_page`."""
        answer = self.http.ask(
            "GET",
            ("challenges", challenge, "leaderboard.html"),
            query=board_query(phase, as_of, score_set),
        )
        return answer.body.decode("utf-8")

    def public_files(self, challenge: str) -> list[PublicFile]:
        """See :meth:`Desk.public_files`."""
        answer = self.http.ask("GET", ("challenges", challenge, "data"))
        return [PublicFile(**one) for one in answer.json()]

    def fetch(
        self, challenge: str, file: PublicFile, target: Path, told: Progress | None = None
    ) -> Path:
        """See :meth:`Desk.fetch`; a download that was broken off goes on where it stopped."""
        return download(self.http, challenge, file, target, told)

    def close(self) -> None:
        """See :meth:`Desk.close`: nothing is held."""

    def _check_size(self, content: bytes) -> None:
        """Refuse here what the server would: it hangs up on a file that is too large.

        Raises:
            Refusal: ``upload-too-large``.
        """
        if len(content) <= _SMALL:
            return
        most = int(self.http.ask("GET", ("",)).json()["most_bytes"])
        if len(content) > most:
            raise upload_too_large(most)

    def _me(self) -> Principal:
        """Return who the server takes the token's holder for."""
        told = self.http.ask("GET", ("me",)).json()
        names = ("actor", "scope", "team", "challenge")
        return Principal(**{name: told[name] for name in names})
