"""Every route, asked with no token, a dead one, another team's, and a participant's as organiser.

A route that is not in the table below makes the first test fail: say there whose it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from workbench.server.settings import Rates

from ..challenge.submissions.world import answer  # noqa: TID252
from .conftest import Served, Told, serve_world

EVERYBODY, TEAM, OWN, ORGANISER, STORE = "everybody", "team", "own object", "organiser", "store"


@dataclass(frozen=True)
class Walk:
    """Whose a route is, and a body that is right."""

    whose: str
    body: Any = None


MANY = Rates(100_000, 100_000, 100_000)
BECAUSE = {"reason": "because"}
V1 = "/api/v1"
ROUTES: dict[tuple[str, str], Walk] = {
    ("GET", "/healthz"): Walk(EVERYBODY),
    ("GET", "/readyz"): Walk(EVERYBODY),
    ("GET", f"{V1}/"): Walk(EVERYBODY),
    ("GET", f"{V1}/me"): Walk(EVERYBODY),
    ("GET", f"{V1}/challenges"): Walk(EVERYBODY),
    ("GET", f"{V1}/challenges/{{challenge}}"): Walk(EVERYBODY),
    ("GET", f"{V1}/challenges/{{challenge}}/phases"): Walk(EVERYBODY),
    ("GET", f"{V1}/challenges/{{challenge}}/data"): Walk(EVERYBODY),
    ("GET", f"{V1}/challenges/{{challenge}}/data/{{digest}}"): Walk(EVERYBODY),
    ("GET", f"{V1}/challenges/{{challenge}}/leaderboard"): Walk(EVERYBODY),
    ("GET", f"{V1}/challenges/{{challenge}}/leaderboard.csv"): Walk(EVERYBODY),
    ("GET", f"{V1}/challenges/{{challenge}}/leaderboard.html"): Walk(EVERYBODY),
    ("GET", f"{V1}/challenges/{{challenge}}/report"): Walk(EVERYBODY),
    ("GET", f"{V1}/challenges/{{challenge}}/report/{{name:path}}"): Walk(EVERYBODY),
    ("GET", f"{V1}/challenges/{{challenge}}/quota"): Walk(TEAM),
    ("GET", f"{V1}/submissions"): Walk(TEAM),
    ("POST", f"{V1}/challenges/{{challenge}}/check"): Walk(TEAM, answer()),
    ("POST", f"{V1}/challenges/{{challenge}}/submissions"): Walk(TEAM, answer(0.02)),
    ("GET", f"{V1}/submissions/{{submission}}"): Walk(OWN),
    ("GET", f"{V1}/submissions/{{submission}}/why"): Walk(OWN),
    ("GET", f"{V1}/submissions/{{submission}}/file"): Walk(OWN),
    ("POST", f"{V1}/submissions/{{submission}}/withdraw"): Walk(OWN, BECAUSE),
    ("POST", f"{V1}/challenges"): Walk(STORE, b"PK"),
    ("POST", f"{V1}/challenges/{{challenge}}/close"): Walk(ORGANISER, {}),
    ("POST", f"{V1}/challenges/{{challenge}}/rescore"): Walk(
        ORGANISER, BECAUSE | {"cause": "metric-version", "dry_run": True}
    ),
    ("POST", f"{V1}/challenges/{{challenge}}/phases/{{phase}}/end"): Walk(ORGANISER, BECAUSE),
    ("POST", f"{V1}/submissions/{{submission}}/override"): Walk(ORGANISER, BECAUSE | {"value": 1}),
    ("POST", f"{V1}/submissions/{{submission}}/again"): Walk(ORGANISER, {}),
    ("GET", f"{V1}/challenges/{{challenge}}/queue"): Walk(ORGANISER),
    ("GET", f"{V1}/challenges/{{challenge}}/events"): Walk(ORGANISER),
    ("GET", f"{V1}/challenges/{{challenge}}/verification"): Walk(ORGANISER),
    ("GET", f"{V1}/challenges/{{challenge}}/duplicates"): Walk(ORGANISER),
    ("GET", f"{V1}/challenges/{{challenge}}/teams"): Walk(ORGANISER),
    ("POST", f"{V1}/challenges/{{challenge}}/teams"): Walk(ORGANISER, {"name": "New"}),
    ("GET", f"{V1}/challenges/{{challenge}}/tokens"): Walk(ORGANISER),
    ("POST", f"{V1}/challenges/{{challenge}}/tokens"): Walk(ORGANISER, {"scope": "worker"}),
    ("POST", f"{V1}/challenges/{{challenge}}/tokens/{{prefix}}/revoke"): Walk(ORGANISER, BECAUSE),
    ("POST", f"{V1}/challenges/{{challenge}}/tokens/{{prefix}}/rotate"): Walk(ORGANISER, BECAUSE),
}
IDS = [f"{method} {path}" for method, path in ROUTES]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server where team one has sent a file that was scored."""
    with serve_world(tmp_path_factory.mktemp("walk"), rates=MANY) as found:
        assert found.send("one", answer()).status == 200
        found.score_all()
        yield found


