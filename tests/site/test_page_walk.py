"""Every page, asked by everybody else than those it is for.

A page that is not in the table below makes the first test fail: say there whose it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from workbench.challenge.store.tokens import issue_token, revoke_token
from workbench.server.settings import Rates
from workbench.site.router import site

from ..challenge.submissions.world import answer, make_world  # noqa: TID252
from ..server.conftest import Served, Told, serve_world  # noqa: TID252
from .conftest import Visit, signed_in

EVERYBODY, TEAM, OWN, ORGANISER = "everybody", "team", "own object", "organiser"
HOME = "/{lang:lang}/challenges/{challenge}"
BECAUSE = {"reason": "because"}
ROUTES: dict[tuple[str, str], tuple[str, dict[str, str]]] = {
    ("GET", "/"): (EVERYBODY, {}),
    ("GET", "/static/{digest}/{name}"): (EVERYBODY, {}),
    ("GET", "/{lang:lang}/"): (EVERYBODY, {}),
    ("GET", "/{lang:lang}/sign-in"): (EVERYBODY, {}),
    ("POST", "/{lang:lang}/sign-in"): (EVERYBODY, {}),
    ("POST", "/{lang:lang}/sign-out"): (EVERYBODY, {}),
    ("GET", HOME): (EVERYBODY, {}),
    ("GET", f"{HOME}/leaderboard"): (EVERYBODY, {}),
    ("GET", f"{HOME}/report"): (EVERYBODY, {}),
    ("GET", f"{HOME}/submissions"): (TEAM, {}),
    ("POST", f"{HOME}/submissions"): (TEAM, {"do": "send"}),
    ("GET", f"{HOME}/submissions/{{submission}}"): (OWN, {}),
    ("GET", f"{HOME}/submissions/{{submission}}/file"): (OWN, {}),
    ("POST", f"{HOME}/submissions/{{submission}}/withdraw"): (OWN, BECAUSE),
    ("POST", f"{HOME}/submissions/{{submission}}/override"): (ORGANISER, BECAUSE | {"aside": "y"}),
    ("POST", f"{HOME}/submissions/{{submission}}/again"): (ORGANISER, {}),
    ("GET", f"{HOME}/organise"): (ORGANISER, {}),
    ("POST", f"{HOME}/organise/verification"): (ORGANISER, {}),
    ("POST", f"{HOME}/organise/duplicates"): (ORGANISER, {}),
    ("POST", f"{HOME}/organise/rescore"): (ORGANISER, BECAUSE | {"cause": "metric-version"}),
    ("POST", f"{HOME}/organise/phases/{{phase}}/end"): (ORGANISER, BECAUSE),
    ("GET", "/{lang:lang}/{rest:path}"): (EVERYBODY, {}),
}
IDS = [f"{method} {path}" for method, path in ROUTES]
CLOSED = [key for key, (whose, _) in ROUTES.items() if whose != EVERYBODY]
GETS = [key for key in CLOSED if key[0] == "GET"]
POSTS = [key for key in CLOSED if key[0] == "POST"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server where team one has sent a file that was scored."""
    place = tmp_path_factory.mktemp("walk")
    rates = Rates(10**6, 10**6, 10**6)
    with serve_world(place, routers=[site()], rates=rates) as found:
        assert found.send("one", answer()).status == 200
        found.score_all()
        make_world(found.world.store, place / "other", {"id": "other"})
        yield found


@pytest.fixture(scope="module")
def visits(served: Served) -> dict[str, Visit]:
    with served.world.store.writing("organiser") as transaction:
        other = issue_token(transaction, "organiser", challenge="other").text
    served.tokens["elsewhere"] = other
    return {who: signed_in(served, who) for who in ("one", "two", "organiser", "elsewhere")}


def ask(served: Served, visit: Visit, key: tuple[str, str], **named: str) -> Told:
    """Ask a page about objects of team one."""
    method, path = key
    sent = served.ask("GET", "/submissions/last", "one").json["id"]
    values = {"lang:lang": "en", "challenge": "demo", "submission": sent, "phase": "open"}
    values |= {"digest": "0", "name": "site.css", "rest:path": "nothing"} | named
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    if method == "GET":
        return visit.get(path)
    fields = ROUTES[key][1] | {"csrf": named.get("csrf", visit.csrf())}
    if path.endswith("/submissions"):
        return visit.upload(path, fields, answer(0.01))
    return visit.post(path, fields)


def test_every_page_is_in_the_table() -> None:
    found = set(_routes(site().routes))
    new = sorted(found - set(ROUTES))
    assert not new, f"say whose these pages are, in ROUTES of {Path(__file__).name}: {new}"
    assert not set(ROUTES) - found, "these pages are gone"


def _routes(routes: Any) -> Iterator[tuple[str, str]]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield from ((method, route.path) for method in route.methods)
        else:
            yield from _routes(route.original_router.routes)


