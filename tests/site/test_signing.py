"""Signing in and out: the cookie, what it holds, when it ends."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest

from workbench.challenge.store.permission import PUBLIC
from workbench.challenge.store.tokens import issue_token
from workbench.site.sessions import IDLE_S, LASTS_S, Sessions

from ..server.conftest import Served  # noqa: TID252
from .conftest import Visit, hidden, signed_in


def test_the_cookie_is_random_and_no_script_or_other_site_gets_it(served: Served) -> None:
    told = Visit(served).sign_in("one")
    cookie = told.headers["set-cookie"]
    for wanted in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age="):
        assert wanted in cookie
    assert "Secure" not in cookie, "by plain HTTP a browser would drop it"
    token = served.tokens["one"]
    assert token not in cookie and token.split("_")[2] not in cookie
    assert signed_in(served, "one").cookies["workbench"] not in cookie


def test_by_tls_the_cookie_is_secure_and_tied_to_the_host(served: Served) -> None:
    async def over_tls() -> httpx.Response:
        inside = httpx.ASGITransport(app=served.app)
        address = "https://challenges.example"
        async with httpx.AsyncClient(transport=inside, base_url=address) as client:
            form = await client.get("/en/sign-in")
            proof = form.text.split('name="csrf" value="')[1].split('"')[0]
            fields = {"csrf": proof, "token": served.tokens["one"], "next": ""}
            return await client.post("/en/sign-in", data=fields, headers={"Origin": address})

    with ThreadPoolExecutor() as aside:  # the browser of other tests keeps a loop in this thread
        told = aside.submit(asyncio.run, over_tls()).result()
    assert told.status_code == 303
    cookie = told.headers["set-cookie"]
    assert cookie.startswith("__Host-workbench=") and "Secure" in cookie


def test_no_page_holds_the_token_or_the_cookie(scored: Served) -> None:
    visit = signed_in(scored, "one")
    for path in ("/en/", "/en/challenges/demo/submissions", "/fr/challenges/demo"):
        text = visit.get(path).body.decode()
        assert scored.tokens["one"] not in text and visit.cookies["workbench"] not in text


def test_the_name_of_the_team_is_shown_and_signing_out_ends_the_session(served: Served) -> None:
    visit = signed_in(served, "one")
    assert "Équipe 1" in visit.get("/en/").body.decode()
    before = dict(visit.cookies)
    assert visit.post("/en/sign-out", {"csrf": visit.csrf()}).status == 303
    visit.cookies = before
    assert visit.get("/en/challenges/demo/submissions").status == 303


def test_a_session_ends_when_the_token_ends(served: Served) -> None:
    store = served.world.store
    ends = store.now() + timedelta(minutes=5)
    with store.writing("organiser") as transaction:
        served.tokens["short"] = issue_token(
            transaction, "participant", team=served.world.team.team, expires=ends
        ).text
    visit = signed_in(served, "short")
    assert visit.get("/en/challenges/demo/submissions").status == 200
    served.clock.forward(minutes=6)
    assert visit.get("/en/challenges/demo/submissions").status == 303


def test_sessions_end_by_themselves() -> None:
    clock = [0.0]
    sessions = Sessions(now=lambda: clock[0])
    used, idle = sessions.begin(PUBLIC), sessions.begin(PUBLIC)
    while clock[0] < LASTS_S - IDLE_S / 2:
        clock[0] += IDLE_S / 2
        assert sessions.find(used) is not None
    assert sessions.find(idle) is None, "two hours without a request"
    clock[0] = LASTS_S + 1
    assert sessions.find(used) is None, "eight hours in all"


@pytest.mark.parametrize(
    "there",
    ["https://elsewhere.example/", "//elsewhere.example/en/", "/api/v1/", "/en//x", "/en/\nx"],
)
def test_nobody_is_led_away_after_signing_in(served: Served, there: str) -> None:
    visit = Visit(served)
    form = visit.get("/en/sign-in")
    fields = {"csrf": hidden(form, "csrf"), "token": served.tokens["one"], "next": there}
    assert visit.post("/en/sign-in", fields).headers["location"] == "/en/"


def test_a_sign_in_form_of_another_browser_is_refused(served: Served) -> None:
    one, two = Visit(served), Visit(served)
    proof = hidden(one.get("/en/sign-in"), "csrf")
    two.get("/en/sign-in")
    told = two.post("/en/sign-in", {"csrf": proof, "token": served.tokens["one"], "next": ""})
    assert told.status == 422 and "workbench" not in two.cookies


def test_who_guesses_tokens_is_made_to_wait(served: Served) -> None:
    visit, seen = Visit(served), []
    # A slow machine asks slowly: some of what was taken is given back meanwhile.
    while 429 not in seen and len(seen) < 20 * served.app.state.host.settings.rates.refused:
        seen.append(visit.sign_in("wb_0000000000_guess").status)
    assert seen[0] == 401 and seen[-1] == 429
