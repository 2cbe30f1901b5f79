"""A real server with its pages, and a small challenge, two teams and their tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from workbench.site.router import site

from ..challenge.submissions.world import answer  # noqa: TID252
from ..server.conftest import Served, Told, serve_world  # noqa: TID252


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serve_world(tmp_path, routers=[site()]) as found:
        yield found


@pytest.fixture
def scored(served: Served) -> Served:
    """The same, once both teams have a score."""
    assert served.send("one", answer()).status == 200
    assert served.send("two", answer(0.02)).status == 200
    served.score_all()
    return served


class Visit:
    """Somebody at the pages without a browser: keeps cookies, sends forms as a browser does."""

    def __init__(self, served: Served) -> None:
        self.served, self.cookies = served, {}

    def get(self, path: str) -> Told:
        """Get a page; cookies are kept."""
        told = self.served.ask("GET", f".{path}", headers=self._headers())
        self._keep(told)
        return told

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Told:
        """Send a form from a page of this site."""
        sent = self._headers() | {"Content-Type": "application/x-www-form-urlencoded"}
        sent |= {"Origin": self.served.url} | headers
        told = self.served.ask("POST", f".{path}", body=urlencode(fields).encode(), headers=sent)
        self._keep(told)
        return told

    def upload(self, path: str, fields: dict[str, str], content: bytes) -> Told:
        """Send a form with a file."""
        parts = [f'--xx\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode()
                 for n, v in fields.items()]  # fmt: skip
        head = '--xx\r\nContent-Disposition: form-data; name="file"; filename="mine.csv"\r\n'
        body = b"".join(parts) + f"{head}Content-Type: text/csv\r\n\r\n".encode()
        sent = self._headers() | {"Content-Type": "multipart/form-data; boundary=xx"}
        sent |= {"Origin": self.served.url}
        full = body + content + b"\r\n--xx--\r\n"
        return self.served.ask("POST", f".{path}", body=full, headers=sent)

    def sign_in(self, who: str) -> Told:
        """Sign in by the form, with a token of the world."""
        form = self.get("/en/sign-in")
        fields = {"csrf": hidden(form, "csrf"), "token": self.served.tokens.get(who, who)}
        return self.post("/en/sign-in", fields | {"next": ""})

    def csrf(self) -> str:
        """Return the secret of the session's forms."""
        return hidden(self.get("/en/"), "csrf")

    def _headers(self) -> dict[str, str]:
        pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": pairs} if pairs else {}

    def _keep(self, told: Told) -> None:
        cookie = told.headers.get("set-cookie", "").partition(";")[0]
        name, _, value = cookie.partition("=")
        if name:
            self.cookies[name] = value.strip('"')


def hidden(page: Told, name: str) -> str:
    """Return the value of a form's hidden field; empty where there is none."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.body.decode())
    return found[1] if found else ""


def signed_in(served: Served, who: str) -> Visit:
    """Return somebody who has signed in."""
    visit = Visit(served)
    assert visit.sign_in(who).status == 303
    return visit
