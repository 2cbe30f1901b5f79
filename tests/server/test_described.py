"""What the OpenAPI document says of tokens and methods is what the server does."""

from __future__ import annotations

from .conftest import Served


def test_the_document_says_where_no_token_is_needed(served: Served) -> None:
    paths = served.ask("GET", "/openapi.json").json["paths"]
    for path, whom in {
        "/challenges": 200,
        "/challenges/{challenge}": 200,
        "/challenges/{challenge}/leaderboard": 200,
        "/challenges/{challenge}/queue": 401,
        "/challenges/{challenge}/quota": 401,
        "/submissions/{submission}": 401,
    }.items():
        needed = {} not in paths[f"/api/v1{path}"]["get"]["security"]
        asked = path.replace("{challenge}", "demo").replace("{submission}", "last")
        assert served.ask("GET", asked).status == whom
        assert needed is (whom == 401), path
    assert served.ask("GET", "/openapi.json").json["paths"] == paths  # once, not at every request


def test_a_refused_method_is_answered_with_all_that_are_taken(served: Served) -> None:
    told = served.ask("DELETE", "/challenges/demo/teams", "organiser")
    assert told.status == 405 and told.headers["allow"] == "GET, POST"
    assert served.ask("DELETE", "/me").headers["allow"] == "GET"
