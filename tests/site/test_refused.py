"""What is refused before a route is reached: a page at a page's address, in its language."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.server.gate import Gate
from workbench.server.settings import Rates
from workbench.site.router import site
from workbench.site.sessions import Sessions

from ..server.conftest import Served, serve_world  # noqa: TID252
from .conftest import Visit, signed_in

SAID = {"en": "too many requests in a minute", "fr": "trop de demandes en une minute"}


@pytest.mark.parametrize("path", ["en/", "fr/challenges/demo", "fr/challenges/demo/submissions"])
def test_too_many_requests_are_told_by_a_page(
    tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_world(tmp_path, routers=[site()], rates=Rates(per_address=4)) as served:
        visit = signed_in(served, "one")
        while visit.get("/en/").status == 200:
            pass
        # Too many are refused at little cost: nobody looks up who it is.
        monkeypatch.setattr(Sessions, "find", lambda *_: pytest.fail("a session was looked up"))
        told = visit.get(f"/{path}")
        assert told.status == 429 and int(told.headers["retry-after"]) > 0
        assert told.headers["content-type"].startswith("text/html")
        language, text = path[:2], told.body.decode()
        assert f'<html lang="{language}">' in text and SAID[language] in text
        assert "Sign" not in text and "connecter" not in text, "it does not say who is signed in"
        assert "default-src 'none'" in told.headers["content-security-policy"]
        posted = Visit(served).post("/fr/sign-out", {})
        assert posted.status == 429 and SAID["fr"] in posted.body.decode()
        document = served.ask("GET", "/challenges")
        assert document.status == 429 and document.code == "rate-limited"


def test_a_session_that_asks_too_often_reads_so_on_a_page(tmp_path: Path) -> None:
    with serve_world(tmp_path, routers=[site()], rates=Rates(per_token=2)) as served:
        visit = signed_in(served, "one")
        found = [visit.get("/fr/challenges/demo/submissions") for _ in range(4)]
        assert found[-1].status == 429 and SAID["fr"] in found[-1].body.decode()


def test_a_method_no_page_has_is_told_by_a_page(served: Served) -> None:
    for method, path in (("DELETE", "./fr/challenges/demo"), ("POST", "./fr/nothing")):
        told = served.ask(method, path)
        assert told.status == 405 and "cette page n&#39;existe pas" in told.body.decode()
    document = served.ask("DELETE", "/challenges")
    assert document.status == 405 and document.code == "method-not-allowed"


def test_a_form_that_is_too_large_says_so(served: Served) -> None:
    visit = signed_in(served, "organiser")
    path = "/fr/challenges/demo/organise/duplicates"
    told = visit.post(path, {"csrf": visit.csrf(), "more": "x" * 2**20})
    assert told.status == 413 and "1,048,576 octets" in told.body.decode()


def test_what_breaks_around_a_page_is_a_page_that_says_nothing_of_it(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("labels/private.csv: patient 7 is invasive")

    monkeypatch.setattr(Gate, "_limited", broken)
    told = served.ask("GET", "./fr/challenges/demo")
    assert told.status == 500 and "du côté de l&#39;organisateur" in told.body.decode()
    assert b"invasive" not in told.body
    document = served.ask("GET", "/challenges")
    assert document.status == 500 and "application/problem+json" in document.headers["content-type"]