def ask(served: Served, method: str, path: str, who: str | None, walk: Walk, **named: str) -> Told:
    """Ask a route about objects of team one in the challenge, or those that are named."""
    sent = served.ask("GET", "/submissions/last", "one").json
    names = {
        "challenge": "demo",
        "submission": sent["id"],
        "digest": sent["digest"],
        "prefix": served.tokens["one"].split("_")[1],
        "phase": "open",
        "name:path": "manifest.json",
    } | named
    for name, value in names.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, f"the walk knows no value for a part of {path}"
    return served.ask(method, f".{path}", who, body=walk.body)


def test_every_route_is_in_the_table(served: Served) -> None:
    found = set(_routes(served.app.routes))
    new = sorted(found - set(ROUTES))
    assert not new, f"say whose these routes are, in ROUTES of {Path(__file__).name}: {new}"
    assert not set(ROUTES) - found, "these routes are gone"


def _routes(routes: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield method and path of every route but the one of the API's own document."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield from ((method, prefix + route.path) for method in route.methods)
        elif hasattr(route, "original_router"):  # how the framework holds a router it includes
            yield from _routes(route.original_router.routes, prefix + route.include_context.prefix)
        else:
            assert route.path == "/api/v1/openapi.json", f"no route of the API: {route}"


@pytest.mark.parametrize("key", ROUTES, ids=IDS)
def test_without_a_token_only_what_everybody_may(served: Served, key: tuple[str, str]) -> None:
    walk, told = ROUTES[key], ask(served, *key, None, ROUTES[key])
    if walk.whose == EVERYBODY:
        assert told.status in (200, 404), told.body  # 404: another's file is no public one
    else:
        assert (told.status, told.code) == (401, "token-missing")
        assert "www-authenticate" in told.headers


@pytest.mark.parametrize("who", ["expired", "revoked", "wb_0000000000_x", "nonsense"])
@pytest.mark.parametrize("key", ROUTES, ids=IDS)
def test_a_dead_token_opens_nothing(served: Served, key: tuple[str, str], who: str) -> None:
    if key[1] in ("/healthz", "/readyz"):
        return  # they look at no token
    told = ask(served, *key, who, ROUTES[key])
    assert (told.status, told.code) == (401, "token-refused"), told.body


@pytest.mark.parametrize("key", ROUTES, ids=IDS)
def test_another_team_gets_nothing_of_this_one(served: Served, key: tuple[str, str]) -> None:
    walk = ROUTES[key]
    if walk.whose == OWN:
        told = ask(served, *key, "two", walk)
        absent = ask(served, *key, "two", walk, submission="s-999999")
        by_digest = served.ask("GET", "/submissions/last", "one").json["digest"]
        assert (told.status, told.code) == (404, "not-found")
        assert ask(served, *key, "two", walk, submission=by_digest).status == 404
        one = served.ask("GET", "/submissions/last", "one").json["id"]
        # Not even the words differ between what is another's and what is not there.
        assert _words(told, one) == _words(absent, "s-999999")
    elif walk.whose in (ORGANISER, STORE):
        told = ask(served, *key, "two", walk)
        assert (told.status, told.code) == (403, "not-yours")
    else:
        told = ask(served, *key, "two", walk)
        assert b"s-0" not in told.body or b'"team":"' + _team(served) not in told.body


def _words(told: Told, name: str) -> str:
    document = told.json
    document.pop("instance")
    return str(document).replace(name, "NAME")


def _team(served: Served) -> bytes:
    return str(served.world.team.team).encode()


@pytest.mark.parametrize("key", ROUTES, ids=IDS)
def test_a_token_of_one_challenge_opens_no_other(served: Served, key: tuple[str, str]) -> None:
    walk = ROUTES[key]
    if "{challenge}" not in key[1] or walk.whose == EVERYBODY:
        return
    for who in ("one", "organiser", "worker"):
        told = ask(served, *key, who, walk, challenge="another")
        assert (told.status, told.code) == (403, "not-yours"), (who, told.body)


@pytest.mark.parametrize("key", ROUTES, ids=IDS)
def test_a_worker_scores_and_does_nothing_else_here(served: Served, key: tuple[str, str]) -> None:
    walk = ROUTES[key]
    if walk.whose != EVERYBODY and not key[1].endswith("/file"):
        assert ask(served, *key, "worker", walk).status == 403


def test_only_an_organiser_of_the_store_opens_challenges(served: Served) -> None:
    walk = ROUTES["POST", f"{V1}/challenges"]
    assert served.ask("POST", "/challenges", "organiser", body=walk.body).status == 403
    assert served.ask("POST", "/challenges", "store", body=walk.body).code == "pack"


def test_an_organiser_sends_nothing_in_a_teams_name(served: Served) -> None:
    assert served.send("organiser", answer(0.03)).status == 403


def test_what_was_refused_left_no_trace(served: Served) -> None:
    found = served.ask("GET", "/submissions", "organiser").json
    teams = {entry["team"] for entry in found if entry["state"] != "withdrawn"}
    kinds = [e["kind"] for e in served.ask("GET", "/challenges/demo/events", "organiser").json]
    assert teams == {principal.team for principal in served.world.teams}
    assert "score-overridden" not in kinds and "submission-withdrawn" not in kinds
    assert kinds.count("token-revoked") == 1 and "closed" not in kinds