@pytest.mark.parametrize("key", ROUTES, ids=IDS)
def test_who_is_not_signed_in_sees_what_everybody_may(served: Served, key: tuple[str, str]) -> None:
    told = ask(served, Visit(served), key)
    if ROUTES[key][0] == EVERYBODY:
        assert told.status in (200, 302, 303, 404, 422)
        assert not told.headers.get("location", "").endswith("/sign-in")
    else:
        assert told.status == 303 and told.headers["location"].startswith("/en/sign-in")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("key", GETS, ids=[path for _, path in GETS])
def test_who_a_page_is_for_gets_it(
    served: Served, visits: dict[str, Visit], key: tuple[str, str], language: str
) -> None:
    who = visits["organiser" if ROUTES[key][0] == ORGANISER else "one"]
    told = ask(served, who, key, **{"lang:lang": language})
    assert told.status == 200, told.body.decode()
    if key[1].endswith("/file"):
        assert told.body == answer()
    else:
        assert f'<html lang="{language}">' in told.body.decode()


@pytest.mark.parametrize("who", ["expired", "revoked", "wb_0000000000_x", "nonsense", ""])
def test_a_dead_token_signs_nobody_in(served: Served, who: str) -> None:
    visit = Visit(served)
    told = visit.sign_in(who)
    assert told.status == 401 and b"revoked or has ended" in told.body
    assert "workbench" not in visit.cookies


@pytest.mark.parametrize("key", CLOSED, ids=[f"{m} {p}" for m, p in CLOSED])
def test_a_session_ends_with_its_token(served: Served, key: tuple[str, str]) -> None:
    with served.world.store.writing("organiser") as transaction:
        issued = issue_token(transaction, "organiser", challenge="demo")
    served.tokens["short"] = issued.text
    visit = signed_in(served, "short")
    csrf = visit.csrf()
    assert csrf
    with served.world.store.writing("organiser") as transaction:
        revoke_token(transaction, issued.prefix, "lost")
    told = ask(served, visit, key, csrf=csrf)
    assert told.status == 303 and told.headers["location"].startswith("/en/sign-in")


@pytest.mark.parametrize("key", CLOSED, ids=[f"{m} {p}" for m, p in CLOSED])
def test_another_team_gets_nothing_of_this_one(
    served: Served, visits: dict[str, Visit], key: tuple[str, str]
) -> None:
    whose = ROUTES[key][0]
    told = ask(served, visits["two"], key)
    if whose == OWN:
        assert told.status == 404
        absent = ask(served, visits["two"], key, submission="s-999999")
        assert _words(absent, "s-999999") == _words(told, served.ask(
            "GET", "/submissions/last", "one").json["id"])  # fmt: skip
    elif whose == ORGANISER:
        assert told.status == 403
    else:
        one = served.ask("GET", "/submissions/last", "one").json["id"]
        assert one not in told.body.decode()


@pytest.mark.parametrize("key", CLOSED, ids=[f"{m} {p}" for m, p in CLOSED])
def test_an_organiser_of_another_challenge_is_a_stranger(
    served: Served, visits: dict[str, Visit], key: tuple[str, str]
) -> None:
    assert ask(served, visits["elsewhere"], key).status == 403


@pytest.mark.parametrize("key", POSTS, ids=[f"{m} {p}" for m, p in POSTS])
def test_a_form_without_the_secret_of_the_session_does_nothing(
    served: Served, visits: dict[str, Visit], key: tuple[str, str]
) -> None:
    who = visits["one" if ROUTES[key][0] in (TEAM, OWN) else "organiser"]
    head = served.world.store.head()
    for csrf in ("", "guessed", visits["two"].csrf()):
        assert ask(served, who, key, csrf=csrf).status == 422
    assert served.world.store.head() == head, "an event was written"


@pytest.mark.parametrize("origin", ["null", "https://elsewhere.example", ""])
def test_a_form_of_another_site_does_nothing(
    served: Served, visits: dict[str, Visit], origin: str
) -> None:
    visit, head = visits["organiser"], served.world.store.head()
    fields = BECAUSE | {"csrf": visit.csrf()}
    path = "/en/challenges/demo/organise/phases/open/end"
    told = visit.post(path, fields, Origin=origin)
    assert told.status == 422 and b"did not come from a page of this site" in told.body
    assert served.world.store.head() == head


def test_a_submission_is_not_found_under_another_challenge(
    served: Served, visits: dict[str, Visit]
) -> None:
    sent = served.ask("GET", "/submissions/last", "one").json["id"]
    assert visits["one"].get(f"/en/challenges/other/submissions/{sent}").status in (403, 404)


def _words(told: Told, name: str) -> list[str]:
    """Return the words of an error page without the name that was asked for and the request."""
    lines = told.body.decode().replace(name, "NAME").splitlines()
    return [line for line in lines if '<p class="notice"' in line or "<h1" in line]
